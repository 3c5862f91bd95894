"""Editors beside senders and beside each other: nobody is passed, and nobody is left behind."""

import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from threading import Barrier, BrokenBarrierError, Event, Thread

import pytest
from django.db import OperationalError, connection, transaction

from digests import checking, importing
from digests.checking import check
from digests.editions import content_of
from digests.models import Digest
from digests.sources import hf_daily
from newsletter.delivery import ledger
from newsletter.delivery.models import Delivery
from newsletter.delivery.tasks import follow_cancelling
from newsletter.desk.approving import NotPossible, approve, cancel, pause, state_of, unapprove
from newsletter.desk.scheduling import begin_special
from newsletter.staff.models import Act
from tests.digests.sources.rows import row
from tests.factories import DAY, MORNING, make_approved, make_delivery, make_digest, make_newsletter, make_publisher

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer: nobody is beside it"),
]
WAITING = """
    SELECT count(*) FROM pg_locks JOIN pg_database d ON d.oid = database
    WHERE locktype = 'advisory' AND NOT granted AND d.datname = current_database()
"""
WAITING_FOR_A_ROW = "SELECT count(*) FROM pg_locks WHERE locktype = 'transactionid' AND NOT granted"


def statuses(digest: Digest) -> list[tuple[str, str]]:
    return list(digest.deliveries.order_by("pk").values_list("status", "skip"))


def until(is_so: Callable[[], bool]) -> None:
    """Returns once it is so: within 20 seconds, or the test fails."""
    for _look in range(2000):
        if is_so():
            return
        time.sleep(0.01)
    raise AssertionError("it is not so after 20 seconds")


def count_of_those_who_wait(statement: str = WAITING) -> int:
    """How many transactions wait for a digest."""
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return int(cursor.fetchone()[0])


def somebody_waits() -> bool:
    return count_of_those_who_wait() > 0


@transaction.atomic
def share_at_once(digest: Digest) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '50ms'")
    ledger.share([digest.pk])


def elsewhere(work: Callable[[], object]) -> Thread:
    """Starts the work with a connection of its own."""

    def work_and_leave() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = Thread(target=work_and_leave)
    thread.start()
    return thread


def test_cancelling_waits_for_no_row_that_a_claim_holds() -> None:
    digest = make_approved()
    held, free = make_delivery(digest), make_delivery(digest)
    alice = make_publisher()

    with transaction.atomic():
        Delivery.objects.select_for_update().get(pk=held.pk)
        cancelled = elsewhere(lambda: cancel(digest, by=alice))
        cancelled.join(timeout=20)
        waited = cancelled.is_alive()
    cancelled.join()

    free.refresh_from_db()
    assert (waited, free.status) == (False, "skipped")
    follow_cancelling()
    assert statuses(digest) == [("skipped", "cancelled")] * 2


def test_rows_that_are_just_being_cancelled_are_taken_up_with_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    digest = make_delivery().digest
    alice = make_publisher()
    chosen, go = Event(), Event()
    change = ledger._change

    def slowly(before: Delivery.Status, ids: list[int], **changes: object) -> int:
        if before == Delivery.Status.PLANNED:
            chosen.set()
            go.wait(20)
        return change(before, ids, **changes)

    def take_back_and_approve() -> None:
        unapprove(Digest.objects.get(), by=alice)
        approve(Digest.objects.get(), by=alice, now=MORNING)

    monkeypatch.setattr(ledger, "_change", slowly)
    cancelled = elsewhere(lambda: cancel(Digest.objects.get(), by=alice))
    chosen.wait(20)
    approved = elsewhere(take_back_and_approve)
    until(lambda: somebody_waits() or not approved.is_alive())
    go.set()
    for thread in (cancelled, approved):
        thread.join()

    follow_cancelling()
    digest.refresh_from_db()
    assert (digest.status, statuses(digest)) == ("approved", [("planned", "")])


@pytest.mark.parametrize("act", [pause, cancel, unapprove, partial(approve, now=MORNING)])
def test_no_claim_passes_an_editor_who_waits(act: Callable[..., object]) -> None:
    digest = make_approved()
    alice = make_publisher()
    shared, go = Event(), Event()

    def claim() -> None:
        with transaction.atomic():
            ledger.share([digest.pk])
            shared.set()
            go.wait(20)

    claims = elsewhere(claim)
    shared.wait(20)
    editor = elsewhere(lambda: act(Digest.objects.get(), by=alice))
    until(lambda: somebody_waits() or not editor.is_alive())

    with pytest.raises(OperationalError, match="lock timeout"):
        share_at_once(digest)
    go.set()
    for thread in (claims, editor):
        thread.join()


def test_of_two_approvals_at_once_one_is_told_and_one_revision_stands() -> None:
    digest = make_digest()
    seen, said = state_of(digest), list[str]()
    alice = make_publisher()

    def approve_what_was_seen() -> None:
        try:
            approve(Digest.objects.get(), by=alice, now=MORNING, seen=seen)
            said.append("approved")
        except NotPossible as problem:
            said.append(str(problem))

    with transaction.atomic():
        ledger.hold(digest.pk)
        editors = [elsewhere(approve_what_was_seen) for _tab in range(2)]
        until(lambda: count_of_those_who_wait() == len(editors))
    for thread in editors:
        thread.join()

    assert sorted(said, key=len) == [
        "approved",
        "Something was changed or approved since you opened the page. Look at it again.",
    ]
    assert (digest.revisions.count(), Act.objects.filter(verb="approve").count()) == (1, 1)


@pytest.mark.parametrize("has_seen", [True, False])
def test_an_approval_waits_for_the_source_that_is_importing(monkeypatch: pytest.MonkeyPatch, has_seen: bool) -> None:
    digest = make_digest(papers=1)
    seen = state_of(digest) if has_seen else ""
    listed = hf_daily.read([row(number, day=str(digest.day)) for number in (1, 2)], day=None)
    alice = make_publisher()
    stored, go = Event(), Event()
    said = list[str]()

    def check_slowly(papers: set[int]) -> None:
        stored.set()
        go.wait(20)
        check(papers)

    def approve_at_once() -> None:
        try:
            approve(Digest.objects.get(), by=alice, now=MORNING, seen=seen)
        except NotPossible as problem:
            said.append(str(problem))

    monkeypatch.setattr(checking, "check", check_slowly)
    imports = elsewhere(lambda: importing.import_listing(listed, digest.newsletter))
    stored.wait(20)
    editor = elsewhere(approve_at_once)
    until(lambda: count_of_those_who_wait(WAITING_FOR_A_ROW) > 0 or not editor.is_alive())
    go.set()
    for thread in (imports, editor):
        thread.join()

    approved = [len(content_of(revision).entries) for revision in digest.revisions.all()]
    assert (approved, len(said)) == (([], 1) if has_seen else ([3], 0))


def test_of_two_clicks_one_begins_the_special_issue(monkeypatch: pytest.MonkeyPatch) -> None:
    newsletter, alice = make_newsletter(), make_publisher()
    looked, said = Barrier(2), list[str]()
    look = Digest.full_clean

    def look_together(digest: Digest) -> None:
        look(digest)
        with suppress(BrokenBarrierError):  # the other one waits, as it should
            looked.wait(1)

    def begin() -> None:
        try:
            begin_special(newsletter, DAY, slug="best-of-2026", title="Best of 2026", by=alice)
            said.append("begun")
        except NotPossible:
            said.append("there is one")

    monkeypatch.setattr(Digest, "full_clean", look_together)
    for thread in [elsewhere(begin) for _click in range(2)]:
        thread.join()

    assert sorted(said) == ["begun", "there is one"]

"""Editors beside senders and beside each other: nobody is passed, and nobody is left behind."""

import time
from collections.abc import Callable
from functools import partial
from threading import Event, Thread

import pytest
from django.db import OperationalError, connection, transaction

from digests.models import Digest
from newsletter.delivery import ledger
from newsletter.delivery.models import Delivery
from newsletter.delivery.tasks import follow_cancelling
from newsletter.desk.approving import approve, cancel, pause, unapprove
from tests.factories import MORNING, make_approved, make_delivery, make_publisher

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer: nobody is beside it"),
]
WAITING = """
    SELECT 1 FROM pg_locks JOIN pg_database d ON d.oid = database
    WHERE locktype = 'advisory' AND NOT granted AND d.datname = current_database()
"""


def statuses(digest: Digest) -> list[tuple[str, str]]:
    return list(digest.deliveries.order_by("pk").values_list("status", "skip"))


def until(is_so: Callable[[], bool]) -> None:
    """Returns once it is so: within 20 seconds, or the test fails."""
    for _look in range(2000):
        if is_so():
            return
        time.sleep(0.01)
    raise AssertionError("it is not so after 20 seconds")


def somebody_waits() -> bool:
    """Whether a transaction waits for a digest."""
    with connection.cursor() as cursor:
        cursor.execute(WAITING)
        return cursor.fetchone() is not None


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

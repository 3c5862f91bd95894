"""What approval freezes, who may approve, and what can be taken back."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from digests.editions import content_of, freeze
from digests.models import Digest, Entry, Revision
from digests.queries import told_elsewhere
from newsletter.delivery import cancelling, ledger
from newsletter.delivery.models import Delivery
from newsletter.delivery.tasks import follow_cancelling
from newsletter.desk.approving import NotPossible, approve, cancel, languages, pause, resume, state_of, unapprove
from newsletter.postbox.models import SenderAssignment
from newsletter.staff.models import Role, User
from tests.factories import (
    DAY,
    MORNING,
    make_approved,
    make_delivery,
    make_digest,
    make_newsletter,
    make_paper,
    make_publisher,
    make_subscription,
    make_user,
)

pytestmark = pytest.mark.django_db


def member(newsletter_of: Digest, role: str) -> User:
    user = make_user(f"{role}-{newsletter_of.pk}")
    Role.objects.create(user=user, newsletter=newsletter_of.newsletter, role=role)
    return user


def test_approval_freezes_what_the_digest_says() -> None:
    digest = make_digest(papers=[make_paper(title="As approved")])

    revision = approve(digest, by=make_publisher(), now=MORNING)

    digest.papers.update(title="Changed since")
    assert [entry.title for entry in content_of(revision).entries] == ["As approved"]
    assert (digest.status, digest.approved_at, revision.number) == ("approved", MORNING, 1)


def test_entries_that_were_left_out_are_not_in_it() -> None:
    digest = make_digest(papers=3)
    Entry.objects.filter(position=2).update(included=False)

    revision = approve(digest, by=make_publisher(), now=MORNING)

    assert len(content_of(revision).entries) == 2


def test_a_second_approval_is_a_correction_and_keeps_the_first_moment() -> None:
    digest = make_digest()
    alice = make_publisher()
    approve(digest, by=alice, now=MORNING)

    revision = approve(digest, by=alice, now=MORNING.replace(hour=9))

    assert (revision.number, digest.approved_at) == (2, MORNING)


@pytest.mark.parametrize("role", [Role.Kind.PUBLISHER, Role.Kind.ADMINISTRATOR])
def test_a_publisher_of_the_newsletter_may_approve(role: str) -> None:
    digest = make_digest()

    approve(digest, by=member(digest, role), now=MORNING)

    assert digest.status == "approved"


@pytest.mark.parametrize("role", [Role.Kind.VIEWER, Role.Kind.TRANSLATOR, Role.Kind.EDITOR])
def test_nobody_else_may(role: str) -> None:
    digest = make_digest()
    charlie = member(digest, role)

    with pytest.raises(PermissionDenied):
        approve(digest, by=charlie, now=MORNING)
    for act in (cancel, pause, resume, unapprove):
        with pytest.raises(PermissionDenied):
            act(digest, by=charlie)

    assert Revision.objects.count() == 0


def test_a_publisher_of_another_newsletter_may_not() -> None:
    digest = make_digest()
    charlie = member(make_digest(make_newsletter()), Role.Kind.PUBLISHER)

    with pytest.raises(PermissionDenied):
        approve(digest, by=charlie, now=MORNING)


def test_a_digest_without_papers_is_not_approved() -> None:
    with pytest.raises(NotPossible, match="no papers"):
        approve(make_digest(papers=0), by=make_publisher(), now=MORNING)


def test_a_digest_that_nobody_could_send_is_not_approved() -> None:
    digest = make_digest()
    SenderAssignment.objects.all().delete()

    with pytest.raises(NotPossible, match="no sender"):
        approve(digest, by=make_publisher(), now=MORNING)


def test_what_was_done_since_the_page_was_opened_is_looked_at_first() -> None:
    digest = make_digest()
    seen = state_of(digest)
    Entry.objects.create(digest=digest, paper=make_paper(title="Came in since"), position=3)

    with pytest.raises(NotPossible, match="Look at it again"):
        approve(digest, by=make_publisher(), now=MORNING, seen=seen)

    assert not Revision.objects.exists()


@pytest.mark.parametrize("status", ["cancelled", "closed"])
def test_what_is_over_is_not_approved_again(status: str) -> None:
    digest = make_digest(status=status)

    with pytest.raises(NotPossible):
        approve(digest, by=make_publisher(), now=MORNING)


def test_an_approval_can_be_taken_back_while_nothing_has_left() -> None:
    digest = make_delivery().digest

    unapprove(digest, by=make_publisher())

    assert (digest.status, digest.approved_at) == ("draft", None)


@pytest.mark.parametrize(
    ("status", "values"), [("sent", {"sent_at": MORNING}), ("uncertain", {}), ("failed", {"reason": "refused"})]
)
def test_it_cannot_be_taken_back_once_a_mail_may_have_left(status: str, values: dict[str, Any]) -> None:
    digest = make_delivery(status=status, **values).digest

    with pytest.raises(NotPossible, match="left already"):
        unapprove(digest, by=make_publisher())

    digest.refresh_from_db()
    assert digest.status == "approved"


def test_the_editor_sees_how_much_is_written_and_who_reads_it_per_language() -> None:
    papers = [make_paper(summaries={"en": "- One.", "ko": "- 하나."}), make_paper()]
    digest = make_approved(papers=papers)
    make_subscription(digest.newsletter, locale="ko")

    rows = [(row.name, row.done, row.total, row.readers) for row in languages(digest)]

    assert rows == [("English", 2, 2, 0), ("한국어", 1, 2, 1)]


def test_a_summary_in_the_language_itself_serves_its_regions() -> None:
    digest = make_digest(make_newsletter(locales=["pt-br"]), papers=[make_paper(summaries={"pt": "- Um."})])

    assert [(row.done, row.total) for row in languages(digest)] == [(1, 1)]


def test_a_cancelled_digest_can_be_taken_up_again_while_nothing_has_left() -> None:
    digest = make_approved()
    alice = make_publisher()
    cancel(digest, by=alice)

    unapprove(digest, by=alice)

    assert digest.status == "draft"


def test_a_weekly_digest_is_approved_for_its_own_readers() -> None:
    digest = make_digest(kind="weekly")
    make_subscription(digest.newsletter, rhythm="weekly", weekdays=1)
    for _daily in range(2):
        make_subscription(digest.newsletter)

    approve(digest, by=make_publisher(), now=MORNING)

    assert digest.status == "approved"
    assert [language.readers for language in languages(digest)] == [1, 0]


@pytest.mark.parametrize(("kind", "slug"), [("daily", "extra"), ("weekly", "extra"), ("special", "")])
def test_a_day_has_one_daily_digest(kind: str, slug: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make_digest(kind=kind, slug=slug)


ACTS: dict[str, tuple[Callable[..., None], dict[str, str]]] = {
    "pause": (pause, {"approved": "paused"}),
    "resume": (resume, {"paused": "approved"}),
    "cancel": (cancel, {"draft": "cancelled", "approved": "cancelled", "paused": "cancelled"}),
    "unapprove": (unapprove, {"approved": "draft", "paused": "draft", "cancelled": "draft"}),
}


@pytest.mark.parametrize("before", Digest.Status.values)
@pytest.mark.parametrize("name", ACTS)
def test_a_digest_is_stopped_and_goes_on_from_these_states_alone(name: str, before: str) -> None:
    act, table = ACTS[name]
    digest = make_digest(status=before, approved_at=MORNING)
    alice = make_publisher()

    if before in table:
        act(digest, by=alice)
    else:
        with pytest.raises(NotPossible, match=before):
            act(digest, by=alice)

    digest.refresh_from_db()
    assert digest.status == table.get(before, before)


def test_an_editor_with_an_old_page_is_told_what_the_digest_is_now() -> None:
    digest = make_approved()
    cancel(Digest.objects.get(), by=make_publisher())

    with pytest.raises(NotPossible, match="cancelled"):
        pause(digest, by=make_publisher("bob"))


def test_approving_a_paused_digest_again_corrects_it_and_lets_it_go_on() -> None:
    digest = make_approved(at=MORNING)
    alice = make_publisher()
    pause(digest, by=alice)

    revision = approve(digest, by=alice, now=MORNING.replace(hour=9))

    assert (digest.status, digest.approved_at, revision.number) == ("approved", MORNING, 2)


def statuses(digest: Digest) -> list[tuple[str, str]]:
    return list(digest.deliveries.order_by("pk").values_list("status", "skip"))


def test_planned_rows_of_a_cancelled_digest_say_so_at_once_and_no_others() -> None:
    planned = make_delivery()
    sent = make_delivery(planned.digest, status="sent", sent_at=MORNING)
    other = make_delivery()

    cancel(planned.digest, by=make_publisher())

    assert statuses(planned.digest) == [("skipped", "cancelled"), ("sent", "")]
    assert statuses(other.digest) == [("planned", "")]
    assert sent.digest == planned.digest


@pytest.mark.parametrize(
    ("status", "values", "told"),
    [("sent", {"sent_at": MORNING}, True), ("uncertain", {}, True), ("planned", {}, False)],
)
def test_papers_that_some_readers_got_are_not_sent_to_all_of_them_again(
    status: str, values: dict[str, Any], told: bool
) -> None:
    newsletter, paper = make_newsletter(), make_paper()
    cancelled = make_approved(make_digest(newsletter, papers=[paper], day=DAY - timedelta(days=1)))
    for one in ({"status": status, **values}, {}):
        make_delivery(cancelled, **one)

    cancel(cancelled, by=make_publisher())

    today = make_digest(newsletter, papers=[paper], again=False)
    assert (len(freeze(today).entries), told_elsewhere(today, [paper.pk])) == (
        (0, {paper.pk: cancelled}) if told else (1, {})
    )


def test_what_is_too_much_for_one_request_is_done_by_the_timetable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cancelling, "AT_ONCE", 3)
    monkeypatch.setattr(ledger, "STEP", 2)
    digest = make_approved()
    for _reader in range(8):
        make_delivery(digest)

    cancel(digest, by=make_publisher())
    at_once = Delivery.objects.filter(skip="cancelled").count()
    for _run in range(2):
        follow_cancelling()

    assert at_once == 3
    assert statuses(digest) == [("skipped", "cancelled")] * 8


def test_a_cancelled_digest_that_is_taken_up_again_has_its_readers_again() -> None:
    delivery = make_delivery()
    left = make_delivery(delivery.digest, status="skipped", skip="left")
    alice = make_publisher()
    cancel(delivery.digest, by=alice)

    unapprove(delivery.digest, by=alice)

    assert statuses(left.digest) == [("planned", ""), ("skipped", "left")]


def test_it_is_not_approved_before_all_of_its_readers_are_back(monkeypatch: pytest.MonkeyPatch) -> None:
    digest = make_approved()
    for _reader in range(3):
        make_delivery(digest)
    alice = make_publisher()
    cancel(digest, by=alice)
    monkeypatch.setattr(cancelling, "AT_ONCE", 2)
    unapprove(digest, by=alice)

    with pytest.raises(NotPossible, match="still being restored"):
        approve(digest, by=alice, now=MORNING)
    follow_cancelling()
    approve(digest, by=alice, now=MORNING)

    assert statuses(digest) == [("planned", "")] * 3

"""What people decide about rows: what changes, who is named, and what is refused with a reason."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError
from django.db.models import QuerySet

from digests.models import Digest
from newsletter.delivery import ledger, queries, settling
from newsletter.delivery.models import Delivery
from newsletter.staff.models import Role, User
from newsletter.subscribers.models import Subscription
from tests.factories import (
    DAY,
    MORNING,
    make_approved,
    make_delivery,
    make_digest,
    make_publisher,
    make_topic,
    make_user,
)

pytestmark = pytest.mark.django_db
LATER = MORNING + timedelta(hours=1)
STATES: dict[str, dict[str, Any]] = {
    "planned": {},
    "sending": {"claim": UUID(int=1), "lease_until": MORNING},
    "sent": {"sent_at": MORNING},
    "failed": {"reason": "refused", "attempts": 5},
    "uncertain": {"claim": UUID(int=1), "attempts": 1},
    "skipped": {"skip": "left"},
}


def make_row(status: str, **values: Any) -> Delivery:
    return make_delivery(**{"status": status, **STATES[status], **values})


def again(*rows: Delivery, by: User | None = None, after: timedelta = timedelta(hours=1)) -> settling.Settled:
    return settling.send_again([row.pk for row in rows], by=by or make_publisher(), now=MORNING + after)


@pytest.mark.parametrize("status", STATES)
def test_only_what_is_uncertain_can_have_arrived(status: str) -> None:
    row = make_row(status)

    done = settling.it_arrived([row.pk], by=make_publisher(), now=LATER)

    row.refresh_from_db()
    expected = ("sent", 1, {}) if status == "uncertain" else (status, 0, {row.pk: f"the status is {status}"})
    assert (row.status, done.changed, done.refused) == expected


@pytest.mark.parametrize("changes", [{"paused_until": DAY + timedelta(days=1)}, {"rhythm": "weekly", "weekdays": 0b10}])
def test_a_reader_who_paused_or_changed_the_rhythm_is_sent_nothing_again(changes: dict[str, object]) -> None:
    row = make_row("failed")
    Subscription.objects.update(**changes)

    assert again(row).refused == {row.pk: "no day for this reader"}


def test_an_edition_without_papers_can_have_arrived_where_the_reader_wants_to_be_told() -> None:
    row = make_row("uncertain", edition=None)
    row.subscription.topics.set([make_topic(row.digest.newsletter)])
    Subscription.objects.update(when_empty="tell")

    done = settling.it_arrived([row.pk], by=make_publisher(), now=LATER)

    assert (done.changed, done.refused) == (1, {})


@pytest.mark.parametrize("status", STATES)
def test_only_what_is_uncertain_or_failed_is_sent_again(status: str) -> None:
    row = make_row(status)

    done = again(row)

    row.refresh_from_db()
    possible = status in {"uncertain", "failed"}
    assert (row.status, done.changed) == (("planned", 1) if possible else (status, 0))
    assert done.refused == ({} if possible else {row.pk: f"the status is {status}"})


def test_who_decided_and_when_stands_in_the_row() -> None:
    arrived, failed = make_row("uncertain"), make_row("failed")
    alice = make_publisher()

    settling.it_arrived([arrived.pk], by=alice, now=LATER)
    again(failed, by=alice)

    arrived.refresh_from_db()
    failed.refresh_from_db()
    assert [(row.settled_by, row.settled_at) for row in (arrived, failed)] == [(alice, LATER)] * 2
    assert (arrived.sent_at, arrived.claim) == (LATER, None)
    assert (failed.ready_at, failed.attempts) == (LATER, 0)


@pytest.mark.parametrize("role", [Role.Kind.VIEWER, Role.Kind.EDITOR])
def test_it_takes_the_role_of_a_publisher_of_that_newsletter(role: str) -> None:
    row = make_row("uncertain")
    bob = make_user("bob")
    Role.objects.create(user=bob, newsletter=row.digest.newsletter, role=role)
    Role.objects.create(user=bob, newsletter=make_digest().newsletter, role=Role.Kind.PUBLISHER)

    answers = [settling.it_arrived([row.pk], by=bob, now=LATER), again(row, by=bob)]

    row.refresh_from_db()
    assert [answer.refused for answer in answers] == [{row.pk: "bob lacks the permission"}] * 2
    assert row.status == "uncertain"


def test_a_publisher_of_the_newsletter_may() -> None:
    row = make_row("uncertain")
    bob = make_user("bob")
    Role.objects.create(user=bob, newsletter=row.digest.newsletter, role=Role.Kind.PUBLISHER)

    assert again(row, by=bob).changed == 1


def test_a_row_that_does_not_exist_is_named() -> None:
    assert settling.it_arrived([17], by=make_publisher(), now=LATER).refused == {17: "no such row"}


@pytest.mark.parametrize(
    ("status", "why"),
    [
        ("closed", "too late"),
        ("cancelled", "the digest was cancelled"),
        ("paused", ""),
        ("draft", "the digest is a draft"),
    ],
)
def test_a_row_whose_digest_does_not_go_out_is_not_sent_again(status: str, why: str) -> None:
    row = make_row("uncertain")
    Digest.objects.update(status=status)

    assert again(row).refused == ({row.pk: why} if why else {})


def test_a_row_whose_day_is_over_is_not_planned_only_to_be_skipped() -> None:
    row = make_row("failed")

    done = again(row, after=timedelta(days=2))

    row.refresh_from_db()
    assert (row.status, done.refused) == ("failed", {row.pk: "too late"})


def test_a_correction_goes_at_once_also_when_the_day_is_over() -> None:
    row = make_row("uncertain", correction=1)

    done = again(row, after=timedelta(days=2))

    assert (done.changed, done.refused) == (1, {})


def test_a_reader_who_left_is_not_sent_it_again() -> None:
    row = make_row("failed")
    Subscription.objects.update(status="ended", ended_at=MORNING, end_reason="left")

    assert again(row).refused == {row.pk: "the reader left"}


def test_one_odd_row_does_not_stop_the_others() -> None:
    odd, other = make_row("failed"), make_row("failed")
    Subscription.objects.filter(pk=odd.subscription_id).update(time_zone="Mars/Phobos")

    done = again(odd, other)

    assert (done.changed, done.refused) == (1, {odd.pk: "the reader's time zone is unknown"})


def test_a_row_from_a_restored_backup_gets_the_edition_its_reader_would_get() -> None:
    row = make_row("uncertain", edition=None, claim=None)

    settling.it_arrived([row.pk], by=make_publisher(), now=LATER)

    row.refresh_from_db()
    assert row.status == "sent"
    assert row.edition is not None
    assert row.edition.revision.digest == row.digest


def test_a_row_of_a_digest_that_was_never_approved_cannot_have_arrived() -> None:
    row = make_row("planned", digest=make_digest(approved_at=None))
    Delivery.objects.update(status="uncertain")

    done = settling.it_arrived([row.pk], by=make_publisher(), now=LATER)

    assert (done.changed, done.refused) == (0, {row.pk: "no edition fits the reader"})


def test_many_rows_are_settled_a_thousand_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settling, "STEP", 2)
    digest = make_approved()
    rows = [make_delivery(digest, status="uncertain") for _row in range(5)]
    sent = make_row("sent")
    locked: list[int] = []

    def watched(ids: Collection[int]) -> QuerySet[Delivery]:
        locked.append(len(ids))
        return queries.rows_to_settle(ids)

    monkeypatch.setattr(settling, "rows_to_settle", watched)
    done = settling.it_arrived([row.pk for row in (*rows, sent)], by=make_publisher(), now=LATER)

    assert locked == [2, 2, 2]
    assert (done.changed, done.refused) == (5, {sent.pk: "the status is sent"})


@pytest.mark.django_db(transaction=True)
def test_what_is_settled_stays_when_a_later_step_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settling, "STEP", 1)
    digest = make_approved()
    rows = [make_delivery(digest, status="uncertain") for _row in range(2)]
    alice = make_publisher()
    settle = ledger.it_arrived

    def settle_the_first(ids: list[int], *, by: User, at: datetime) -> int:
        if ids != [rows[0].pk]:
            raise DatabaseError("the server was restarted")
        return settle(ids, by=by, at=at)

    monkeypatch.setattr(ledger, "it_arrived", settle_the_first)
    with pytest.raises(DatabaseError):
        settling.it_arrived([row.pk for row in rows], by=alice, now=LATER)

    assert list(Delivery.objects.order_by("pk").values_list("status", flat=True)) == ["sent", "uncertain"]

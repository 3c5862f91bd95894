"""Which readers get a row in the ledger, and when it is due."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from digests.models import Digest, Newsletter
from newsletter.delivery import ledger, planning
from newsletter.delivery.models import Delivery
from newsletter.delivery.planning import close_past, plan
from newsletter.delivery.sending import send_due
from newsletter.subscribers.models import Subscription
from tests.factories import DAY, MORNING, make_approved, make_delivery, make_digest, make_newsletter, make_subscription

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def rows_at(now: datetime) -> list[tuple[int, datetime]]:
    plan(now=now)
    return list(Delivery.objects.order_by("due_at").values_list("subscription", "due_at"))


def test_each_reader_is_planned_as_the_readers_own_hour_comes() -> None:
    digest = make_approved()
    seoul = make_subscription(digest.newsletter, time_zone="Asia/Seoul")
    berlin = make_subscription(digest.newsletter, time_zone="Europe/Berlin", hour=8)

    in_seoul = rows_at(datetime(2026, 4, 6, 22, tzinfo=UTC))
    everywhere = rows_at(datetime(2026, 4, 7, 6, tzinfo=UTC))

    assert in_seoul == [(seoul.pk, datetime(2026, 4, 6, 22, tzinfo=UTC))]
    assert everywhere[1:] == [(berlin.pk, datetime(2026, 4, 7, 6, tzinfo=UTC))]


def test_planning_twice_plans_nothing_twice() -> None:
    digest = make_approved()
    make_subscription(digest.newsletter)

    assert len(rows_at(MORNING)) == len(rows_at(MORNING)) == len(rows_at(MORNING + HOUR)) == 1


@pytest.mark.parametrize("status", [Digest.Status.DRAFT, Digest.Status.CANCELLED, Digest.Status.CLOSED])
def test_a_digest_that_is_not_approved_is_planned_for_nobody(status: str) -> None:
    digest = make_approved()
    make_subscription(digest.newsletter)
    Digest.objects.update(status=status)

    assert rows_at(MORNING) == []


@pytest.mark.parametrize(
    "values",
    [
        {"status": Subscription.Status.PENDING, "confirmed_at": None},
        {"status": Subscription.Status.ENDED, "ended_at": MORNING, "end_reason": "left"},
        {"weekdays": 0b1111101},  # every day but Tuesday
        {"confirmed_at": MORNING + HOUR},  # joined after this morning: the first digest comes tomorrow
    ],
)
def test_a_reader_who_does_not_read_today_is_not_planned(values: dict[str, Any]) -> None:
    digest = make_approved()
    make_subscription(digest.newsletter, **values)

    assert rows_at(MORNING + 2 * HOUR) == []


def test_readers_of_another_newsletter_are_not_planned() -> None:
    make_approved()
    make_subscription(make_newsletter())

    assert rows_at(MORNING) == []


def test_a_digest_approved_late_is_due_at_once_for_who_confirmed_before_it() -> None:
    digest = make_approved(at=MORNING + 3 * HOUR)
    make_subscription(digest.newsletter, confirmed_at=MORNING + 2 * HOUR)

    assert [due for _reader, due in rows_at(MORNING + 3 * HOUR)] == [MORNING]


def test_a_digest_approved_after_the_last_hour_waits_for_the_next_morning() -> None:
    digest = make_approved(at=MORNING + 14 * HOUR)
    make_subscription(digest.newsletter)

    assert rows_at(MORNING + 14 * HOUR) == []
    assert [due for _reader, due in rows_at(MORNING + 24 * HOUR)] == [MORNING + 24 * HOUR]


def test_it_does_not_wait_when_the_next_day_has_a_digest_of_its_own() -> None:
    yesterdays = make_approved(at=MORNING + 14 * HOUR)
    todays = make_approved(make_digest(yesterdays.newsletter, day=DAY + timedelta(days=1)))
    make_subscription(yesterdays.newsletter)

    plan(now=MORNING + 24 * HOUR)

    assert [row.digest for row in Delivery.objects.all()] == [todays]


def test_it_does_not_wait_when_the_newsletter_skips_what_is_late() -> None:
    digest = make_approved(make_digest(make_newsletter(late=Newsletter.Late.SKIP)), at=MORNING + 14 * HOUR)
    make_subscription(digest.newsletter)

    assert rows_at(MORNING + 24 * HOUR) == []


def test_a_digest_of_last_week_is_closed() -> None:
    digest = make_approved()

    close_past(now=MORNING + timedelta(days=7))

    digest.refresh_from_db()
    assert digest.status == Digest.Status.CLOSED


def test_one_zone_that_this_machine_does_not_know_does_not_stop_the_others() -> None:
    digest = make_approved()
    make_subscription(digest.newsletter, time_zone="Mars/Phobos")
    reader = make_subscription(digest.newsletter)

    assert [row[0] for row in rows_at(MORNING)] == [reader.pk]


def test_one_digest_that_cannot_be_planned_does_not_stop_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    odd, digest = make_approved(), make_approved()
    reader = make_subscription(digest.newsletter)
    original = planning.plan_digest
    monkeypatch.setattr(
        planning, "plan_digest", lambda row, *, now: 1 / 0 if row.pk == odd.pk else original(row, now=now)
    )

    assert [row[0] for row in rows_at(MORNING)] == [reader.pk]


@pytest.mark.parametrize(("status", "closed"), [("draft", True), ("cancelled", False)])
def test_a_past_digest_that_was_taken_back_is_closed_with_its_rows(status: str, closed: bool) -> None:
    delivery = make_delivery()
    Digest.objects.update(status=status)

    close_past(now=MORNING + timedelta(days=7))
    send_due(delivery.sender, now=MORNING + timedelta(days=7))

    delivery.refresh_from_db()
    assert delivery.status == "skipped"
    assert (delivery.digest.status == "closed") is closed


def test_a_reader_who_confirms_after_approval_and_before_the_morning_is_planned() -> None:
    digest = make_approved(at=MORNING - 10 * HOUR)
    make_subscription(digest.newsletter, confirmed_at=MORNING - HOUR)

    assert len(rows_at(MORNING)) == 1


def test_two_plans_at_once_add_one_row() -> None:
    """The second has looked before the first has written."""
    delivery = make_delivery()
    twin = Delivery(
        digest=delivery.digest,
        subscription=delivery.subscription,
        sender=delivery.sender,
        due_at=MORNING,
        ready_at=MORNING,
    )

    ledger.plan([twin])

    assert Delivery.objects.count() == 1

"""What a reader's pages say of the next digest is what then comes."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from digests.models import Digest
from newsletter.delivery.models import Delivery
from newsletter.subscribers import mornings
from newsletter.subscribers.models import Subscription
from newsletter.subscribers.token_pages import in_words
from tests.factories import DAY, MORNING, make_approved, make_delivery, make_digest, make_newsletter, make_subscription

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
SOON = "Your digest comes within a quarter of an hour."
LEFT = {"status": "skipped", "skip": "left"}


def told(reader: Subscription, now: datetime) -> str:
    reader.refresh_from_db()
    return in_words(mornings.next_digest, reader, now)


def make_row(kind: str = "daily", *, late: str = "skip", **values: Any) -> Delivery:
    """Of an approved digest, for a reader of that rhythm."""
    digest = make_digest(make_newsletter(late=late, last_hour=12, weekly_day=1), kind=kind)
    weekdays = 1 << DAY.weekday() if kind == "weekly" else 127
    reader = make_subscription(digest.newsletter, rhythm=kind, weekdays=weekdays)
    return make_delivery(make_approved(digest), reader, **values)


@pytest.mark.parametrize("kind", ["daily", "weekly"])
def test_who_takes_leaving_back_after_the_hour_is_told_that_the_digest_still_comes(kind: str) -> None:
    row = make_row(kind, **LEFT)

    assert told(row.subscription, MORNING + HOUR) == SOON


def test_who_moves_to_an_hour_that_has_passed_is_told_that_the_digest_still_comes() -> None:
    row = make_row(due_at=MORNING + 4 * HOUR, ready_at=MORNING + 4 * HOUR)

    assert told(row.subscription, MORNING + HOUR) == SOON


@pytest.mark.parametrize(
    "values",
    [
        {"status": "sent", "sent_at": MORNING},
        {"status": "uncertain", "reason": "said"},
        {"status": "failed", "reason": "said"},
        {"status": "skipped", "skip": "nothing"},
    ],
)
def test_what_is_settled_is_not_awaited(values: dict[str, Any]) -> None:
    row = make_row(**values)

    assert "tomorrow at 07:00" in told(row.subscription, MORNING + HOUR)


def test_what_is_too_late_is_not_awaited() -> None:
    row = make_row(**LEFT)

    assert "tomorrow at 07:00" in told(row.subscription, MORNING + 6 * HOUR)


def test_what_does_not_go_out_is_not_awaited() -> None:
    row = make_row(**LEFT)
    Digest.objects.update(status="cancelled")

    assert "tomorrow at 07:00" in told(row.subscription, MORNING + HOUR)


def test_who_confirms_after_the_hour_is_told_the_next_morning() -> None:
    digest = make_row().digest
    reader = make_subscription(digest.newsletter, confirmed_at=MORNING + HOUR)

    assert "tomorrow at 07:00" in told(reader, MORNING + HOUR)


def test_a_digest_that_waits_for_the_next_morning_is_told_also_where_that_is_no_chosen_day() -> None:
    row = make_row(late="next_day")
    Subscription.objects.update(weekdays=1 << DAY.weekday())

    assert "tomorrow at 07:00" in told(row.subscription, MORNING + 6 * HOUR)


def test_who_has_not_confirmed_is_told_the_next_morning() -> None:
    digest = make_row().digest
    reader = make_subscription(digest.newsletter, status="pending", confirmed_at=None)

    assert "tomorrow at 07:00" in told(reader, MORNING + HOUR)

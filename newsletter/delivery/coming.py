"""Coming: when a reader's next digest is due, by what goes out and what the ledger says of it."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from newsletter.delivery.planning import waits_for_next_morning
from newsletter.delivery.queries import digests_to_come, last_day
from newsletter.delivery.reading import due_at, hours_of
from newsletter.subscribers.models import Subscription
from newsletter.subscribers.schedule import day_after, next_morning


def next_digest(subscription: Subscription, now: datetime) -> datetime:
    """When the next digest of the reader's rhythm is due; a moment that has passed means at once.

    Of what is not approved yet, it is the reader's next morning after the day or the week that is settled.
    """
    kind, weekly_day = subscription.rhythm, subscription.newsletter.weekly_day
    last = last_day(subscription)
    bounds = (subscription.paused_until, last and day_after(last, kind=kind, weekly_day=weekly_day))
    morning = next_morning(
        hour=subscription.hour,
        zone=ZoneInfo(subscription.time_zone),
        weekdays=subscription.weekdays,
        after=now,
        not_before=max(filter(None, bounds), default=None),
    )
    return min([morning, *_approved(subscription, now=now)])


def _approved(subscription: Subscription, *, now: datetime) -> Iterator[datetime]:
    """When each digest is due that goes out and that planning has for this reader, or will have within its turns."""
    hours = hours_of(subscription)
    for digest in digests_to_come(subscription):
        due = due_at(hours, digest, now=now, waits=waits_for_next_morning(digest))
        if isinstance(due, datetime) and subscription.confirmed_at is not None:
            confirmed_by = max(due, digest.approved_at or due)  # who confirmed later gets the next one
            if subscription.confirmed_at <= confirmed_by:
                yield due

"""What is right for a planned reader at this moment: the claim reads everything about the row again.

It asks no database: what it needs beyond the row comes in as functions.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from digests.models import Digest
from digests.selection import Wishes
from newsletter.delivery.models import Delivery
from newsletter.subscribers import schedule
from newsletter.subscribers.audience import wishes
from newsletter.subscribers.models import Subscription

Skip = Delivery.Skip


@dataclass(frozen=True, slots=True)
class Move:
    """The reader's hour is later now than it was when the row was planned."""

    due_at: datetime


@dataclass(frozen=True, slots=True)
class Go:
    """The reader gets the digest now, by these wishes."""

    wishes: Wishes


def read_again(
    delivery: Delivery,
    *,
    now: datetime,
    is_suppressed: Callable[[Subscription], bool],
    waits: Callable[[Digest], bool],
) -> Delivery.Skip | Move | Go:
    """What becomes of a PLANNED row. `waits` says whether the digest may still go out on the next morning."""
    subscription, digest = delivery.subscription, delivery.digest
    if digest.status != Digest.Status.APPROVED:
        return Skip.CANCELLED if digest.status == Digest.Status.CANCELLED else Skip.LATE
    if subscription.status != Subscription.Status.ACTIVE or not subscription.subscriber.address:
        return Skip.LEFT
    if is_suppressed(subscription):
        return Skip.SUPPRESSED
    if not schedule.reads_on(digest.day, subscription.weekdays):
        return Skip.NOTHING
    due_at = schedule.due(
        digest.day,
        hour=subscription.hour,
        zone=ZoneInfo(subscription.time_zone),
        last_hour=digest.newsletter.last_hour,
        waits=waits(digest),
        now=now,
    )
    if due_at is None:
        return Skip.LATE
    return Move(due_at) if due_at > now else Go(wishes(subscription))

"""What is right for a planned reader at this moment: the claim reads everything about the row again."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from zoneinfo import ZoneInfo

from digests.models import Digest
from newsletter.delivery.models import Delivery
from newsletter.subscribers import schedule
from newsletter.subscribers.models import Subscription

Skip = Delivery.Skip


@dataclass(frozen=True, slots=True)
class Hours:
    """When a reader reads, and whether at all. `weekdays` are bits: Monday is 1, Sunday 64."""

    status: str
    weekdays: int
    hour: int
    time_zone: str


@dataclass(frozen=True, slots=True)
class Move:
    """The reader's hour is later now than it was when the row was planned."""

    due_at: datetime


class Go(Enum):
    """The reader gets the digest now."""

    NOW = "now"


def read_again(hours: Hours, digest: Digest, *, now: datetime, waits: bool) -> Delivery.Skip | Move | Go:
    """What becomes of a PLANNED row. `waits` says whether the digest may still go out on the next morning."""
    if digest.status != Digest.Status.APPROVED:
        return Skip.CANCELLED if digest.status == Digest.Status.CANCELLED else Skip.LATE
    if hours.status != Subscription.Status.ACTIVE:
        return Skip.LEFT
    if not schedule.reads_on(digest.day, hours.weekdays):
        return Skip.NOTHING
    due_at = schedule.due(
        digest.day,
        hour=hours.hour,
        zone=ZoneInfo(hours.time_zone),
        last_hour=digest.newsletter.last_hour,
        waits=waits,
        now=now,
    )
    if due_at is None:
        return Skip.LATE
    return Move(due_at) if due_at > now else Go.NOW

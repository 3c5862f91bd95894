"""What is right for a planned reader at this moment: the claim reads everything about the row again."""

import json
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import Enum
from zoneinfo import ZoneInfo

from digests.models import Digest
from newsletter.delivery.models import Delivery
from newsletter.subscribers import schedule
from newsletter.subscribers.models import Subscription

Skip = Delivery.Skip


@dataclass(frozen=True, slots=True)
class Hours:
    """When a reader reads, and whether at all. `weekdays` are bits: Monday is 1, Sunday 64.

    The fields are columns of Subscription; the claim reads them in this order (statements.DUE).
    """

    status: str
    weekdays: int
    hour: int
    time_zone: str
    rhythm: str
    paused_until: date | None


HOURS = tuple(field.name for field in fields(Hours))


@dataclass(frozen=True, slots=True)
class Move:
    """The reader's hour is later now than it was when the row was planned."""

    due_at: datetime


class Go(Enum):
    """The reader gets the digest now."""

    NOW = "now"


def hours_of(subscription: Subscription) -> Hours:
    return Hours(*(getattr(subscription, name) for name in HOURS))


def hours_in(text: str) -> Hours:
    """What the JSON of ledger.Due says."""
    values = json.loads(text)
    values[-1] = date.fromisoformat(values[-1]) if values[-1] else None
    return Hours(*values)


def read_again(hours: Hours, digest: Digest, *, now: datetime, waits: bool) -> Delivery.Skip | Move | Go:
    """What becomes of a PLANNED row. `waits` says whether the digest may still go out on the next morning."""
    due = due_at(hours, digest, now=now, waits=waits)
    if isinstance(due, Skip):
        return due
    return Move(due) if due > now else Go.NOW


def due_at(hours: Hours, digest: Digest, *, now: datetime, waits: bool) -> Delivery.Skip | datetime:
    """When the digest is due for a reader, or why it is not; a moment that has passed means at once."""
    if digest.status != Digest.Status.APPROVED:
        return Skip.CANCELLED if digest.status == Digest.Status.CANCELLED else Skip.LATE
    if hours.status != Subscription.Status.ACTIVE:
        return Skip.LEFT
    day = schedule.reading_day(
        digest.day,
        kind=digest.kind,
        rhythm=hours.rhythm,
        weekdays=hours.weekdays,
        paused_until=hours.paused_until,
    )
    if day is None:
        return Skip.RESTS
    due = schedule.due(
        day,
        hour=hours.hour,
        zone=ZoneInfo(hours.time_zone),
        last_hour=digest.newsletter.last_hour,
        waits=waits,
        now=now,
    )
    return Skip.LATE if due is None else due


def read_correction(hours: Hours, digest: Digest) -> Delivery.Skip | Go:
    """What becomes of a PLANNED row of a correction: it goes at once to those who still read the newsletter."""
    if digest.status != Digest.Status.APPROVED:
        return Skip.CANCELLED if digest.status == Digest.Status.CANCELLED else Skip.LATE
    return Go.NOW if hours.status == Subscription.Status.ACTIVE else Skip.LEFT

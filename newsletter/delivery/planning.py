"""Planning: turns approved digests into rows of the ledger as each zone's hour comes."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from digests.models import Digest
from newsletter.delivery import ledger
from newsletter.delivery.models import Delivery
from newsletter.delivery.queries import (
    digests_going_out,
    digests_that_are_over,
    has_approved_digest,
    mornings,
    readers_without_a_row,
)
from newsletter.postbox.models import Sender
from newsletter.postbox.queries import sender_of
from newsletter.subscribers import schedule

logger = logging.getLogger(__name__)

AHEAD = timedelta(minutes=30)  # rows are made so long before they are due


def plan(*, now: datetime) -> None:
    """Every reader whose hour has come, or comes within AHEAD, has a row for each digest that is going out."""
    for digest in digests_going_out():
        try:
            plan_digest(digest, now=now)
        except Exception:  # one odd digest must not stop the others
            logger.exception("digest %s could not be planned", digest.pk)


def plan_digest(digest: Digest, *, now: datetime) -> None:
    """The same for one digest. May run any number of times, and at once with itself."""
    sender = sender_of(digest.newsletter)
    ledger.assign(digest, sender)
    waits = waits_for_next_morning(digest)
    for time_zone, hour in mornings(digest.newsletter):
        try:
            due_at = _due(digest, time_zone=time_zone, hour=hour, waits=waits, now=now)
        except (LookupError, ValueError, OSError):  # one zone that this machine does not know must not stop the others
            logger.exception("digest %s could not be planned for %s", digest.pk, time_zone)
            continue
        if due_at is not None and due_at <= now + AHEAD:
            ledger.plan(_rows(digest, sender, time_zone=time_zone, hour=hour, due_at=due_at))


def waits_for_next_morning(digest: Digest) -> bool:
    """Whether readers who cannot get the digest on its day get it on the next morning."""
    late = digest.newsletter.late == digest.newsletter.Late.NEXT_DAY
    return late and not has_approved_digest(digest.newsletter, digest.day + schedule.DAY)


def close_past(*, now: datetime) -> int:
    """Digests that are over everywhere are closed: nothing is planned for them again."""
    return digests_that_are_over(now).update(status=Digest.Status.CLOSED)


def _due(digest: Digest, *, time_zone: str, hour: int, waits: bool, now: datetime) -> datetime | None:
    last_hour = digest.newsletter.last_hour
    return schedule.due(digest.day, hour=hour, zone=ZoneInfo(time_zone), last_hour=last_hour, waits=waits, now=now)


def _rows(digest: Digest, sender: Sender, *, time_zone: str, hour: int, due_at: datetime) -> Iterator[Delivery]:
    readers = readers_without_a_row(
        digest,
        time_zone=time_zone,
        hour=hour,
        weekday_bit=schedule.weekday_bit(digest.day),
        confirmed_by=max(due_at, digest.approved_at or due_at),
    )
    for subscription_id in readers.values_list("pk", flat=True).iterator(chunk_size=ledger.CHUNK):
        yield Delivery(digest=digest, subscription_id=subscription_id, sender=sender, due_at=due_at, ready_at=due_at)

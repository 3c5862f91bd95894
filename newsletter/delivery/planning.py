"""Planning: turns approved digests into rows of the ledger as each zone's hour comes."""

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
from newsletter.postbox.queries import sender_of
from newsletter.subscribers import schedule

AHEAD = timedelta(minutes=30)  # rows are made so long before they are due


def plan(*, now: datetime) -> None:
    """Every reader whose hour has come, or comes within AHEAD, has a row for each digest that is going out."""
    for digest in digests_going_out():
        plan_digest(digest, now=now)


def plan_digest(digest: Digest, *, now: datetime) -> None:
    """The same for one digest. May run any number of times, and at once with itself."""
    waits = waits_for_next_morning(digest)
    for time_zone, hour in mornings(digest.newsletter):
        due_at = schedule.due(
            digest.day,
            hour=hour,
            zone=ZoneInfo(time_zone),
            last_hour=digest.newsletter.last_hour,
            waits=waits,
            now=now,
        )
        if due_at is not None and due_at <= now + AHEAD:
            ledger.plan(_rows(digest, time_zone=time_zone, hour=hour, due_at=due_at))


def waits_for_next_morning(digest: Digest) -> bool:
    """Whether readers who cannot get the digest on its day get it on the next morning."""
    late = digest.newsletter.late == digest.newsletter.Late.NEXT_DAY
    return late and not has_approved_digest(digest.newsletter, digest.day + schedule.DAY)


def close_past(*, now: datetime) -> int:
    """Digests that are over everywhere are closed: nothing is planned for them again."""
    return digests_that_are_over(now).update(status=Digest.Status.CLOSED)


def _rows(digest: Digest, *, time_zone: str, hour: int, due_at: datetime) -> Iterator[Delivery]:
    sender = sender_of(digest.newsletter)
    readers = readers_without_a_row(
        digest,
        time_zone=time_zone,
        hour=hour,
        weekday_bit=schedule.weekday_bit(digest.day),
        confirmed_by=max(due_at, digest.approved_at or due_at),
    )
    for subscription_id in readers.values_list("pk", flat=True).iterator(chunk_size=ledger.CHUNK):
        yield Delivery(digest=digest, subscription_id=subscription_id, sender=sender, due_at=due_at, ready_at=due_at)

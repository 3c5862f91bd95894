"""Planning: turns approved digests into rows of the ledger as each zone's hour comes."""

import logging
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from digests.models import Digest
from newsletter.delivery import planned, readers
from newsletter.delivery.queries import (
    digests_going_out,
    digests_that_are_over,
    has_approved_digest,
    has_rows_of,
    last_correction,
)
from newsletter.delivery.readers import Morning
from newsletter.postbox.models import Sender
from newsletter.postbox.queries import sender_of
from newsletter.subscribers import schedule

logger = logging.getLogger(__name__)

# Rows are made so long before they are due: a million take less than a minute, and the fewer readers change their
# hour between row and mail, the fewer rows have to move.
AHEAD = timedelta(minutes=30)
FRESH = timedelta(minutes=10)  # so long after its hour, or a late approval, all readers of a morning are looked at
NEAR = timedelta(days=3)  # a day further off is over in every zone, the morning after included, or has not begun
SETTLED = timedelta(hours=1)  # so long after a correction was approved, nobody is just being sent what was before it
TURNS = 15  # runs of planning in which all readers of the mornings before that have been looked at
LEAST = 50_000  # subscriptions a turn


def plan(*, now: datetime) -> None:
    """Every reader whose hour has come, or comes within AHEAD, has a row for each digest that is going out.

    A reader who changes to an hour that has passed has one within TURNS runs. So has who takes back in time what a row
    was skipped or moved for: it is planned again.
    """
    added = 0
    for digest in digests_going_out():
        try:
            added += plan_digest(digest, now=now)
        except Exception:  # one odd digest must not stop the others
            logger.exception("digest %s could not be planned", digest.pk)
    planned.analyze(added)


def plan_digest(digest: Digest, *, now: datetime) -> int:
    """The same for one digest; how many rows are new, or planned again.

    May run any number of times, and at once with itself.
    """
    sender = sender_of(digest.newsletter)
    planned.assign(digest, sender)
    added = correct(digest, sender, now=now)
    for day, due in _due_mornings(digest, now=now).items():
        past = [morning for morning in due if morning.confirmed_by + FRESH < now]
        fresh = [morning for morning in due if morning.confirmed_by + FRESH >= now]
        looked_at = due if past and _somebody_is_missing(digest, past, day=day, now=now) else fresh
        if looked_at:
            added += planned.insert(digest, sender, readers.without_a_row(digest, looked_at, day=day))
    return added


def correct(digest: Digest, sender: Sender, *, now: datetime) -> int:
    """Who had the digest before its last correction has a row for that, if it is to be mailed; how many are new."""
    corrected = last_correction(digest)
    if corrected is None or (corrected.approved_at + SETTLED < now and has_rows_of(digest, corrected.correction)):
        return 0
    return planned.insert_corrections(digest, sender, correction=corrected.correction, number=corrected.number, now=now)


def waits_for_next_morning(digest: Digest) -> bool:
    """Whether readers who cannot get the digest on their day get it on the next morning.

    A daily digest gives way to that of the next day; those who wait for another kind have no other.
    """
    late = digest.newsletter.late == digest.newsletter.Late.NEXT_DAY
    if digest.kind != Digest.Kind.DAILY:
        return late
    return late and not has_approved_digest(digest.newsletter, digest.day + schedule.DAY)


def close_past(*, now: datetime) -> int:
    """Digests that are over everywhere are closed: nothing is planned for them again."""
    return digests_that_are_over(now).update(status=Digest.Status.CLOSED)


def _due_mornings(digest: Digest, *, now: datetime) -> dict[date, list[Morning]]:
    """The newsletter's mornings that have come, or come within AHEAD, by the day that they belong to."""
    waits, found = waits_for_next_morning(digest), defaultdict[date, list[Morning]](list)
    near = [day for day in schedule.reading_days(digest.day, kind=digest.kind) if abs(day - now.date()) <= NEAR]
    for time_zone, hour in readers.hours(digest.newsletter) if near else ():
        try:
            zone = ZoneInfo(time_zone)
        except (LookupError, ValueError, OSError):  # one zone that this machine does not know must not stop the others
            logger.exception("digest %s could not be planned for %s", digest.pk, time_zone)
            continue
        for day in near:
            last_hour = digest.newsletter.last_hour
            due_at = schedule.due(day, hour=hour, zone=zone, last_hour=last_hour, waits=waits, now=now)
            if due_at is not None and due_at <= now + AHEAD:
                confirmed_by = max(due_at, digest.approved_at or due_at)
                found[day].append(Morning(time_zone, hour, due_at=due_at, confirmed_by=confirmed_by))
    return found


def _somebody_is_missing(digest: Digest, past: Sequence[Morning], *, day: date, now: datetime) -> bool:
    """Whether one of some readers of mornings long past has no row: a reader's change, or an outage, made it so.

    Nobody new can be among them, so each run looks at some readers, by id, and at all in TURNS runs, instead of at
    a million each minute. After an outage many have no row, and the first look finds one.
    """
    last = readers.last_subscription()
    size = max(LEAST, last // TURNS + 1)
    first = int(now.timestamp() // 60) % (last // size + 1) * size
    return readers.is_somebody_without_a_row(digest, past, day=day, ids=(first, first + size - 1))

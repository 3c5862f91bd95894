"""Restoring: after a backup was restored, what may have left since it was taken is in doubt, and so leaves no more."""

import logging
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.models import QuerySet

from digests.models import Digest, Newsletter
from newsletter.delivery import ledger, planned, planning, readers, settling
from newsletter.delivery.queries import (
    count_of_due_rows,
    digests_going_out,
    digests_open_at,
    rows_without_edition,
    special_issues,
    weekly_days,
)
from newsletter.delivery.readers import Morning
from newsletter.delivery.statements import POSTGRESQL, execute
from newsletter.postbox import outbox, senders
from newsletter.postbox.journal import journals, left_behind
from newsletter.postbox.queries import sender_of
from newsletter.subscribers import schedule

logger = logging.getLogger(__name__)

CHUNK = 20_000  # rows
# Rows that the backup does not know had numbers. They stand in links and in reports of the mail provider that may
# still come: nobody else must get them. So many are left out, which is more than a week makes.
LEFT_OUT = {"delivery_delivery": 100_000_000, "subscribers_subscription": 10_000_000, "postbox_letter": 10_000_000}


@dataclass(frozen=True, slots=True)
class Report:
    """What was done. `drafts` are digests that the backup does not have, and `left` rows that are due all the same."""

    senders: int
    planned: int
    rows: int
    letters: int
    journals: int
    drafts: list[Digest]
    left: int


def restore(folder: Path, *, taken_at: datetime, now: datetime) -> Report:
    """Every Sender is paused, and what is due, or would be, is UNCERTAIN. May run any number of times.

    Rows that were due before the backup too: what had not left by then has had all the time since. No journal in
    `folder` settles any of them: one out of the backup does not know what has left since.
    """
    removed = _remove_journals(folder)
    reason = f"restored from a backup of {taken_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    paused = senders.pause_all(reason=f"{reason}: resume when checked", now=now)
    leave_numbers_out()
    drafts: list[Digest] = []
    added = sum(_plan_newsletter(one, drafts, taken_at=taken_at, now=now) for one in _newsletters())
    added += sum(planning.correct(digest, sender_of(digest.newsletter), now=now) for digest in digests_going_out())
    rows = _doubt(taken_at=taken_at, now=now, reason=f"{reason}: it may have left since")
    letters = outbox.doubt_due(now=now, reason=f"{reason}: it may have left since")
    _name_editions()
    return Report(paused, added, rows, letters, removed, drafts, left=count_of_due_rows(now))


def leave_numbers_out() -> None:
    """The next rows get numbers that none of the lost ones had."""
    for table, count in LEFT_OUT.items():
        if connection.vendor == POSTGRESQL:
            sequence = "pg_get_serial_sequence(%s, 'id')"
            execute(f"SELECT setval({sequence}, nextval({sequence}) + %s)", [table, table, count])
        elif not execute("UPDATE sqlite_sequence SET seq = seq + %s WHERE name = %s", [count, table]):
            execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, count])


def _remove_journals(folder: Path) -> int:
    """Also those that are from after the backup: their claims are not in it. A living process keeps its own."""
    removed = 0
    for path in journals(folder):
        with left_behind(path):
            pass
        removed += not path.exists()
    return removed


def _newsletters() -> QuerySet[Newsletter]:
    """Also those that had approved no digest yet when the backup was taken: they may have since."""
    return Newsletter.objects.filter(sender_assignment__isnull=False)


def _plan_newsletter(newsletter: Newsletter, drafts: list[Digest], *, taken_at: datetime, now: datetime) -> int:
    """Readers have a row for each digest that could go out to them now, also where the backup has no such digest.

    Else it would be imported and approved once more, and go out once more. Of special issues those that the backup has:
    others are begun by hand, by somebody who knows. How many rows are new.
    """
    added = 0
    for day, mornings in sorted(_mornings_by_day(newsletter, taken_at=taken_at, now=now).items()):
        digests = special_issues(newsletter, _week(day))
        for kind, of_day in [(Digest.Kind.DAILY, day), *((Digest.Kind.WEEKLY, one) for one in _weeks(newsletter, day))]:
            digest, is_new = Digest.objects.get_or_create(newsletter=newsletter, day=of_day, kind=kind, slug="")
            drafts.extend([digest] if is_new else [])
            digests.append(digest)
        for digest in digests:
            if digest.status != Digest.Status.CLOSED:
                missing = readers.without_a_row(digest, mornings, day=day)
                added += planned.insert(digest, sender_of(newsletter), missing)
    planned.analyze(added)
    return added


def _week(day: date) -> list[date]:
    """The days whose weekly or special digest may come on that day."""
    return [day - ahead * schedule.DAY for ahead in range(schedule.DAYS_OF_A_WEEK)]


def _weeks(newsletter: Newsletter, day: date) -> list[date]:
    """The days of the weekly digests that somebody may have got on that day, also of one that the backup lacks."""
    week = _week(day)
    known = weekly_days(newsletter, week)
    return [one for one in week if one in known or one.weekday() == newsletter.weekly_day]


def _mornings_by_day(newsletter: Newsletter, *, taken_at: datetime, now: datetime) -> dict[date, list[Morning]]:
    """The mornings that have come and whose day is not over, by the digest's day.

    Without those whose readers, by the last hour as it is, have waited for the next one since the backup was taken.
    """
    last_hour = newsletter.last_hour
    found = defaultdict[date, list[Morning]](list)
    for name, hour in readers.hours(newsletter):
        try:
            zone = ZoneInfo(name)
        except (LookupError, ValueError, OSError):  # one zone that this machine does not know must not stop the others
            logger.exception("nothing is planned for %s", name)
            continue
        waits = newsletter.late == Newsletter.Late.NEXT_DAY
        for day, due_at in _open_days(hour, zone, waits=waits, now=now):
            # Whose row waits for the next morning has got nothing and goes on waiting.
            stays = schedule.due(day, hour=hour, zone=zone, last_hour=last_hour, waits=waits, now=now)
            if stays and stays > now and taken_at > schedule.closing(day, hour=hour, zone=zone, last_hour=last_hour):
                continue
            found[day].append(Morning(name, hour, due_at=due_at, confirmed_by=now, stays=stays))
    return found


def _open_days(hour: int, zone: ZoneInfo, *, waits: bool, now: datetime) -> Iterator[tuple[date, datetime]]:
    """Days whose digest may have gone out to these readers and still could, were the last hour moved to midnight."""
    today = now.astimezone(zone).date()
    for day in (today - schedule.DAY, today):
        due_at = schedule.morning(day, hour=hour, zone=zone)
        last = day + schedule.DAY if waits else day
        if due_at <= now <= schedule.closing(last, hour=hour, zone=zone, last_hour=24):
            yield day, due_at


def _doubt(*, taken_at: datetime, now: datetime, reason: str) -> int:
    total, were_open = 0, digests_open_at(taken_at)
    while done := ledger.doubt_due(now=now, open_digests=were_open, reason=reason, most=CHUNK):
        total += done
    ledger.forget_claims()  # journals of other machines may be out of a backup too
    return total


def _name_editions() -> None:
    """Rows in doubt name the edition that their readers would get: without one, nothing can prove them sent."""
    after = 0
    while rows := list(rows_without_edition(after=after, most=1000)):
        with transaction.atomic():
            settling.name_editions(rows)
        after = rows[-1].pk

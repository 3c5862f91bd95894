"""Checking: looks at everything that a morning needs, and says what is wrong."""

import logging
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.db.models.functions import Now

from digests import days
from digests.composing import composed_from
from digests.models import Digest, Newsletter
from newsletter.delivery import readers
from newsletter.health import problems, queries
from newsletter.health.models import Heartbeat
from newsletter.health.problems import Problem
from newsletter.postbox.queries import paused_senders
from newsletter.subscribers import schedule

logger = logging.getLogger(__name__)

BEAT = "beat"


def beat() -> None:
    """The timetable is alive, and so is a worker that does what it says."""
    Heartbeat.objects.update_or_create(name=BEAT, defaults={"at": Now()})


def check(*, now: datetime) -> list[Problem]:
    """All that is wrong now; nothing when all is well. Where the database is gone, that alone and the journal."""
    journal = [] if is_writable(settings.JOURNAL_DIR) else [problems.NO_JOURNAL]
    try:
        return [*_in_the_database(now), *journal]
    except (DatabaseError, InterfaceError):
        logger.exception("the database cannot be asked")
        return [problems.NO_DATABASE, *journal]


def is_writable(folder: Path) -> bool:
    """Whether a file can be made in the folder, which is made where it is missing."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def _in_the_database(now: datetime) -> Iterator[Problem]:
    yield from problems.silent_beat(queries.silence_of(BEAT))
    yield from problems.long_due(queries.longest_waits(), now=now)
    yield from problems.unanswered(queries.oldest_ask(), now=now)
    yield from problems.paused(sender.slug for sender in paused_senders())
    for newsletter in queries.newsletters_with_readers():
        yield from _not_approved(newsletter, now=now)


def _not_approved(newsletter: Newsletter, *, now: datetime) -> Iterator[Problem]:
    """A problem for each digest that somebody expects, and no editor has approved or cancelled.

    A day without a digest is none where there is none on that weekday: many rest at the weekend.
    """
    missing = [*_missing(newsletter, problems.days_around(now), now=now)]
    mornings = readers.hours(newsletter) if missing else []
    told = set[str]()
    for digest, kind, day in missing:
        name = days.name(digest, kind)
        if name not in told and _somebody_expects(newsletter, kind, day, mornings, now=now):
            told.add(name)
            yield problems.not_approved(newsletter.slug, name)


def _missing(newsletter: Newsletter, around: Sequence[date], *, now: datetime) -> Iterator[tuple[date, str, date]]:
    """The day and kind of each digest that is not approved, and one of these days on which its readers read."""
    for day in around:
        if queries.is_missing(newsletter, day, kind=Digest.Kind.DAILY):
            yield day, Digest.Kind.DAILY, day
    first = min(around) - (schedule.DAYS_OF_A_WEEK - 1) * schedule.DAY
    drafts = queries.weekly_drafts(newsletter, first=first, last=max(around))
    for week in (first + ahead * schedule.DAY for ahead in range((max(around) - first).days + 1)):
        if week in drafts or _is_not_composed(newsletter, week, now=now):
            of_week = schedule.reading_days(week, kind=Digest.Kind.WEEKLY)
            yield from ((week, Digest.Kind.WEEKLY, day) for day in around if day in of_week)


def _is_not_composed(newsletter: Newsletter, week: date, *, now: datetime) -> bool:
    """Whether there should be a weekly digest of that day by now, and is none."""
    if week.weekday() != newsletter.weekly_day:
        return False
    try:
        is_time = composed_from(newsletter, week) <= now
    except (LookupError, ValueError, OSError):  # composing logs a zone that this machine does not know
        is_time = True
    return is_time and queries.is_missing(newsletter, week, kind=Digest.Kind.WEEKLY)


def _somebody_expects(
    newsletter: Newsletter, rhythm: str, day: date, mornings: Iterable[tuple[str, int]], *, now: datetime
) -> bool:
    return any(
        _is_expected(newsletter, day, zone=zone, hour=hour, now=now)
        and queries.has_reader(newsletter, rhythm=rhythm, time_zone=zone, hour=hour, day=day)
        for zone, hour in mornings
    )


def _is_expected(newsletter: Newsletter, day: date, *, zone: str, hour: int, now: datetime) -> bool:
    try:
        there = ZoneInfo(zone)
    except (LookupError, ValueError, OSError):  # planning logs a zone that this machine does not know
        return False
    return problems.is_expected(day, hour=hour, zone=there, last_hour=newsletter.last_hour, now=now)

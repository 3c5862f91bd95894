"""The calendar: what each day of a month has, or will have, for one newsletter."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from digests.days import DAY, FIRST, LAST
from digests.locales import first_weekday, week_date
from digests.models import DayOff, Digest, Newsletter
from newsletter.desk import queries
from newsletter.desk.stages import Stage
from newsletter.desk.standing import Standing, standings_of

WEEK = 7
WORKED_ON = timedelta(days=7)  # so long after its day a weekly digest may still be approved


@dataclass(frozen=True, slots=True)
class Issue:
    """A digest of a day with its id, or one that will be there, with neither id nor stage."""

    kind: str
    name: str
    stage: Stage | None = None
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the calendar; `off` is the row that says that it has no digest."""

    day: date
    name: str
    is_today: bool
    in_month: bool
    is_past: bool
    off: DayOff | None
    issues: tuple[Issue, ...]


def editors_day(newsletter: Newsletter, *, now: datetime) -> date:
    return now.astimezone(ZoneInfo(newsletter.time_zone)).date()


def month(newsletter: Newsletter, first: date, *, now: datetime) -> list[Day]:
    """The weeks of the month, whole, in the order of the editor's language."""
    start = first - ((first.weekday() - first_weekday(get_language() or "en")) % WEEK) * DAY
    after = (first + timedelta(days=31)).replace(day=1)
    days = [start + ahead * DAY for ahead in range(-(-(after - start).days // WEEK) * WEEK)]
    digests, today = queries.digests_between(newsletter, days[0], days[-1]), editors_day(newsletter, now=now)
    found: dict[date, list[Digest]] = {}
    for digest in digests:
        found.setdefault(digest.day, []).append(digest)
    standings = standings_of(digests, now=now, since=today - WORKED_ON)
    off = queries.days_off([newsletter], days[0], days[-1])[newsletter.pk]
    return [
        Day(
            day=day,
            name=week_date(day, get_language() or "en"),
            is_today=day == today,
            in_month=day.month == first.month,
            is_past=day < today,
            off=off.get(day),
            issues=tuple(_issues(newsletter, day, found.get(day, []), standings, today=today)),
        )
        for day in days
    ]


def neighbours(first: date) -> tuple[date | None, date | None]:
    """The months before and after, as long as digests can have days in them."""
    before, after = (first - DAY).replace(day=1), (first + timedelta(days=31)).replace(day=1)
    return (before if before >= FIRST else None), (after if after <= LAST else None)


def _issues(
    newsletter: Newsletter, day: date, digests: list[Digest], standings: Mapping[int, Standing], *, today: date
) -> Iterator[Issue]:
    for digest in digests:
        yield Issue(digest.kind, _name(digest), standings[digest.pk].stage, digest.pk)
    has_weekly = any(digest.kind == Digest.Kind.WEEKLY for digest in digests)
    if day.weekday() == newsletter.weekly_day and day >= today and not has_weekly:
        yield Issue(Digest.Kind.WEEKLY, _("Best of the week"))


def _name(digest: Digest) -> str:
    if digest.kind == Digest.Kind.WEEKLY:
        return _("Best of the week")
    return digest.slug if digest.kind == Digest.Kind.SPECIAL else _("Daily digest")

"""The calendar: what each day of a month has, or will have, for one newsletter."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from digests.days import DAY, FIRST, LAST
from digests.locales import first_weekday, week_date
from digests.models import DayOff, Digest, Newsletter
from newsletter.desk import queries

Status = Digest.Status
WEEK = 7


@dataclass(frozen=True, slots=True)
class Issue:
    """A digest of a day, or one that will be there. `look` is good, warn, bad or quiet; `number` is its id, if any."""

    kind: str
    name: str
    state: str
    look: str
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


def today(newsletter: Newsletter, *, now: datetime) -> date:
    """The editors' day."""
    return now.astimezone(ZoneInfo(newsletter.time_zone)).date()


def month(newsletter: Newsletter, first: date, *, today: date) -> list[Day]:
    """The weeks of the month, whole, in the order of the editor's language."""
    start = first - ((first.weekday() - first_weekday(get_language() or "en")) % WEEK) * DAY
    after = (first + timedelta(days=31)).replace(day=1)
    days = [start + ahead * DAY for ahead in range(-(-(after - start).days // WEEK) * WEEK)]
    found: dict[date, list[Digest]] = {}
    for digest in queries.digests_between(newsletter, days[0], days[-1]):
        found.setdefault(digest.day, []).append(digest)
    off = queries.days_off(newsletter, days[0], days[-1])
    return [
        Day(
            day=day,
            name=week_date(day, get_language() or "en"),
            is_today=day == today,
            in_month=day.month == first.month,
            is_past=day < today,
            off=off.get(day),
            issues=tuple(_issues(newsletter, day, found.get(day, []), today=today)),
        )
        for day in days
    ]


def neighbours(first: date) -> tuple[date | None, date | None]:
    """The months before and after, as long as digests can have days in them."""
    before, after = (first - DAY).replace(day=1), (first + timedelta(days=31)).replace(day=1)
    return (before if before >= FIRST else None), (after if after <= LAST else None)


def _issues(newsletter: Newsletter, day: date, digests: list[Digest], *, today: date) -> Iterator[Issue]:
    for digest in digests:
        words, look = state(digest)
        yield Issue(kind=digest.kind, name=_name(digest), state=words, look=look, number=digest.pk)
    has_weekly = any(digest.kind == Digest.Kind.WEEKLY for digest in digests)
    if day.weekday() == newsletter.weekly_day and day >= today and not has_weekly:
        yield Issue(kind=Digest.Kind.WEEKLY, name=_("Best of the week"), state=_("to come"), look="quiet")


def state(digest: Digest) -> tuple[str, str]:
    """What has become of the digest, in a word or two, and how that looks.

    Whether mails of it have left, and more are to come, says `queries.digests_between`.
    """
    has_left, has_more = getattr(digest, "has_left", False), getattr(digest, "has_more", False)
    if digest.status == Status.DRAFT:
        return (_("draft"), "warn") if digest.version else (_("came in"), "warn")
    if digest.status == Status.APPROVED and has_left:
        return (_("going out"), "good") if has_more else (_("sent"), "good")
    if digest.status == Status.CLOSED:
        return (_("sent"), "good") if digest.approved_at else (_("closed"), "quiet")
    looks = {Status.APPROVED: "good", Status.PAUSED: "bad", Status.CANCELLED: "quiet"}
    return str(digest.get_status_display()), looks[Status(digest.status)]


def _name(digest: Digest) -> str:
    if digest.kind == Digest.Kind.WEEKLY:
        return _("Best of the week")
    return digest.slug if digest.kind == Digest.Kind.SPECIAL else _("Daily digest")

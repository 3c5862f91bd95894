"""Today: what each newsletter's editors have to know in the morning, and where each thing is mended."""

from collections import Counter
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from django.contrib.auth.models import AbstractUser, AnonymousUser
from django.core.cache import cache

from digests.models import DayOff, Digest, Newsletter, Source
from newsletter.delivery import readers
from newsletter.delivery.queries import counts_of
from newsletter.desk import today_queries as queries
from newsletter.desk.queries import days_off
from newsletter.desk.stages import Stage, Summaries
from newsletter.desk.standing import Standing, standings_of
from newsletter.postbox.models import Sender
from newsletter.staff.models import Role
from newsletter.subscribers import schedule
from newsletter.subscribers.queries import active_readers_by_rhythm

T = TypeVar("T")
COUNTED_FOR = 60  # seconds: a million rows are counted once a minute, whoever looks
WRITE = {Role.Kind.TRANSLATOR, Role.Kind.EDITOR}
APPROVE = {Role.Kind.PUBLISHER, Role.Kind.ADMINISTRATOR}
BEFORE_APPROVAL = {Stage.CAME_IN, Stage.DRAFTED, Stage.TO_CHECK, Stage.READY}
OVER = {Stage.SENT, Stage.CANCELLED, Stage.CLOSED}
DOUBTED = timedelta(days=30)  # so long mails that are uncertain are spoken of


@dataclass(frozen=True, slots=True)
class Language:
    """How a draft stands in one language, how many read it there, and who could write what is missing."""

    summaries: Summaries
    readers: int
    writers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Issue:
    """A digest that is near, or a day that should have one (`digest` is None then).

    `cut_off` is when it has to be approved, also for half a day after; `opens_at` is when its first mail is due, while
    that is ahead. `approvers` are the names of those whom it waits for.
    """

    day: date
    kind: str
    digest: Digest | None
    stage: Stage
    languages: tuple[Language, ...] = ()
    cut_off: datetime | None = None
    opens_at: datetime | None = None
    approvers: tuple[str, ...] = ()

    @property
    def waits(self) -> bool:
        return self.stage in BEFORE_APPROVAL


@dataclass(frozen=True, slots=True)
class Desk:
    """One newsletter's morning. `last` is the digest before today's, with its rows by status."""

    newsletter: Newsletter
    today: date
    issues: tuple[Issue, ...]
    day_off: DayOff | None
    last: Digest | None
    rows: Mapping[str, int] = field(default_factory=dict)
    sources: tuple[Source, ...] = ()
    sender: Sender | None = None
    uncertain: tuple[Digest, ...] = ()


def desks(newsletters: Collection[Newsletter], *, now: datetime) -> list[Desk]:
    """The morning of each newsletter, by the editors' clock of each."""
    if not newsletters:
        return []
    near = queries.digests_near(newsletters, now.date())
    standings = standings_of(near, now=now)
    doubted = queries.digests_in_doubt(newsletters, since=now.date() - DOUBTED)
    roles = queries.roles_at(newsletters)
    senders = queries.senders_of(newsletters)
    off = days_off(newsletters, now.date() - queries.BEHIND, now.date() + queries.AHEAD)
    failed = queries.failed_sources(newsletters)
    found = []
    for newsletter in newsletters:
        today = now.astimezone(ZoneInfo(newsletter.time_zone)).date()
        hours = readers.hours(newsletter)
        there = [
            _issue(digest, standings[digest.pk], roles[newsletter.pk], hours, off=off[newsletter.pk], now=now)
            for digest in near
            if digest.newsletter_id == newsletter.pk
        ]
        last = queries.last_sent(newsletter, before=today)
        found.append(
            Desk(
                newsletter=newsletter,
                today=today,
                issues=tuple(_issues(newsletter, there, off[newsletter.pk], today=today, now=now)),
                day_off=off[newsletter.pk].get(today),
                last=last,
                rows=rows_of(last) if last else {},
                sources=tuple(source for source in failed if source.newsletter_id == newsletter.pk),
                sender=senders.get(newsletter.pk),
                uncertain=tuple(digest for digest in doubted if digest.newsletter_id == newsletter.pk),
            )
        )
    return found


def newsletters_seen_by(user: AbstractUser | AnonymousUser) -> list[Newsletter]:
    """The newsletters whose digests the user may see, by name."""
    return [one for one in Newsletter.objects.order_by("name") if user.has_perm("digests.view_digest", one)]


def rows_of(digest: Digest) -> dict[str, int]:
    """The digest's rows by status, as they were counted within a minute."""
    return _counted(f"desk:rows:{digest.pk}", lambda: counts_of([digest]).get(digest.pk, {}))


def readers_of(newsletter: Newsletter, *, rhythm: str) -> dict[str, int]:
    """Active readers by language, as they were counted within a minute; a special issue is for all of them."""
    counted = _counted(f"desk:readers:{newsletter.pk}", lambda: active_readers_by_rhythm(newsletter))
    if rhythm in counted:
        return counted[rhythm]
    return dict(sum(map(Counter, counted.values()), Counter())) if rhythm == Digest.Kind.SPECIAL else {}


def _counted(name: str, count: Callable[[], dict[str, T]]) -> dict[str, T]:
    return cache.get_or_set(name, count, COUNTED_FOR) or {}


def _issues(
    newsletter: Newsletter, there: Iterable[Issue], off: Container[date], *, today: date, now: datetime
) -> Iterator[Issue]:
    """Today's daily digest first, also where it is missing; then what is open of the days around it.

    A daily draft waits for its own day alone.
    """
    daily = [issue for issue in there if issue.day == today and issue.kind == Digest.Kind.DAILY]
    if not daily and today not in off:
        yield Issue(today, Digest.Kind.DAILY, None, Stage.MISSING, cut_off=_cut_off(newsletter, today, now=now))
    yield from daily
    for issue in there:
        is_late = issue.day < today and issue.waits and issue.kind == Digest.Kind.DAILY
        if issue not in daily and not is_late and issue.stage not in OVER:
            yield issue


def _issue(
    digest: Digest,
    standing: Standing,
    roles: Collection[Role],
    hours: Iterable[tuple[str, int]],
    *,
    off: Container[date],
    now: datetime,
) -> Issue:
    """What comes in on a day off waits for nobody; who wants to works on it all the same."""
    newsletter = digest.newsletter
    counted = readers_of(newsletter, rhythm=digest.kind)
    waits = standing.stage in BEFORE_APPROVAL and not (digest.kind == Digest.Kind.DAILY and digest.day in off)
    return Issue(
        day=digest.day,
        kind=digest.kind,
        digest=digest,
        stage=standing.stage,
        languages=tuple(
            Language(row, counted.get(row.locale, 0), _names(roles, WRITE, row.locale))
            for row in standing.languages
            if row.papers
        ),
        cut_off=_cut_off(newsletter, digest.day, now=now) if waits and digest.kind != Digest.Kind.SPECIAL else None,
        opens_at=_opening(digest.day, hours, now=now),
        approvers=_names(roles, APPROVE) if waits else (),
    )


def _names(roles: Iterable[Role], kinds: Collection[str], locale: str = "") -> tuple[str, ...]:
    """Who has one of these roles; a translator only for the own languages, where some are named."""
    return tuple(
        role.user.get_short_name() or role.user.get_username()
        for role in roles
        if role.role in kinds and (role.role != Role.Kind.TRANSLATOR or not role.languages or locale in role.languages)
    )


def _cut_off(newsletter: Newsletter, day: date, *, now: datetime) -> datetime | None:
    if newsletter.cut_off is None:
        return None
    at = datetime.combine(day, newsletter.cut_off, ZoneInfo(newsletter.time_zone))
    return at if at > now - timedelta(hours=12) else None


def _opening(day: date, hours: Iterable[tuple[str, int]], *, now: datetime) -> datetime | None:
    """When the first of its readers expect it, while that is ahead."""
    mornings = (schedule.morning(day, hour=hour, zone=ZoneInfo(zone)) for zone, hour in hours if _is_known(zone))
    opened = min(mornings, default=None)
    return opened if opened and opened > now else None


def _is_known(zone: str) -> bool:
    try:
        ZoneInfo(zone)
    except (LookupError, ValueError, OSError):  # this machine does not know it; planning says so in its log
        return False
    return True

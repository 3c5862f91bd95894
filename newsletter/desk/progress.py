"""How a digest is going out: its rows by status, their rate, and when it may be over.

Nothing remembers the rate: whoever looks brings along what was counted when they looked before.
"""

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from digests.locales import city, clock, long_date, number
from digests.models import Digest
from newsletter.delivery import readers
from newsletter.delivery.models import Delivery
from newsletter.delivery.planning import AHEAD, waits_for_next_morning
from newsletter.delivery.queries import counts, last_planned
from newsletter.subscribers import schedule

Status = Delivery.Status

LABELS = {status.value: status.label for status in Status}
OPEN = (Status.PLANNED, Status.SENDING)
GOING_OUT = (Digest.Status.APPROVED, Digest.Status.PAUSED)
HANDED_OVER = (Status.SENT, Status.FAILED, Status.UNCERTAIN)
SHORTEST = 0.5  # seconds between two samples that tell a rate
PAUSE = 2.0  # seconds to the next look, or ten times what this one took: counting a million rows is work
UNKNOWN = "-"
MOST = 2**63 - 1  # no ledger has more rows


@dataclass(frozen=True, slots=True)
class Sample:
    """How many mails were handed over at a moment (seconds since 1970)."""

    at: float
    done: int


@dataclass(frozen=True, slots=True)
class Progress:
    """A look at a digest's rows. `rate` is mails a second, None where no earlier sample tells it.

    `more_to_come`: readers of later mornings have no row yet, for rows are made half an hour ahead.
    """

    rows: Mapping[str, int]
    sample: Sample
    rate: float | None
    ends_at: datetime | None
    more_to_come: bool
    pause: float

    @property
    def left(self) -> int:
        return sum(self.rows.get(status, 0) for status in OPEN)

    @property
    def gone(self) -> int:
        return self.total - self.left

    @property
    def total(self) -> int:
        return sum(self.rows.values())


def look(digest: Digest, *, before: Sample | None, now: datetime) -> Progress:
    """The digest's rows as they are now, and what has become of them since the sample `before`."""
    began = time.monotonic()
    rows = counts(digest)
    planned = last_planned(digest) if rows.get(Status.PLANNED) else None
    morning = last_morning(digest) if digest.status in GOING_OUT else None
    pause = max(PAUSE, 10 * (time.monotonic() - began))
    sample = Sample(now.timestamp(), sum(rows.get(status, 0) for status in HANDED_OVER))
    rate = _rate(before, sample)
    left = sum(rows.get(status, 0) for status in OPEN)
    last = max(filter(None, (planned, morning)), default=now)
    return Progress(
        rows=rows,
        sample=sample,
        rate=rate,
        ends_at=None if digest.status == Digest.Status.PAUSED else _end(left, rate, last=last, now=now),
        more_to_come=morning is not None and morning > now + AHEAD,
        pause=round(pause, 1),
    )


def last_morning(digest: Digest) -> datetime | None:
    """When the digest is due for the last of the newsletter's readers; None where it was approved too late for all.

    As it was to be seen at the approval: whose day has ended since then has a row, and does not wait for the next.
    """
    if digest.approved_at is None:
        return None
    waits, now = waits_for_next_morning(digest), digest.approved_at
    mornings = [
        _due(digest, day, zone, hour, waits=waits, now=now)
        for zone, hour in readers.hours(digest.newsletter)
        for day in schedule.reading_days(digest.day, kind=digest.kind)
    ]
    return max(filter(None, mornings), default=None)


def sample_in(said: Mapping[str, str]) -> Sample | None:
    """The sample that a page's address brings along; none where it makes no sense."""
    try:
        sample = Sample(float(said["at"]), int(said["done"]))
    except (LookupError, ValueError):
        return None
    return sample if 0 < sample.at < math.inf and 0 <= sample.done <= MOST else None


def words(progress: Progress, digest: Digest) -> dict[str, str]:
    """What the page shows, by the name of its place, in the editor's language and the newsletter's time zone."""
    locale = get_language() or "en"
    figures = {status: number(progress.rows.get(status, 0), locale) for status in LABELS}
    rate = UNKNOWN if progress.rate is None else number(round(progress.rate), locale)
    ends = UNKNOWN
    if progress.ends_at is not None:
        zone = digest.newsletter.time_zone
        ends = f"{clock(progress.ends_at, ZoneInfo(zone), locale)} ({city(zone, locale)})"
        if progress.ends_at - datetime.fromtimestamp(progress.sample.at, UTC) > timedelta(hours=18):
            ends = f"{long_date(progress.ends_at.astimezone(ZoneInfo(zone)).date(), locale)}, {ends}"
    return {
        **figures,
        "rate": rate,
        "ends": ends,
        "state": str(digest.get_status_display()),
        "bar": _bar(progress, locale),
    }


def labels() -> dict[str, str]:
    """What stands above each figure."""
    return {
        **{name: str(label) for name, label in LABELS.items()},
        "rate": _("mails a second"),
        "ends": _("expected end"),
    }


def goes_on(digest: Digest, progress: Progress) -> bool:
    """Whether the figures may still change by themselves."""
    return digest.status in GOING_OUT or progress.left > 0


def _bar(progress: Progress, locale: str) -> str:
    """What the bar shows, in words."""
    counted = {"done": number(progress.gone, locale), "total": number(progress.total, locale)}
    if progress.more_to_come:
        return _("Done: %(done)s of %(total)s planned so far") % counted
    return _("Done: %(done)s of %(total)s") % counted


def _due(digest: Digest, day: date, time_zone: str, hour: int, *, waits: bool, now: datetime) -> datetime | None:
    try:
        zone = ZoneInfo(time_zone)
    except (LookupError, ValueError, OSError):  # this machine does not know it; planning says so in its log
        return None
    last_hour = digest.newsletter.last_hour
    return schedule.due(day, hour=hour, zone=zone, last_hour=last_hour, waits=waits, now=now)


def _rate(before: Sample | None, sample: Sample) -> float | None:
    if before is None or sample.at - before.at < SHORTEST:
        return None
    return max(0.0, (sample.done - before.done) / (sample.at - before.at))


def _end(left: int, rate: float | None, *, last: datetime, now: datetime) -> datetime | None:
    """When all mails have left at this rate: not before the last of them is due."""
    if not left:
        return last if last > now else None
    if not rate:
        return None
    seconds = left / rate
    if seconds > timedelta(days=30).total_seconds():
        return None
    return max(now + timedelta(seconds=seconds), last)

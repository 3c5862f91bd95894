"""How a digest is going out: its rows by status, their rate, and when it may be over.

Nothing remembers the rate: whoever looks brings along what was counted when they looked before.
"""

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from digests.locales import city, clock, long_date, number
from digests.models import Digest
from newsletter.delivery.models import Delivery
from newsletter.delivery.queries import counts, last_planned

Status = Delivery.Status

LABELS = {status.value: status.label for status in Status}
OPEN = (Status.PLANNED, Status.SENDING)
HANDED_OVER = (Status.SENT, Status.FAILED, Status.UNCERTAIN)
SHORTEST = 0.5  # seconds between two samples that tell a rate
PAUSE = 2.0  # seconds to the next look, or ten times what this one took: counting a million rows is work
UNKNOWN = "-"


@dataclass(frozen=True, slots=True)
class Sample:
    """How many mails were handed over at a moment (seconds since 1970)."""

    at: float
    done: int


@dataclass(frozen=True, slots=True)
class Progress:
    """A look at a digest's rows. `rate` is mails a second, None where no earlier sample tells it."""

    rows: Mapping[str, int]
    sample: Sample
    rate: float | None
    ends_at: datetime | None
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
    last = last_planned(digest) if rows.get(Status.PLANNED) else None
    pause = max(PAUSE, 10 * (time.monotonic() - began))
    sample = Sample(now.timestamp(), sum(rows.get(status, 0) for status in HANDED_OVER))
    rate = _rate(before, sample)
    left = sum(rows.get(status, 0) for status in OPEN)
    return Progress(rows, sample, rate, _end(left, rate, last=last, now=now), round(pause, 1))


def sample_in(said: Mapping[str, str]) -> Sample | None:
    """The sample that a page's address brings along; none where it makes no sense."""
    try:
        sample = Sample(float(said["at"]), int(said["done"]))
    except (LookupError, ValueError):
        return None
    return sample if 0 < sample.at < math.inf else None


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
    return {**figures, "rate": rate, "ends": ends, "state": str(digest.get_status_display())}


def labels() -> dict[str, str]:
    """What stands above each figure."""
    return {
        **{name: str(label) for name, label in LABELS.items()},
        "rate": _("mails a second"),
        "ends": _("expected end"),
    }


def goes_on(digest: Digest, progress: Progress) -> bool:
    """Whether the figures may still change by themselves."""
    return digest.status in (Digest.Status.APPROVED, Digest.Status.PAUSED) or progress.left > 0


def _rate(before: Sample | None, sample: Sample) -> float | None:
    if before is None or sample.at - before.at < SHORTEST:
        return None
    return max(0.0, (sample.done - before.done) / (sample.at - before.at))


def _end(left: int, rate: float | None, *, last: datetime | None, now: datetime) -> datetime | None:
    """When all planned mails have left at this rate: not before the last of them is due."""
    if not left or not rate:
        return None
    seconds = left / rate
    if seconds > timedelta(days=30).total_seconds():
        return None
    return max(now + timedelta(seconds=seconds), last or now)

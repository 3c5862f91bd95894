"""What can be wrong with a morning, in words without a secret or an address. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from newsletter.subscribers import schedule

SILENT = timedelta(minutes=2)  # twelve heartbeats
LONG_DUE = timedelta(minutes=15)
BEFORE = timedelta(hours=1)  # so long before a digest's first opening it has to be approved


@dataclass(frozen=True, slots=True)
class Problem:
    """`name` stays the same while the problem lasts; `text` is for people."""

    name: str
    text: str


class Wait(NamedTuple):
    """Since when the mail that waits longest under a Sender is due."""

    sender: str
    since: datetime


NO_DATABASE = Problem("database", "the database cannot be reached")
NO_JOURNAL = Problem("journal", "the journal folder (JOURNAL_DIR) cannot be written: nothing is sent from this machine")


def silent_beat(silence: timedelta | None) -> Iterator[Problem]:
    """`silence` is what has passed since the last heartbeat; None when there never was one."""
    if silence is None:
        yield Problem("beat", "no heartbeat yet: neither celery beat nor manage.py tick is running")
    elif silence > SILENT:
        yield Problem(
            "beat",
            f"no heartbeat for {_minutes(silence)}: celery beat (or manage.py tick) or the worker of the queue "
            "pulse is not running",
        )


def long_due(waits: Iterable[Wait], *, now: datetime) -> Iterator[Problem]:
    """Mails that should have left LONG_DUE ago."""
    for wait in waits:
        if now - wait.since > LONG_DUE:
            waited = _minutes(now - wait.since)
            yield Problem(f"due:{wait.sender}", f"sender {wait.sender}: a mail has been due for {waited}")


def unanswered(since: datetime | None, *, now: datetime) -> Iterator[Problem]:
    """Visitors wait for a letter that nobody writes; `since` is when the first of them asked."""
    if since is not None and now - since > LONG_DUE:
        yield Problem(
            "asks",
            f"somebody who signed up has waited for {_minutes(now - since)}: the worker of the queue letters is not "
            "running, or the log says why the ask could not be answered",
        )


def paused(senders: Iterable[str]) -> Iterator[Problem]:
    for sender in senders:
        yield Problem(f"paused:{sender}", f"sender {sender} is paused: the admin says why")


def not_approved(newsletter: str, digest: str) -> Problem:
    """`digest` is named as in addresses: 2026-04-07, 2026-04-11-weekly."""
    text = f"{newsletter}: the digest of {digest} is not approved, and its first readers expect it within the hour"
    return Problem(f"approval:{newsletter}:{digest}", text)


def is_expected(day: date, *, hour: int, zone: ZoneInfo, last_hour: int, now: datetime) -> bool:
    """Whether readers of this hour expect the day's digest within BEFORE, or wait for it already."""
    opens = schedule.morning(day, hour=hour, zone=zone)
    return opens - BEFORE <= now < schedule.closing(day, hour=hour, zone=zone, last_hour=last_hour)


def days_around(now: datetime) -> tuple[date, ...]:
    """The days that it is, or soon is, anywhere."""
    return tuple(now.date() + days * schedule.DAY for days in (-1, 0, 1))


def _minutes(span: timedelta) -> str:
    return f"{span // timedelta(minutes=1)} minutes"

"""Alarming: tells ALARM_URL once when a problem begins, and once when it is over."""

import logging
import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import requests
from django.conf import settings
from django.db import IntegrityError, transaction

from newsletter.health import queries
from newsletter.health.models import Heartbeat
from newsletter.health.problems import NO_DATABASE, Problem

logger = logging.getLogger(__name__)

PATIENCE = (5, 10)  # seconds to connect, and to wait for the answer
ENOUGH = 30.0  # seconds: after them no further problem is begun to be told
FORGOTTEN = timedelta(minutes=1)  # who began to tell so long ago, and has not said how it ended, was killed
LONGEST_NAME = 90  # with its prefix it fits into a Heartbeat's name


def alarm(problems: Iterable[Problem], *, now: datetime) -> None:
    """Each problem that is new, and each that is over, has been told; what could not be told is told next time.

    The database remembers: of two beats that find the same, one tells it. Where one is killed while it tells, it is
    told again. While the database is away nothing is remembered: what is wrong is told each time, and its end is not.
    """
    if not settings.ALARM_URL:
        return
    until = time.monotonic() + ENOUGH
    found = {problem.name[:LONGEST_NAME]: problem for problem in problems}
    remembers = NO_DATABASE not in found.values()
    known = queries.alarms() if remembers else {}
    for name in {**known, **found}:
        if time.monotonic() > until:
            logger.error("ALARM_URL is slow: what is left is told next time")
            return
        if remembers:
            _tell_change(name, found.get(name), known.get(name), now=now)
        else:
            _tell(name, "begun", found[name].text, now=now)


def _tell_change(name: str, problem: Problem | None, row: Heartbeat | None, *, now: datetime) -> None:
    """Tells that it has begun, or is over where there is no `problem`, unless that is known or not ours to tell."""
    has_begun = problem is not None
    if has_begun and row is not None and row.told_at is not None:
        return
    ours = _begin(name, now=now) if row is None else _take(row, now=now)
    if ours is None:
        return
    is_told = _tell(name, "begun" if has_begun else "over", problem.text if problem else "", now=now)
    if is_told == has_begun:
        Heartbeat.objects.filter(pk=ours.pk).update(told_at=now)
    else:
        ours.delete()


def _begin(name: str, *, now: datetime) -> Heartbeat | None:
    """The new alarm's row, if nobody else has begun it."""
    try:
        with transaction.atomic():
            return Heartbeat.objects.create(name=f"{queries.ALARM}{name}", at=now)
    except IntegrityError:
        return None


def _take(row: Heartbeat, *, now: datetime) -> Heartbeat | None:
    """The alarm's row, if it is ours to tell how it goes on: nobody else does just now."""
    if row.told_at is None and now - row.at < FORGOTTEN:
        return None
    unchanged = Heartbeat.objects.filter(pk=row.pk, at=row.at, told_at=row.told_at)
    return row if unchanged.update(at=now, told_at=None) else None


def _tell(name: str, state: str, text: str, *, now: datetime) -> bool:
    """Whether the address has taken it. It is nobody's task to read a long answer, or to follow it elsewhere."""
    said: dict[str, Any] = {
        "site": settings.SITE_HOST,
        "problem": name,
        "state": state,
        "text": text,
        "at": now.isoformat(),
    }
    try:
        with requests.post(
            settings.ALARM_URL, json=said, timeout=PATIENCE, allow_redirects=False, stream=True
        ) as answer:
            taken = answer.status_code < 300
    except requests.RequestException as problem:
        logger.error("alarm %s %s could not be told: %s", name, state, type(problem).__name__)  # its text has the URL
        return False
    if not taken:
        logger.error("alarm %s %s was answered with %s", name, state, answer.status_code)
    return taken

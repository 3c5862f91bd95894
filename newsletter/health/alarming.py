"""Alarming: tells ALARM_URL once when a problem begins, and once when it is over."""

import logging
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import requests
from django.conf import settings
from django.db import IntegrityError, transaction

from newsletter.health import queries
from newsletter.health.models import Heartbeat
from newsletter.health.problems import Problem

logger = logging.getLogger(__name__)

PATIENCE = (5, 10)  # seconds to connect, and to wait for the answer
LONGEST_NAME = 90  # with its prefix it fits into a Heartbeat's name


def alarm(problems: Iterable[Problem], *, now: datetime) -> None:
    """Each problem that is new, and each that is over, has been told; what could not be told is told next time.

    The database remembers: of two beats that find the same, one tells it.
    """
    if not settings.ALARM_URL:
        return
    known = queries.alarms()
    found = {problem.name[:LONGEST_NAME]: problem for problem in problems}
    for name, problem in found.items():
        if name not in known and (row := _begin(name, now=now)) and not _tell(name, "begun", problem.text, now=now):
            row.delete()
    for name, row in known.items():
        if name not in found and _end(row) and not _tell(name, "over", "", now=now):
            Heartbeat.objects.get_or_create(name=row.name, defaults={"at": row.at})


def _begin(name: str, *, now: datetime) -> Heartbeat | None:
    """The alarm's row, if it is ours to tell."""
    try:
        with transaction.atomic():
            return Heartbeat.objects.create(name=f"{queries.ALARM}{name}", at=now)
    except IntegrityError:
        return None


def _end(row: Heartbeat) -> bool:
    deleted, _by_model = Heartbeat.objects.filter(pk=row.pk).delete()
    return bool(deleted)


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

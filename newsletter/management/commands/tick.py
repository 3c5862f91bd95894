"""`manage.py tick`: the timetable without a broker, for the demo and for small sites."""

import logging
import signal
from datetime import datetime
from threading import Event
from typing import Any

from celery.schedules import BaseSchedule, crontab, schedule
from django.core.management.base import BaseCommand, CommandParser
from django.db import close_old_connections
from django.utils import timezone

from newsletter.celery import app

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    """Runs every task of the timetable once, in flow order; with --forever each when its time has come."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--forever", action="store_true", help="go on until stopped, as beat and a worker would")

    def handle(self, *args: Any, forever: bool, **options: Any) -> None:
        app.conf.task_always_eager = True
        app.loader.import_default_modules()
        entries = {str(entry["task"]): timing(entry["schedule"]) for entry in app.conf.beat_schedule.values()}
        if not forever:
            for task in entries:
                app.tasks[task]()
            return
        # Asked to stop, it finishes the task at hand: a mail that is cut off in the middle would be UNCERTAIN.
        stopping = Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_frame: stopping.set())
        go_on(entries, stopping)


def timing(when: float | crontab) -> BaseSchedule:
    """Seconds between two runs, or a crontab, as a schedule that knows when it is due."""
    return when if isinstance(when, BaseSchedule) else schedule(when, app=app)


def go_on(entries: dict[str, BaseSchedule], stopping: Event) -> None:
    """Runs each task when it is due, until it is told to stop. One that fails is logged, and the others go on."""
    last_runs: dict[str, datetime] = dict.fromkeys(entries, timezone.now())
    while not stopping.wait(1):
        for task, when in entries.items():
            if stopping.is_set():
                break
            is_due, _next = when.is_due(last_runs[task])
            if is_due:
                last_runs[task] = timezone.now()
                run(task)


def run(task: str) -> None:
    close_old_connections()
    try:
        app.tasks[task]()
    except Exception:  # one failing task must not stop the others
        logger.exception("%s failed", task)

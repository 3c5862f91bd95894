"""Celery workers as they run in production, and the waking that beat and the worker of the pulse do."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from benchmarks.processes import family, python
from newsletter.celery import app
from newsletter.delivery.tasks import wake_senders
from newsletter.postbox.tasks import wake_letters

PROCESSES = int(os.environ.get("WORKERS", "2"))
CONNECTIONS = int(os.environ.get("CONNECTIONS", "25"))  # of each process: 50 in all, with which listmonk is at its best
STARTS_WITHIN = 60  # seconds
WAKE_EVERY = 3  # seconds, as beat does


class Workers:
    """A Celery worker with its pool of processes, which are what takes tasks."""

    def __init__(self, pid: int, log: Path) -> None:
        self.pid, self.log = pid, log
        self.woken_at = float("-inf")

    @property
    def pids(self) -> list[int]:
        """The worker, and its pool after it."""
        return family(self.pid)

    def wake(self) -> None:
        """What the timetable does for mails that are due, when it is time for it."""
        if time.monotonic() - self.woken_at >= WAKE_EVERY:
            self.woken_at = time.monotonic()
            wake_senders()
            wake_letters()

    def last_words(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-20:])


@contextmanager
def workers(processes: int, *, postbox_url: str, queue: str = "delivery") -> Iterator[Workers]:
    """Workers of a queue that hand mails to `postbox_url`, ready for tasks."""
    log, name = settings.VAR_DIR / f"{queue}.log", f"{queue}@bench"
    command = ["-m", "celery", "-A", "newsletter", "worker", "--pool", "prefork", "--concurrency", str(processes)]
    options = ["-n", name, "--queues", queue, "--loglevel", "warning", "--without-gossip", "--without-mingle"]
    with (
        log.open("wb") as said,
        python(*command, *options, environment={"POSTBOX_URL": postbox_url}, stdout=said, stderr=said) as process,
    ):
        started = Workers(process.pid, log)
        _wait_for(started, name)
        yield started


def _wait_for(started: Workers, name: str) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while not app.control.ping(destination=[name], timeout=0.5):
        if time.monotonic() > deadline:
            raise RuntimeError(f"no worker has answered:\n{started.last_words()}")

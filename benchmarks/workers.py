"""Celery workers as they run in production, and the waking that beat does."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from benchmarks.processes import family, python
from newsletter.celery import app
from newsletter.delivery.tasks import send_due
from newsletter.postbox.models import Sender

PROCESSES = int(os.environ.get("WORKERS", "2"))
CONNECTIONS = int(os.environ.get("CONNECTIONS", "4"))  # of each process
STARTS_WITHIN = 60  # seconds
WAKE_EVERY = 3  # seconds, as beat does; a task that nobody took by then is forgotten


class Workers:
    """A Celery worker with its pool of processes, which are what takes tasks."""

    def __init__(self, pid: int, processes: int, log: Path) -> None:
        self.pid, self.processes, self.log = pid, processes, log
        self.woken_at = float("-inf")

    @property
    def pids(self) -> list[int]:
        """The worker, and its pool after it."""
        return family(self.pid)

    def wake(self, sender: Sender) -> None:
        """As many tasks as there are processes, when it is time for it."""
        if time.monotonic() - self.woken_at >= WAKE_EVERY:
            self.woken_at = time.monotonic()
            for _process in range(self.processes):
                send_due.apply_async((sender.pk,), expires=WAKE_EVERY)

    def last_words(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-20:])


@contextmanager
def workers(processes: int, *, postbox_url: str) -> Iterator[Workers]:
    """Workers of the queue `delivery` that hand mails to `postbox_url`, ready for tasks."""
    log = settings.VAR_DIR / "worker.log"
    command = ["-m", "celery", "-A", "newsletter", "worker", "--pool", "prefork", "--concurrency", str(processes)]
    options = ["--queues", "delivery", "--loglevel", "warning", "--without-gossip", "--without-mingle"]
    with (
        log.open("wb") as said,
        python(*command, *options, environment={"POSTBOX_URL": postbox_url}, stdout=said, stderr=said) as process,
    ):
        started = Workers(process.pid, processes, log)
        _wait_for(started)
        yield started


def _wait_for(started: Workers) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while not app.control.ping(timeout=0.5):
        if time.monotonic() > deadline:
            raise RuntimeError(f"no worker has answered:\n{started.last_words()}")

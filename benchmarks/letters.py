"""How long a newcomer waits for the letter while a digest goes out: from its row to the moment it is recorded as sent.

The server has taken it a moment before that. Letters have a worker of their own, as in production.
"""

import time
from statistics import median

from benchmarks import sinks
from benchmarks.checking import checked
from benchmarks.newcomers import sign_up
from benchmarks.report import Report
from benchmarks.sinks import Sink, sink
from benchmarks.whole_way import POLL, Outcome, ready, send
from benchmarks.workers import CONNECTIONS, PROCESSES, Workers, workers
from digests.models import Newsletter
from newsletter.postbox.models import Letter

LETTERS = 20
STUCK = 60  # seconds


class Newcomers:
    """People who sign up all along the way of so many mails, and how many seconds each has waited for the letter."""

    def __init__(self, readers: int) -> None:
        self.newsletter = Newsletter.objects.get()
        self.readers = readers
        self.signed_up: dict[str, float] = {}
        self.waited: dict[str, float] = {}

    @property
    def waiting(self) -> set[str]:
        return self.signed_up.keys() - self.waited.keys()

    def look(self, arrived: int) -> None:
        """The next one signs up, if it is time for it; whose letter has left has waited until now."""
        number = len(self.signed_up)
        if number < LETTERS and arrived >= (number + 0.5) / LETTERS * self.readers:
            began = time.monotonic()
            self.signed_up[sign_up(self.newsletter, number)] = began
        if self.waiting:
            sent = Letter.objects.filter(to__in=self.waiting, status=Letter.Status.SENT)
            for address in sent.values_list("to", flat=True):
                self.waited[address] = time.monotonic() - self.signed_up[address]

    def wait_for_the_last(self, letter_workers: Workers) -> None:
        """Nobody waits any more, or it makes no sense to."""
        ends = time.monotonic() + STUCK
        while self.waiting and time.monotonic() < ends:
            letter_workers.wake()
            time.sleep(POLL)
            self.look(self.readers)


def beside_a_digest(readers: int) -> Report:
    ready(readers)
    newcomers = Newcomers(readers)
    with sink(sinks.SMTP, "--record") as target:
        outcome = _send(target, newcomers)
        seen = target.seen()
    report = checked(outcome, seen, "letters beside a digest")
    report.faults += [f"letters: {len(newcomers.waiting)} have not left"] if newcomers.waiting else []
    waited = sorted(newcomers.waited.values())
    if waited:
        report.figures["letter_seconds"] = waited[-1]
        report.notes.append(f"  {len(waited)} letters: median {median(waited):.1f} s, slowest {waited[-1]:.1f} s")
    return report


def _send(target: Sink, newcomers: Newcomers) -> Outcome:
    url = f"smtp://127.0.0.1:{target.port}?connections={CONNECTIONS}"
    with (
        workers(PROCESSES, postbox_url=url) as started,
        workers(1, postbox_url=url, queue="letters") as letter_workers,
    ):
        outcome = send(target, started, beside=newcomers.look)
        newcomers.wait_for_the_last(letter_workers)
    return outcome

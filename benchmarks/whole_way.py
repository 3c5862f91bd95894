"""The whole way of a morning's mails: from due rows to rows that are recorded as SENT, watched from outside."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from django.db import connection
from django.db.models import Count, Min

from benchmarks.papers import make_approved, make_newsletter
from benchmarks.processes import busy_seconds, cpu_seconds, family, memory, parent
from benchmarks.readers import make_readers, morning
from benchmarks.sinks import Sink
from benchmarks.stage import clear, tidy
from benchmarks.workers import Workers
from newsletter.delivery import planning
from newsletter.delivery.models import Delivery
from newsletter.postbox.models import Sender

POLL = 0.05  # seconds
LOOK = 2  # seconds between looks into the ledger while mails arrive
STUCK = 60  # seconds without a mail
QUARTERS = (0.25, 0.5, 0.75, 1.0)
PAPERS = 4  # a mail has about 15 kB and ten links
PAPERS_OF_CHOOSY = 10  # so many that 100,000 readers make about 20,000 editions
OPEN = (Delivery.Status.PLANNED, Delivery.Status.SENDING)


@dataclass(frozen=True)
class Memory:
    """Megabytes of a worker process when a share of the mails had arrived; `most` is the most it ever had."""

    share: float
    pid: int
    now: float
    most: float


@dataclass
class Watch:
    """What is seen while the mails leave: CPU seconds by who used them, and those of everything else on the machine."""

    cpu: dict[str, float] = field(default_factory=dict)
    others: float = 0
    memory: list[Memory] = field(default_factory=list)


@dataclass(frozen=True)
class Outcome:
    """A run: N mails in `seconds`, from the first claim to the last row recorded."""

    readers: int
    seconds: float
    bytes: int
    editions: int
    statuses: Mapping[str, int]
    watch: Watch

    @property
    def per_second(self) -> float:
        return self.readers / self.seconds

    @property
    def mail_size(self) -> int:
        """Bytes on the wire, envelope included."""
        return self.bytes // max(self.readers, 1)

    @property
    def megabytes(self) -> float:
        return max((sample.most for sample in self.watch.memory), default=0)


def ready(readers: int, *, papers: int = PAPERS, choosy: bool = False) -> Sender:
    """The Sender of a newsletter that has an approved digest and `readers` planned rows, all of them due now."""
    sender = staged(readers, papers=papers, choosy=choosy)
    now = datetime.now(UTC)
    planning.plan(now=now)
    tidy()
    planned = Delivery.objects.filter(status=Delivery.Status.PLANNED, ready_at__lte=now).count()
    if planned != readers:
        raise RuntimeError(f"{planned} rows are due, not {readers}")
    return sender


def staged(readers: int, *, papers: int = PAPERS, choosy: bool = False) -> Sender:
    """The same before anything is planned."""
    now = datetime.now(UTC)
    at = morning(now)
    clear()
    newsletter = make_newsletter()
    make_approved(newsletter, at.day, papers=papers, now=now)
    make_readers(newsletter, readers, at=at, choosy=choosy)
    tidy()
    return newsletter.sender_assignment.sender


def send(sink: Sink, workers: Workers, *, beside: Callable[[int], None] = lambda _arrived: None) -> Outcome:
    """Wakes the workers until nothing is left to send. Raises RuntimeError when no mail arrives any more.

    `beside` is called again and again, with how many mails have arrived.
    """
    readers = Delivery.objects.count()
    sink.clear()
    watch, users = Watch(), _users(workers, sink)
    before, busy_before = {user: cpu_seconds(pids()) for user, pids in users.items()}, busy_seconds()
    _until_all_left(sink, workers, beside, readers=readers, watch=watch)
    ended = _database_clock()
    watch.cpu = {user: cpu_seconds(pids()) - before[user] for user, pids in users.items()}
    watch.others = busy_seconds() - busy_before - sum(watch.cpu.values())
    watch.memory += _sample(workers, 1.0)
    claimed = Delivery.objects.aggregate(first=Min("claimed_at"), editions=Count("edition", distinct=True))
    return Outcome(
        readers=readers,
        seconds=(ended - claimed["first"]).total_seconds(),
        bytes=sink.count()[1],
        editions=claimed["editions"],
        statuses=dict(Delivery.objects.order_by().values_list("status").annotate(rows=Count("pk"))),
        watch=watch,
    )


def _until_all_left(sink: Sink, workers: Workers, beside: Callable[[int], None], *, readers: int, watch: Watch) -> None:
    quarters = list(QUARTERS[:-1])
    arrived, moved_at, looked_at = 0, time.monotonic(), time.monotonic()
    while True:
        workers.wake()
        time.sleep(POLL)
        now, (count, _bytes) = time.monotonic(), sink.count()
        beside(count)
        moved_at = now if count != arrived else moved_at
        arrived = count
        while quarters and arrived >= quarters[0] * readers:
            watch.memory += _sample(workers, quarters.pop(0))
        if arrived >= readers or now - looked_at > LOOK:
            looked_at = now
            if not Delivery.objects.filter(status__in=OPEN).exists():
                return
        if now - moved_at > STUCK:
            raise RuntimeError(f"{arrived} of {readers} mails arrived, then none:\n{workers.last_words()}")


def _users(workers: Workers, sink: Sink) -> Mapping[str, Callable[[], list[int]]]:
    """Whose CPU time counts, each with its processes at the time of asking."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend: int = cursor.fetchone()[0]
    is_here = Path(f"/proc/{backend}/comm").exists() and "postgres" in Path(f"/proc/{backend}/comm").read_text()
    postgres = parent(backend) if is_here else 0
    return {
        "workers": lambda: workers.pids,
        "PostgreSQL": lambda: family(postgres) if postgres else [],
        "sink": lambda: sink.pids,
    }


def _sample(workers: Workers, share: float) -> list[Memory]:
    found = [(pid, memory(pid)) for pid in workers.pids[1:]]
    return [Memory(share, pid, used["VmRSS"], used["VmHWM"]) for pid, used in found if used]


def _database_clock() -> datetime:
    """Claims are stamped by it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now = cursor.fetchone()[0]
    assert isinstance(now, datetime)
    return now

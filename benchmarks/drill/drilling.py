"""One send with faults at random moments, and what has become of each reader."""

import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from django.db import OperationalError, connection
from django.utils import timezone

from benchmarks.drill.crew import Crew
from benchmarks.drill.faults import FAULTS, POSTPONING, SOON, Scene, Steps
from benchmarks.drill.verdict import Mail, Row, Verdict, judge
from benchmarks.newcomers import letter_counts, sign_up
from benchmarks.papers import make_approved, make_newsletter
from benchmarks.readers import make_readers, morning
from benchmarks.sinks import Sink
from benchmarks.stage import clear, tidy
from digests.models import Digest
from newsletter.delivery import planning
from newsletter.delivery.models import Delivery
from newsletter.delivery.queries import counts
from newsletter.postbox.models import Letter
from newsletter.subscribers.models import Subscription

PAPERS = 12  # one for each topic that readers have chosen among
MIDDLE = (0.05, 0.75)  # of the readers have their mail when a fault begins
LOOK = 0.5  # seconds between two looks at the ledger
LETTERS = 20  # of each send, to newcomers
WITHIN = 70  # seconds after which everything goes on by itself: a minute, and what it takes to notice
SOON_AGAIN = "6 minutes"  # the longest pause after a second busy answer; nobody is to wait for a third
PATIENCE = 120  # seconds without any change after which nobody waits any longer
STARVED = 2  # seconds
LINGER = 1  # seconds in which a mail too many would still come
ATTEMPTS = 5
LEDGERS = (Delivery._meta.db_table, Letter._meta.db_table)
UNSETTLED = ("planned", "sending", "letter planned", "letter sending")


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What became of one send. `hits` are the faults that began while mails were still to go.

    `air` is how many mails may be UNCERTAIN, `broken` which promises did not hold.
    """

    fault: str
    hits: Sequence[str]
    letters: int
    seed: int
    verdict: Verdict
    air: int
    seconds: float
    broken: Sequence[str]


@dataclass
class Act:
    """A fault that begins when `moment` mails have arrived."""

    name: str
    moment: int
    steps: Steps
    next_at: float | None = None  # None before it has begun
    is_over: bool = False
    is_hit: bool = False  # whether mails were still to go when it began

    def advance(self, now: float) -> None:
        if self.next_at is not None and now >= self.next_at and not self.is_over:
            wait = next(self.steps, None)
            self.is_over = wait is None
            self.next_at = time.monotonic() + (wait or 0)


@dataclass
class Watch:
    """What the ledger said when it was last looked at, and when that last changed."""

    counts: Mapping[str, int] = field(default_factory=dict)
    changed_at: float = field(default_factory=time.monotonic)
    longest: float = 0  # seconds without any change while rows were left

    def see(self, counts: Mapping[str, int]) -> None:
        now = time.monotonic()
        if counts != self.counts:
            self.counts, self.changed_at = counts, now
        self.longest = max(self.longest, now - self.changed_at)

    @property
    def is_done(self) -> bool:
        return bool(self.counts) and not any(self.counts.get(status) for status in UNSETTLED)


def drill(names: Sequence[str], *, crew: Crew, sink: Sink, readers: int, seed: int) -> Report:
    """Sends a digest to so many readers, and letters beside it, while these faults happen.

    Counts when nothing is left to do.
    """
    digest = _prepare(crew, sink, readers)
    chance = Random(seed)
    scene = Scene(crew, sink, digest, chance)
    moments = sorted(chance.uniform(*MIDDLE) * readers for _name in names)
    acts = [Act(name, int(moment), FAULTS[name](scene)) for name, moment in zip(names, moments, strict=True)]
    started = time.monotonic()
    watch, newcomers = _play(scene, acts, readers=readers)
    seconds = time.monotonic() - started
    crew.bury()
    time.sleep(LINGER)
    addressees = [*_readers(digest), *newcomers]
    verdict = judge(addressees, [*_rows(digest), *_letters()], _mails(sink), refused=_refused(scene))
    air = scene.air + int(scene.tell("unanswered"))
    broken = [*_broken(verdict, air), *scene.broken, *_late(watch), *_unlisted(digest), *_put_off(), *_starved(scene)]
    if broken:
        _write_down(digest, crew.folder / f"seed-{seed}.rows")
    return Report(
        fault="+".join(names),
        hits=[act.name for act in acts if act.is_hit],
        letters=len(newcomers),
        seed=seed,
        verdict=verdict,
        air=air,
        seconds=seconds,
        broken=broken,
    )


def _prepare(crew: Crew, sink: Sink, readers: int) -> Digest:
    """Readers whose hour has come have their rows in an otherwise empty ledger."""
    crew.gather()
    _clear()
    sink.clear()
    now = timezone.now()
    at = morning(now)
    newsletter = make_newsletter()
    make_readers(newsletter, readers, at=at, choosy=False)
    tidy()
    digest = make_approved(newsletter, at.day, papers=PAPERS, now=now)
    planning.plan(now=now)
    return digest


def _clear() -> None:
    """Workers may be at the tables: a deadlock is broken by the database, and then it is tried again."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            clear()
        except OperationalError:
            if attempt == ATTEMPTS:
                raise
            time.sleep(1)
        else:
            return


def _play(scene: Scene, acts: Sequence[Act], *, readers: int) -> tuple[Watch, list[str]]:
    """Every fault has happened, and both ledgers are settled, or have not changed for too long.

    Also who was written letters, all along the way.
    """
    watch, looked_at, newcomers = Watch(), 0.0, list[str]()
    while not (watch.is_done and len(newcomers) == LETTERS and all(act.is_over for act in acts)):
        now = time.monotonic()
        if now - looked_at >= LOOK:
            watch.see(counts(scene.digest) | {f"letter {status}": n for status, n in letter_counts().items()})
            _turn_clock(scene, acts)
            scene.broken += [f"{name} has ended by itself" for name in scene.crew.revive()]
            looked_at = now
        if now - watch.changed_at > PATIENCE:
            break
        arrived = scene.sink.count()[0]
        if len(newcomers) < LETTERS and (watch.is_done or arrived >= len(newcomers) / LETTERS * readers):
            newcomers.append(sign_up(scene.digest.newsletter, len(newcomers)))
            watch.counts = {}
        _begin(acts, arrived=arrived, waits=not watch.is_done, readers=readers)
        for act in acts:
            act.advance(now)
        time.sleep(SOON / 10)
    return watch, newcomers


def _begin(acts: Sequence[Act], *, arrived: int, waits: bool, readers: int) -> None:
    """Faults whose moment has come. Where all mails have arrived already, none is waited for."""
    for act in acts:
        if act.next_at is None and (arrived >= act.moment or not waits):
            act.next_at, act.is_hit = 0, waits and arrived < readers


def _turn_clock(scene: Scene, acts: Sequence[Act]) -> None:
    """The drill plays the clock, so that it need not wait for it.

    A machine that is lost leaves leases of ten minutes: they run out at once. Readers whom the mail server asked to
    wait for minutes have waited, when it is well again.
    """
    begun = [act for act in acts if act.next_at is not None and act.name in POSTPONING]
    with connection.cursor() as cursor:
        if scene.gone:
            cursor.execute(
                "UPDATE delivery_delivery SET lease_until = now() - interval '1 second'"
                " WHERE status = 'sending' AND lease_until > now() AND worker ~ %s",
                [rf"\m({'|'.join(map(str, scene.gone))})\M"],
            )
        if begun and all(act.is_over for act in begun):
            for table in LEDGERS:
                cursor.execute(
                    f"UPDATE {table} SET ready_at = now() WHERE status = 'planned'"
                    " AND ready_at > now() + interval '5 seconds' AND ready_at <= now() + %s::interval",
                    [SOON_AGAIN],
                )


def _broken(verdict: Verdict, air: int) -> list[str]:
    """Which promises about readers did not hold."""
    said = {
        "lost": verdict.lost,
        "doubled": verdict.doubled,
        "misled": verdict.misled,
        "denied": verdict.denied,
        f"uncertain beyond {air}": max(0, verdict.uncertain - air),
    }
    return [f"{number} {what}" for what, number in said.items() if number]


def _late(watch: Watch) -> list[str]:
    return [f"nothing went on for {watch.longest:.0f} s"] if watch.longest > WITHIN else []


def _starved(scene: Scene) -> list[str]:
    """A mail server that gets no processor looks like one that hangs: then the counts say nothing of the product."""
    stood = float(scene.tell("stood"))
    return [f"the machine was too busy: the mail server itself stood still for {stood} s"] if stood > STARVED else []


def _unlisted(digest: Digest) -> list[str]:
    """An editor finds every UNCERTAIN row by its id, with the time and the worker."""
    uncertain = digest.deliveries.filter(status=Delivery.Status.UNCERTAIN)
    unlisted = uncertain.count() - uncertain.exclude(worker="").exclude(claimed_at=None).count()
    return [f"{unlisted} uncertain rows do not say when and whose they were"] if unlisted else []


def _put_off() -> list[str]:
    """Nothing in a drill lasts so long that a mail may wait for longer than after two busy answers."""
    put_off = []
    with connection.cursor() as cursor:
        for table in LEDGERS:
            late = f"SELECT count(*) FROM {table} WHERE status = 'planned' AND ready_at > now() + %s::interval"
            cursor.execute(late, [SOON_AGAIN])
            put_off.append(cursor.fetchone()[0])
    return [f"{sum(put_off)} mails were put off by more than {SOON_AGAIN}"] if any(put_off) else []


def _write_down(digest: Digest, file: Path) -> None:
    """Every row that was not simply sent, for whoever looks for the reason."""
    rows = digest.deliveries.exclude(status=Delivery.Status.SENT).order_by("claimed_at", "pk")
    found = rows.values_list("pk", "status", "attempts", "worker", "claimed_at", "claim", "ready_at", "reason")
    file.write_text("".join(f"{' '.join(map(str, row))}\n" for row in found))


def _readers(digest: Digest) -> list[str]:
    readers = digest.newsletter.subscriptions.filter(status=Subscription.Status.ACTIVE)
    return list(readers.values_list("subscriber__address", flat=True))


def _rows(digest: Digest) -> list[Row]:
    found = digest.deliveries.values_list("pk", "subscription__subscriber__address", "status")
    return [Row(f"d{delivery}", reader, status) for delivery, reader, status in found]


def _letters() -> list[Row]:
    return [Row(f"l{pk}", reader, status) for pk, reader, status in Letter.objects.values_list("pk", "to", "status")]


def _mails(sink: Sink) -> list[Mail]:
    return [
        Mail(reader, mark)
        for line, times in sink.seen().items()
        for reader, mark in [line.rsplit(" ", 1)]
        for _time in range(times)
    ]


def _refused(scene: Scene) -> list[str]:
    with tempfile.TemporaryDirectory(prefix="paperboy-drill-") as folder:
        path = Path(folder) / "refused"
        scene.tell(f"refused {path}")
        return path.read_text().splitlines()

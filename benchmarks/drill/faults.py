"""What goes wrong, by name. Each fault is done in steps, and says after each how many seconds the next one waits."""

import time
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass, field
from random import Random

from django.db import connection

from benchmarks.drill.crew import Crew, Machine
from benchmarks.sinks import Sink, ask
from digests.models import Digest
from newsletter.desk import approving
from newsletter.staff.models import User

Steps = Iterator[float]
SOON = 0.1  # seconds until somebody looks again
HANG = 15  # seconds; three times the timeout of the drill's POSTBOX_URL
BUSY = 3
REFUSALS = 20
PAUSE = 10  # seconds in which a pause must have taken effect
SLICE = 200  # rows of a connection that may be in doubt when its machine is lost: as promised, whatever the code says
TO_BE_CAUGHT = 5  # seconds in which letters should be on their way


@dataclass
class Scene:
    """One send, as the faults see it. `air` is how many mails may be UNCERTAIN by what they did."""

    crew: Crew
    sink: Sink
    digest: Digest
    chance: Random
    air: int = 0
    gone: list[int] = field(default_factory=list)  # processes whose machine is lost: their leases alone are left
    broken: list[str] = field(default_factory=list)  # promises

    def tell(self, line: str) -> str:
        return ask(self.sink.processes[0], line)

    def digests_taken(self) -> int:
        """How many mails of the digest the mail server has taken. Letters go on when it is paused."""
        return sum(times for line, times in self.sink.seen().items() if line.rpartition(" ")[2].startswith("d"))


def clean(_scene: Scene) -> Steps:
    """Nothing goes wrong."""
    yield 0


def kill_worker(scene: Scene) -> Steps:
    """kill -9 of one worker process; Celery starts another."""
    machine = yield from _free_machine(scene)
    scene.air += machine.kill_one(scene.chance, port=scene.sink.port)
    machine.is_in_trouble = False


def kill_all(scene: Scene) -> Steps:
    """kill -9 of everything on one machine, which is started again after three seconds."""
    machine = yield from _free_machine(scene)
    scene.air += machine.kill(port=scene.sink.port)
    yield 3
    machine.start()
    machine.is_in_trouble = False


def kill_letters(scene: Scene) -> Steps:
    """kill -9 of everything on the machine that sends letters alone, while it sends some; it comes back."""
    machine = scene.crew.letters
    while machine is None or machine.is_in_trouble:
        yield SOON
        machine = scene.crew.letters
    machine.is_in_trouble = True
    ends = time.monotonic() + TO_BE_CAUGHT
    while not machine.is_sending(port=scene.sink.port) and time.monotonic() < ends:
        yield 0
    scene.air += machine.kill(port=scene.sink.port)
    yield 3
    machine.start()
    machine.is_in_trouble = False


def lose_machine(scene: Scene) -> Steps:
    """A machine goes silent with its journals: its connections stay open until the send is over, and the locks of its
    claims until the database misses it. Nobody knows how far the slices of its connections had come.
    """
    machine = yield from _free_machine(scene)
    pids, had_open = scene.crew.lose(machine, port=scene.sink.port)
    scene.air += had_open * SLICE
    scene.gone += pids


def sigterm(scene: Scene) -> Steps:
    """A machine's workers are asked to leave, leave, and are started again: what an update does."""
    machine = yield from _free_machine(scene)
    machine.ask_to_leave()
    while machine.is_running:
        yield SOON
    machine.start()
    machine.is_in_trouble = False


def flush_redis(scene: Scene) -> Steps:
    """Redis forgets everything."""
    while not scene.crew.redis.is_up:
        yield SOON
    scene.crew.redis.flush()


def stop_redis(scene: Scene) -> Steps:
    """Redis is away for five seconds, and comes back empty."""
    scene.crew.redis.stop()
    yield 5
    scene.crew.redis.start()
    while not scene.crew.redis.is_up:
        yield SOON


def restart_postgres(scene: Scene) -> Steps:
    """PostgreSQL ends every session and comes back."""
    yield from _restart_postgres(scene, "fast")


def kill_postgres(scene: Scene) -> Steps:
    """PostgreSQL dies in the middle of everything, and recovers."""
    yield from _restart_postgres(scene, "immediate")


def stop_beat(scene: Scene) -> Steps:
    """The beat is away for ten seconds."""
    beat = scene.crew.beats[0]
    beat.is_in_trouble = True
    beat.end()
    yield 10
    beat.start()
    beat.is_in_trouble = False


def two_beats(scene: Scene) -> Steps:
    """A second beat wakes everybody once more, until the end of the send."""
    scene.crew.add_beat()
    yield 0


def sink_hang(scene: Scene) -> Steps:
    """The mail server says nothing on any connection, though it has taken what came."""
    scene.tell(f"hang {HANG}")
    yield HANG


def cut_after_data(scene: Scene) -> Steps:
    """Every connection is cut when the mail server has taken its next mail, and nobody is told."""
    scene.tell("cut after")
    yield 1


def cut_before_data(scene: Scene) -> Steps:
    """Every connection ends where its next mail would begin."""
    scene.tell("cut before")
    yield 1


def answer_4xx(scene: Scene) -> Steps:
    """The mail server asks half of all mails to come later, before or after it has seen them."""
    scene.tell(f"busy {BUSY}")
    yield BUSY


def answer_5xx_once(scene: Scene) -> Steps:
    """The mail server refuses some readers for good, before or after it has seen their mails."""
    scene.tell(f"refuse {REFUSALS}")
    yield 0


def pause_resume(scene: Scene) -> Steps:
    """The editor pauses the digest, and resumes it."""
    editor = User.objects.get(username="editor")
    approving.pause(scene.digest, by=editor)
    yield PAUSE
    before = scene.digests_taken()
    yield 2
    after = scene.digests_taken()
    if after != before:
        scene.broken.append(f"{after - before} mails left later than {PAUSE} s after the digest was paused")
    approving.resume(scene.digest, by=editor)


def _restart_postgres(scene: Scene, mode: str) -> Steps:
    connection.close()  # the drill's own
    scene.crew.postgres.restart(mode)
    yield 0


def _free_machine(scene: Scene) -> Generator[float, None, Machine]:
    """Waits for a machine that is in no trouble, and takes it."""
    while (machine := scene.crew.free_machine(scene.chance, port=scene.sink.port)) is None:
        yield SOON
    machine.is_in_trouble = True
    return machine


Fault = Callable[[Scene], Steps]
ALL: tuple[Fault, ...] = (
    *(clean, kill_worker, kill_all, kill_letters, lose_machine, sigterm, flush_redis, stop_redis, restart_postgres),
    *(kill_postgres, stop_beat, two_beats, sink_hang, cut_after_data, cut_before_data, answer_4xx, answer_5xx_once),
    *(pause_resume,),
)
# After these the product waits a minute or more until it tries again, as it should.
POSTPONING = frozenset({"sink_hang", "cut_after_data", "cut_before_data", "answer_4xx"})
FAULTS: Mapping[str, Fault] = {fault.__name__: fault for fault in ALL}

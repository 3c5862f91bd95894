"""Who does the work: machines with their Celery workers, the beat, and the servers that they need."""

import os
import signal
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from itertools import count
from pathlib import Path
from random import Random
from shutil import rmtree

from benchmarks.drill.servers import Postgres, Redis
from benchmarks.processes import family, python

PROCESSES = 2  # of each machine
DIGESTS, LETTERS = "delivery", "pulse,letters"  # queues: what a machine does
CELERY = ("-m", "celery", "-A", "newsletter")
OPEN = "01"  # ESTABLISHED in /proc/net/tcp


class Program:
    """One Celery command that can be stopped, killed and started again; what it says goes to a log of its own."""

    def __init__(self, name: str, folder: Path, arguments: Iterable[str], environment: Mapping[str, str]) -> None:
        self.name, self.folder, self.arguments, self.environment = name, folder, [*CELERY, *arguments], environment
        self.is_in_trouble = False  # one trouble at a time
        self._exit = ExitStack()
        folder.mkdir(parents=True, exist_ok=True)
        self.start()

    @property
    def is_running(self) -> bool:
        return self._process.poll() is None

    @property
    def pids(self) -> list[int]:
        """The command's own process first, then those that it has started."""
        return family(self._process.pid) if self.is_running else []

    def start(self) -> None:
        self._exit.close()
        log = self._exit.enter_context((self.folder / f"{self.name}.log").open("ab"))
        self._process = self._exit.enter_context(
            python(*self.arguments, environment=self.environment, stdout=log, stderr=log)
        )

    def ask_to_leave(self) -> None:
        """SIGTERM to the command alone, as a service manager does: it ends what it has begun."""
        self._process.send_signal(signal.SIGTERM)

    def end(self) -> None:
        self._exit.close()


class Machine(Program):
    """One host: a Celery worker for some queues, with its journals."""

    def __init__(self, name: str, folder: Path, environment: Mapping[str, str], *, queues: str) -> None:
        self.journals = folder / name / "journal"
        arguments = ["worker", "-n", f"{name}@drill", "--concurrency", str(PROCESSES), "-Q", queues]
        own = {"JOURNAL_DIR": str(self.journals), "LOG_LEVEL": "INFO"}
        super().__init__(name, folder, [*arguments, "--loglevel", "warning"], {**environment, **own})

    def is_sending(self, *, port: int) -> bool:
        """Whether it has a connection to `port`."""
        return any(connections(pid, port=port) for pid in self.pids)

    def freeze(self, *, port: int) -> tuple[list[int], int]:
        """Nothing moves on it, and nothing that it holds is let go; as `freeze` of its processes."""
        pids = self.pids
        return pids, freeze(pids, port=port)

    def kill(self, *, port: int) -> int:
        """kill -9 of every process of it; as `kill`."""
        return kill(self.pids, port=port)

    def kill_one(self, chance: Random, *, port: int) -> int:
        """kill -9 of one pool process, of those that are sending if any is; the connections that it had open."""
        pool = [pid for pid in self.pids[1:] if pid not in self._helpers()]
        sending = [pid for pid in pool if connections(pid, port=port)]
        return kill([chance.choice(sending or pool)], port=port) if pool else 0

    def _helpers(self) -> list[int]:
        """Python's own resource tracker, where the pool has one: no worker."""
        return [pid for pid in self.pids[1:] if "resource_tracker" in _command_line(pid)]


class Crew:
    """Two machines that send digests, one that sends letters and wakes the others, one beat, PostgreSQL and Redis."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self.folder, self.environment = folder, environment
        self.postgres = Postgres(os.environ["DATABASE_URL"])
        self.redis = Redis(os.environ["REDIS_URL"])
        self.machines: list[Machine] = []
        self.letters: Machine | None = None
        self.lost: list[Machine] = []
        self.beats: list[Program] = []
        self._numbers = count(1)

    @property
    def programs(self) -> list[Program]:
        """Whoever should be running."""
        return [*self.beats, *self.machines, *([self.letters] if self.letters else [])]

    def gather(self) -> None:
        """Three machines, one beat and Redis are there, whatever became of those before."""
        self.bury()
        if not self.redis.is_up:
            self.redis.start()
        unfit = [*(program for program in self.programs if program.is_in_trouble), *self.beats[1:]]
        for program in unfit:
            program.end()
        self.machines = [machine for machine in self.machines if machine not in unfit]
        self.beats = [beat for beat in self.beats if beat not in unfit]
        while len(self.machines) < 2:
            self.machines.append(self._machine("machine", queues=DIGESTS))
        if self.letters is None or self.letters in unfit:
            self.letters = self._machine("letters", queues=LETTERS)
        if not self.beats:
            self.add_beat()

    def add_beat(self) -> None:
        name = f"beat{next(self._numbers)}"
        files = ["--schedule", str(self.folder / f"{name}.schedule"), "--pidfile", str(self.folder / f"{name}.pid")]
        arguments = ["beat", *files, "--loglevel", "warning"]
        self.beats.append(Program(name, self.folder, arguments, self.environment))

    def free_machine(self, chance: Random, *, port: int) -> Machine | None:
        """A running machine that is in no trouble, while there is one; one that has connections to `port`, if any."""
        free = [machine for machine in self.machines if machine.is_running and not machine.is_in_trouble]
        sending = [machine for machine in free if machine.is_sending(port=port)]
        return chance.choice(sending or free) if free else None

    def lose(self, machine: Machine, *, port: int) -> tuple[list[int], int]:
        """The machine is off the net with its journals: it says nothing any more, not even that it has gone."""
        found = machine.freeze(port=port)
        rmtree(machine.journals, ignore_errors=True)
        self.machines.remove(machine)
        self.lost.append(machine)
        return found

    def bury(self) -> None:
        """Nothing is left of the machines that were lost."""
        for machine in self.lost:
            machine.kill(port=0)
            machine.end()
        self.lost.clear()

    def revive(self) -> list[str]:
        """Who has ended although nobody did anything to it; as a service manager would, it is started again."""
        gone = [program for program in self.programs if not program.is_running]
        ended = [program for program in gone if not program.is_in_trouble]
        for program in ended:
            program.start()
        return [program.name for program in ended]

    def end(self) -> None:
        """Nobody is left. All are asked first, so that they leave at the same time."""
        self.bury()
        for program in self.programs:
            if program.is_running:
                program.ask_to_leave()
        for program in self.programs:
            program.end()
        self.redis.end()

    def _machine(self, kind: str, *, queues: str) -> Machine:
        return Machine(f"{kind}{next(self._numbers)}", self.folder, self.environment, queues=queues)


@contextmanager
def crew(folder: Path, environment: Mapping[str, str]) -> Iterator[Crew]:
    gathered = Crew(folder, environment)
    try:
        yield gathered
    finally:
        gathered.end()


def freeze(pids: list[int], *, port: int) -> int:
    """The processes stand still where they are; how many connections to `port` they have open."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGSTOP)
    return sum(connections(pid, port=port) for pid in pids)


def kill(pids: list[int], *, port: int) -> int:
    """kill -9; how many connections to `port` they had open at that moment. The counting changes nothing."""
    had_open = freeze(pids, port=port)
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return had_open


def connections(pid: int, *, port: int) -> int:
    """How many connections to `port` on 127.0.0.1 the process has open."""
    peer = f"0100007F:{port:04X}"
    try:
        rows = [line.split() for line in Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]]
        files = {_link(file) for file in Path(f"/proc/{pid}/fd").iterdir()}
    except OSError:  # it has ended
        return 0
    return sum(row[2] == peer and row[3] == OPEN and f"socket:[{row[9]}]" in files for row in rows)


def _link(file: Path) -> str:
    with suppress(OSError):
        return str(file.readlink())
    return ""


def _command_line(pid: int) -> str:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_text()
    return ""

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
    """One host: a Celery worker with its journals."""

    def __init__(self, name: str, folder: Path, environment: Mapping[str, str]) -> None:
        self.journals = folder / name / "journal"
        arguments = ["worker", "-n", f"{name}@drill", "--concurrency", str(PROCESSES), "-Q", "delivery,letters"]
        own = {"JOURNAL_DIR": str(self.journals), "LOG_LEVEL": "INFO"}
        super().__init__(name, folder, [*arguments, "--loglevel", "warning"], {**environment, **own})

    def kill(self, *, port: int) -> tuple[list[int], int]:
        """kill -9 of every process of it: who they were, and how many connections to `port` they had open."""
        return kill(self.pids, port=port)

    def kill_one(self, chance: Random, *, port: int) -> int:
        """kill -9 of one pool process, of those that are sending if any is; the connections that it had open."""
        pool = [pid for pid in self.pids[1:] if pid not in self._helpers()]
        sending = [pid for pid in pool if connections(pid, port=port)]
        return kill([chance.choice(sending or pool)], port=port)[1] if pool else 0

    def lose_journals(self) -> None:
        rmtree(self.journals, ignore_errors=True)

    def _helpers(self) -> list[int]:
        """Python's own resource tracker, where the pool has one: no worker."""
        return [pid for pid in self.pids[1:] if "resource_tracker" in _command_line(pid)]


class Crew:
    """Two machines, one beat, PostgreSQL and Redis."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self.folder, self.environment = folder, environment
        self.postgres = Postgres(os.environ["DATABASE_URL"])
        self.redis = Redis(os.environ["REDIS_URL"])
        self.machines: list[Machine] = []
        self.beats: list[Program] = []
        self._numbers = count(1)

    def gather(self) -> None:
        """Two machines, one beat and Redis are there, whatever became of those before."""
        if not self.redis.is_up:
            self.redis.start()
        fit = [program for program in (*self.machines, *self.beats[:1]) if not program.is_in_trouble]
        for program in (*self.machines, *self.beats):
            if program not in fit:
                program.end()
        self.machines = [machine for machine in self.machines if machine in fit]
        self.beats = [beat for beat in self.beats if beat in fit]
        while len(self.machines) < 2:
            self.machines.append(Machine(f"machine{next(self._numbers)}", self.folder, self.environment))
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
        sending = [machine for machine in free if any(connections(pid, port=port) for pid in machine.pids)]
        return chance.choice(sending or free) if free else None

    def revive(self) -> list[str]:
        """Who has ended although nobody did anything to it; as a service manager would, it is started again."""
        gone = [program for program in (*self.machines, *self.beats) if not program.is_running]
        ended = [program for program in gone if not program.is_in_trouble]
        for program in ended:
            program.start()
        return [program.name for program in ended]

    def end(self) -> None:
        """Nobody is left. All are asked first, so that they leave at the same time."""
        for program in (*self.beats, *self.machines):
            if program.is_running:
                program.ask_to_leave()
        for program in (*self.beats, *self.machines):
            program.end()
        self.redis.end()


@contextmanager
def crew(folder: Path, environment: Mapping[str, str]) -> Iterator[Crew]:
    gathered = Crew(folder, environment)
    try:
        yield gathered
    finally:
        gathered.end()


def kill(pids: list[int], *, port: int) -> tuple[list[int], int]:
    """kill -9: the pids, and how many connections to `port` they had open at that moment."""
    for pid in pids:  # they stand still where they are, so that the counting changes nothing
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGSTOP)
    had_open = sum(connections(pid, port=port) for pid in pids)
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return pids, had_open


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

"""`make drill`: every fault by name, then random ones, and what became of the readers. Exit 1 when a promise broke.

READERS=N of each send, FAULTS=N that are drawn at random with SEED=N, ONLY=NAME instead of all (or several: ONE,TWO for
two sends, ONE+TWO for both in one send); with ONLY none are drawn unless FAULTS says so. Also writes var/drill.json.
"""

import json
import os
import secrets
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from benchmarks.processes import VAR
from benchmarks.sinks import sink
from benchmarks.stage import stage

if TYPE_CHECKING:
    from benchmarks.drill.drilling import Report

RESULT = VAR / "drill.json"
SERVERS = ("BENCH_DATABASE_URL", "BENCH_REDIS_URL")
AT_ONCE = 5  # random faults of one send
CONNECTIONS = 4  # of each worker process
PROCESSES = 4  # on two machines
LASTS = 4  # seconds that a send is to take at least, so that there is a middle
QUICKEST, SLOWEST = 0.002, 0.2  # seconds before an answer of the mail server, on average
TIMEOUT = 5  # seconds
LINE = "{:>8} {:>7} {:>5} {:>8} {:>10} {:>9} {:>11} {:>7} {:>8}  {}"
HEAD = ("readers", "letters", "lost", "doubled", "uncertain", "(arrived)", "in the air", "failed", "seconds", "fault")


@dataclass(frozen=True, slots=True)
class Options:
    """What is asked for in the environment. `only` names the sends' faults; without any it is each of them."""

    readers: int
    faults: int
    only: Sequence[str]
    seed: int

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> "Options":
        """Raises ValueError for what is no number."""
        only = [name for name in environment.get("ONLY", "").split(",") if name]
        return cls(
            readers=int(environment.get("READERS") or 20_000),
            faults=int(environment.get("FAULTS") or (0 if only else 200)),
            only=only,
            seed=int(environment.get("SEED") or secrets.randbelow(100_000)),
        )


def main() -> int:
    if named := [name for name in SERVERS if os.environ.get(name)]:
        sys.exit(f"The drill empties, stops and kills its servers. It has its own: unset {' and '.join(named)}")
    options = Options.read(os.environ)
    folder = Path(tempfile.mkdtemp(prefix="paperboy-drill-", dir="/tmp"))
    _say(f"{options.readers} readers a send, seed {options.seed}, logs in {folder}")
    _say(LINE.format(*HEAD))
    reports: list[Report] = []
    for report in _reports(options, folder):
        reports.append(report)
        _say(_line(report))
        _write(reports)
    _say(_hits(reports))
    if any(report.broken for report in reports):
        _say(f"A promise broke: the logs are in {folder}")
        return 1
    shutil.rmtree(folder)
    return 0


def sends(only: Sequence[str], known: Sequence[str], *, faults: int, seed: int) -> Iterator[list[str]]:
    """The faults of each send: first every one by itself, then random ones, several at once.

    Raises ValueError for a fault that nobody knows.
    """
    named = [together.split("+") for together in only or known]
    pool = list(dict.fromkeys(name for together in named for name in together))
    if unknown := set(pool) - set(known):
        raise ValueError(f"no such fault: {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    yield from named
    chance = Random(seed)
    pool = [name for name in pool if name != "clean"]
    while faults > 0 and pool:
        drawn = chance.sample(pool, min(AT_ONCE, faults, len(pool)))
        faults -= len(drawn)
        yield drawn


def _reports(options: Options, folder: Path) -> "Iterator[Report]":
    delay = min(max(LASTS * CONNECTIONS * PROCESSES / options.readers, QUICKEST), SLOWEST)
    server = ("benchmarks.drill.sink", "--delay", str(delay), "--seed", str(options.seed))
    with stage(), sink(*server) as mail_server:
        # Models can be named from here on.
        from benchmarks.drill.crew import crew
        from benchmarks.drill.drilling import drill
        from benchmarks.drill.faults import FAULTS

        url = f"smtp://127.0.0.1:{mail_server.port}?timeout={TIMEOUT}&connections={CONNECTIONS}"
        with crew(folder, {"POSTBOX_URL": url}) as gathered:
            all_sends = sends(options.only, list(FAULTS), faults=options.faults, seed=options.seed)
            for number, names in enumerate(all_sends):
                yield drill(names, crew=gathered, sink=mail_server, readers=options.readers, seed=options.seed + number)


def _hits(reports: "Sequence[Report]") -> str:
    """A fault that comes when all mails have left proves nothing."""
    faults = sum(len(report.fault.split("+")) for report in reports if report.fault != "clean")
    hits = sum(len(report.hits) for report in reports if report.fault != "clean")
    return f"{hits} of {faults} faults began while mails were going"


def _line(report: "Report") -> str:
    counted = report.verdict
    readers = (counted.readers - report.letters, report.letters)
    numbers = (*readers, counted.lost, counted.doubled, counted.uncertain, f"({counted.arrived})", report.air)
    line = LINE.format(*numbers, counted.failed, f"{report.seconds:.0f}", report.fault)
    return "\n".join([line, *(f"         BROKEN: {promise} (seed {report.seed})" for promise in report.broken)])


def _write(reports: "Sequence[Report]") -> None:
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps([_as_json(report) for report in reports], indent=1) + "\n")


def _as_json(report: "Report") -> dict[str, object]:
    counted = report.verdict
    return {
        "fault": report.fault,
        "readers": counted.readers - report.letters,
        "letters": report.letters,
        "hits": list(report.hits),
        "lost": counted.lost,
        "doubled": counted.doubled,
        "uncertain": counted.uncertain,
        "uncertain_arrived": counted.arrived,
        "in_the_air": report.air,
        "failed": counted.failed,
        "seconds": round(report.seconds, 1),
        "seed": report.seed,
        "broken": list(report.broken),
    }


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)

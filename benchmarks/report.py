"""What a part hands back, the table of figures beside their targets, and var/bench.json."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.processes import VAR

FILE = VAR / "bench.json"


@dataclass(frozen=True)
class Target:
    """What a figure should reach: at least, or where less is better at most."""

    what: str
    reach: float
    at_most: bool = False

    def reached(self, value: float) -> bool:
        return value <= self.reach if self.at_most else value >= self.reach


TARGETS: Mapping[str, Target] = {
    "smtp_mails_per_second": Target("SMTP, whole way, mails/s", 10_000),
    "smtp_floor_ratio": Target("the same / the floor", 0.4),
    "smtp_many_editions_per_second": Target("SMTP, one edition for four readers, mails/s", 5_000),
    "smtp_20ms_mails_per_second": Target("SMTP, answers after 20 ms, mails/s", 2_000),
    "batch_readers_per_second": Target("batch provider, readers/s", 20_000),
    "plan_ratio": Target("planning / bare INSERT ... SELECT", 2, at_most=True),
    "worker_megabytes": Target("memory of a worker process, MB", 250, at_most=True),
    "letter_seconds": Target("a letter while a digest goes out, slowest, s", 5, at_most=True),
    "claim_ratio": Target("claim rate, large ledger / small ledger", 0.9),
    "events_per_second": Target("events of providers, events/s", 1_000),
    "landing_p95_ms": Target("landing page at 100/s, 95% within ms", 50, at_most=True),
    "archive_p95_ms": Target("archive at 100/s, 95% within ms", 50, at_most=True),
    "sign_up_p95_ms": Target("sign-up at 100/s, 95% within ms", 50, at_most=True),
    "landing_p95_ms_sqlite": Target("landing page on SQLite, 95% within ms", 50, at_most=True),
    "archive_p95_ms_sqlite": Target("archive on SQLite, 95% within ms", 50, at_most=True),
    "sign_up_p95_ms_sqlite": Target("sign-up on SQLite, 95% within ms", 50, at_most=True),
    "desk_slowest_ms": Target("the slowest page of the admin, ms", 300, at_most=True),
    "desk_most_queries": Target("queries of a page of the admin, most", 40, at_most=True),
}
NOT_KEPT = {"events_per_second"}  # in the table, not in the file
READERS = "readers"  # the file's key that says of each figure how many readers it was measured with


@dataclass
class Report:
    """Figures by key, lines that explain them, and mails that were lost, doubled or otherwise wrong."""

    figures: dict[str, float] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def add(self, other: "Report") -> None:
        """Both together. Of the memory the larger counts."""
        most = max(self.figures.get("worker_megabytes", 0), other.figures.get("worker_megabytes", 0))
        self.figures |= other.figures
        if most:
            self.figures["worker_megabytes"] = most
        self.notes += other.notes
        self.faults += other.faults


def table(figures: Mapping[str, float]) -> str:
    lines = [f"{'what':<46}{'reach':>12}{'figure':>12}"]
    for key, target in TARGETS.items():
        if key in figures:
            sign = "at most" if target.at_most else ""
            verdict = "" if target.reached(figures[key]) else "   not reached"
            reach = f"{sign} {_number(target.reach)}"
            lines.append(f"{target.what:<46}{reach:>12}{_number(figures[key]):>12}{verdict}")
    return "\n".join(lines)


def write(figures: Mapping[str, float], *, readers: int, to: Path = FILE) -> None:
    """The figures in the file are these, measured with so many readers; others that are there stay."""
    kept = {key: round(value, 3) for key, value in figures.items() if key not in NOT_KEPT}
    before = _read(to)
    before[READERS] |= dict.fromkeys(kept, readers)
    _write(before | kept, to)


def drop(keys: Iterable[str], *, of: Path = FILE) -> None:
    """The file has no such figures: what stands there of another run must not be taken for this one's."""
    before = _read(of)
    for key in keys:
        before.pop(key, None)
        before[READERS].pop(key, None)
    _write(before, of)


def _read(file: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(file.read_text()) if file.exists() else {}
    return {READERS: {}} | found


def _write(content: Mapping[str, Any], file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(content, indent=2, sort_keys=True) + "\n")


def columns(rows: Iterable[Sequence[str]]) -> list[str]:
    """Rows with their columns under each other."""
    rows = list(rows)
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:.2f}".rstrip("0").rstrip(".")

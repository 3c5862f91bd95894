"""`make bench`: every figure beside its target. Exit 1 when a mail was lost or doubled, or a part has failed.

READERS=N, PLAN_READERS=N, LEDGER_ROWS=N and DESK_READERS=N make it smaller, ONLY=NAME (or NAME,NAME) measures these
alone: a part (smtp, many_editions, many_papers, smtp_20ms, batch, letters, plan, claim, events, pages, desk) or a key
of var/bench.json.
"""

import os
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from benchmarks.processes import machine
from benchmarks.report import Report, drop, table, write
from benchmarks.stage import clear, stage

READERS = 100_000
FEWER = 5  # times, where each reader's edition is another
Measure = Callable[[], Report]


@dataclass(frozen=True)
class Sizes:
    """How many of each: the issue's figures are for 100,000 readers, 1,000,000 planned ones and 5,000,000 rows."""

    readers: int
    plan_readers: int
    ledger_rows: int
    events: int
    requests: int
    desk_readers: int
    desk_digests: int

    def of(self, part: str) -> int:
        """How many readers the part has."""
        others = {
            "plan": self.plan_readers,
            "many_papers": self.readers // FEWER,
            "pages": self.requests,
            "desk": self.desk_readers,
        }
        return others.get(part, self.readers)


PARTS: Mapping[str, Sequence[str]] = {
    "smtp": ("smtp_mails_per_second", "smtp_floor_ratio", "worker_megabytes"),
    "many_editions": ("smtp_many_editions_per_second", "worker_megabytes"),
    "many_papers": ("worker_megabytes",),
    "smtp_20ms": ("smtp_20ms_mails_per_second", "worker_megabytes"),
    "batch": ("batch_readers_per_second", "worker_megabytes"),
    "letters": ("letter_seconds", "worker_megabytes"),
    "plan": ("plan_ratio",),
    "claim": ("claim_ratio",),
    "events": ("events_per_second",),
    "pages": tuple(f"{kind}_p95_ms{on}" for on in ("", "_sqlite") for kind in ("landing", "archive", "sign_up")),
    "desk": ("desk_slowest_ms", "desk_most_queries"),
}


def main() -> int:
    try:
        return _run(list(_chosen(os.environ.get("ONLY", ""))), _sizes())
    except KeyboardInterrupt:
        print("stopped")
        return 130


def _run(names: Sequence[str], sizes: Sizes) -> int:
    whole = Report()
    load = ", ".join(f"{value:.2f}" for value in os.getloadavg())
    print(f"{machine()}; load before: {load}\n{sizes}", flush=True)
    with stage():
        measures = _measures(sizes)
        for name in names:
            print(f"\n{name} ...", flush=True)
            drop(key for key in PARTS[name] if key not in whole.figures)
            report = _measured(name, measures[name])
            print("\n".join(report.notes), flush=True)
            whole.add(report)
            write({key: whole.figures[key] for key in PARTS[name] if key in whole.figures}, readers=sizes.of(name))
    print(f"\n{table(whole.figures)}")
    for fault in whole.faults:
        print(f"FAULT: {fault}")
    return 1 if whole.faults else 0


def _measured(name: str, measure: Measure) -> Report:
    """The part's report; one that fails must not stop the others."""
    try:
        clear()
        return measure()
    except Exception as problem:
        traceback.print_exc()
        return Report(faults=[f"{name} could not be measured: {type(problem).__name__}: {problem}"])


def _measures(sizes: Sizes) -> Mapping[str, Measure]:
    """The parts read Django's models: they are imported when it is set up."""
    from benchmarks import claims, letters, provider, smtp, web
    from benchmarks.desk import measuring as desk

    return {
        "smtp": partial(smtp.few_editions, sizes.readers),
        "many_editions": partial(smtp.many_editions, sizes.readers),
        "many_papers": partial(smtp.many_papers, sizes.of("many_papers")),
        "smtp_20ms": partial(smtp.far_away, sizes.readers),
        "batch": partial(provider.batches, sizes.readers),
        "letters": partial(letters.beside_a_digest, sizes.readers),
        "plan": partial(_plan, sizes.plan_readers),
        "claim": partial(claims.rates, sizes.readers, rows=sizes.ledger_rows),
        "events": partial(_events, sizes.events),
        "pages": partial(web.measure, sizes.requests),
        "desk": partial(desk.measure, sizes.desk_readers, sizes.desk_digests),
    }


def _plan(readers: int) -> Report:
    from benchmarks import planning

    return _figures("plan", planning.measure(readers))


def _events(count: int) -> Report:
    """Of the two ways in which events come, the slower one has to reach the figure."""
    from benchmarks import events

    measured = events.measure(count)
    slowest = min(measured["events_one_by_one"], measured["events_in_batches"])
    return _figures("events", {"events_per_second": slowest, **measured})


def _figures(name: str, measured: Mapping[str, float]) -> Report:
    """Of what a part has measured, the figures that have a target; the rest is said."""
    said = ", ".join(f"{what.replace('_', ' ')} {value:,.2f}" for what, value in measured.items())
    return Report(figures={key: measured[key] for key in PARTS[name]}, notes=[f"{name}: {said}"])


def _sizes() -> Sizes:
    readers = int(os.environ.get("READERS") or READERS)
    return Sizes(
        readers=readers,
        plan_readers=int(os.environ.get("PLAN_READERS") or 10 * readers),
        ledger_rows=int(os.environ.get("LEDGER_ROWS") or 50 * readers),
        events=int(os.environ.get("EVENTS") or readers // 5),
        desk_readers=int(os.environ.get("DESK_READERS") or 10 * readers),
        desk_digests=int(os.environ.get("DESK_DIGESTS") or max(10, readers // 50)),
        requests=int(os.environ.get("REQUESTS") or min(3000, readers // 10)),
    )


def _chosen(only: str) -> Iterator[str]:
    """The parts in their order. Ends the program on a name that is none."""
    wanted = {name.strip() for name in only.split(",") if name.strip()}
    known = set(PARTS) | {key for keys in PARTS.values() for key in keys}
    if unknown := wanted - known:
        sys.exit(f"ONLY names {', '.join(sorted(unknown))}, which is none of {', '.join(sorted(known))}")
    return (name for name, keys in PARTS.items() if not wanted or name in wanted or wanted & set(keys))


if __name__ == "__main__":
    sys.exit(main())

"""SMTP the whole way: with 60 editions beside the floor, with many editions, and to a server that is far away."""

from benchmarks import sinks
from benchmarks.checking import checked
from benchmarks.floor import floor
from benchmarks.report import Report
from benchmarks.sinks import Sink, sink
from benchmarks.whole_way import Outcome, ready, send
from benchmarks.workers import CONNECTIONS, PROCESSES, workers

MOST_CONNECTIONS = 100  # in all, to a server that is FAR away
FAR = 0.02  # seconds before each answer


def few_editions(readers: int) -> Report:
    """The floor is measured twice, and the faster one counts."""
    with sink(sinks.SMTP, "--record") as target:
        outcome, report = _whole_way(readers, target, what="SMTP", connections=CONNECTIONS)
        floors = sorted(_floor(target, outcome) for _time in range(2))
    report.figures["smtp_mails_per_second"] = outcome.per_second
    report.figures["smtp_floor_ratio"] = outcome.per_second / floors[-1]
    report.notes.append(f"  the floor with as many connections: {floors[0]:,.0f} and {floors[1]:,.0f} mails/s")
    return report


def many_editions(readers: int) -> Report:
    with sink(sinks.SMTP, "--record") as target:
        outcome, report = _whole_way(readers, target, what="SMTP, many editions", connections=CONNECTIONS, choosy=True)
    report.figures["smtp_many_editions_per_second"] = outcome.per_second
    return report


def far_away(readers: int) -> Report:
    with sink(sinks.SMTP, "--record", "--delay", str(FAR)) as target:
        outcome, report = _whole_way(
            readers, target, what="SMTP, answers after 20 ms", connections=MOST_CONNECTIONS // PROCESSES
        )
    report.figures["smtp_20ms_mails_per_second"] = outcome.per_second
    return report


def _whole_way(
    readers: int, target: Sink, *, what: str, connections: int, choosy: bool = False
) -> tuple[Outcome, Report]:
    """A morning of so many readers, with so many connections of each process."""
    sender = ready(readers, choosy=choosy)
    url = f"smtp://127.0.0.1:{target.port}?connections={connections}"
    with workers(PROCESSES, postbox_url=url) as started:
        outcome = send(sender, target, started)
    return outcome, checked(outcome, target.seen(), what)


def _floor(target: Sink, outcome: Outcome) -> float:
    return floor(target, mails=outcome.readers, size=outcome.mail_size, processes=PROCESSES, connections=CONNECTIONS)

"""SMTP the whole way: with 60 editions beside the floor, with many, with many papers, and to a server far away."""

from benchmarks import sinks
from benchmarks.checking import checked
from benchmarks.floor import floor
from benchmarks.report import Report
from benchmarks.sinks import Sink, sink
from benchmarks.whole_way import PAPERS_OF_CHOOSY, Outcome, ready, send
from benchmarks.workers import CONNECTIONS, PROCESSES, workers

MOST_CONNECTIONS = 100  # in all, to a server that is FAR away
FAR = 0.02  # seconds before each answer
MOST_PAPERS = 68  # of a day


def few_editions(readers: int) -> Report:
    """The floor is measured twice, and the faster one counts."""
    with sink(sinks.SMTP, "--record") as target:
        outcome, report = _whole_way(readers, target, what="SMTP")
        floors = sorted(_floor(target, outcome) for _time in range(2))
    report.figures["smtp_mails_per_second"] = outcome.per_second
    report.figures["smtp_floor_ratio"] = outcome.per_second / floors[-1]
    report.notes.append(f"  the floor with as many connections: {floors[0]:,.0f} and {floors[1]:,.0f} mails/s")
    return report


def many_editions(readers: int) -> Report:
    with sink(sinks.SMTP, "--record") as target:
        outcome, report = _whole_way(readers, target, what="SMTP, many editions", papers=PAPERS_OF_CHOOSY)
    report.figures["smtp_many_editions_per_second"] = outcome.per_second
    return report


def many_papers(readers: int) -> Report:
    """Of a day with very many papers nearly every choosy reader gets another edition: what that needs of memory."""
    with sink(sinks.SMTP, "--record") as target:
        _outcome, report = _whole_way(readers, target, what=f"SMTP, {MOST_PAPERS} papers", papers=MOST_PAPERS)
    return report


def far_away(readers: int) -> Report:
    with sink(sinks.SMTP, "--record", "--delay", str(FAR)) as target:
        outcome, report = _whole_way(
            readers, target, what="SMTP, answers after 20 ms", connections=MOST_CONNECTIONS // PROCESSES
        )
    report.figures["smtp_20ms_mails_per_second"] = outcome.per_second
    return report


def _whole_way(
    readers: int, target: Sink, *, what: str, connections: int = CONNECTIONS, papers: int = 0
) -> tuple[Outcome, Report]:
    """A morning of so many readers, with so many connections of each process; choosy ones, where `papers` are named."""
    if papers:
        ready(readers, papers=papers, choosy=True)
    else:
        ready(readers)
    url = f"smtp://127.0.0.1:{target.port}?connections={connections}"
    with workers(PROCESSES, postbox_url=url) as started:
        outcome = send(target, started)
    return outcome, checked(outcome, target.seen(), what)


def _floor(target: Sink, outcome: Outcome) -> float:
    return floor(target, mails=outcome.readers, size=outcome.mail_size, processes=PROCESSES, connections=CONNECTIONS)

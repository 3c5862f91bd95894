"""Opens every page as who runs the site, as an administrator and as an editor, in this process, and says what it took.

`python -m benchmarks.desk.measuring` opens them in the database of DATABASE_URL as it is, once it is filled.
"""

import gc
import logging
import os
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

import django
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import Client

from benchmarks.processes import TICKS
from benchmarks.report import Report, columns

VISITS = 3  # of which the median counts
MOST_MS, MOST_QUERIES = 300, 40
LONGEST = 60_000  # milliseconds that a query may take: the page is over the limit anyway
SHOWN = 600  # characters of a query


@dataclass
class Asked:
    """The queries of one visit, with the milliseconds of each."""

    queries: list[tuple[float, str]] = field(default_factory=list)

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.queries.append(((time.perf_counter() - began) * 1000, str(sql)))


@dataclass(frozen=True)
class Visit:
    """One look at a page. `status` is the answer's; 0 stands for an exception."""

    status: int
    milliseconds: float
    cpu: float
    asked: Asked
    is_page: bool = True  # to look at: no redirect, no form's target, no download


@dataclass(frozen=True)
class Measured:
    """A page as one user sees it: the median visit with an empty cache, and with a full one."""

    name: str
    user: str
    cold: Visit
    warm: Visit

    @property
    def slower(self) -> Visit:
        return max(self.cold, self.warm, key=lambda visit: visit.milliseconds)

    @property
    def queries(self) -> int:
        return max(len(self.cold.asked.queries), len(self.warm.asked.queries))

    @property
    def is_over(self) -> bool:
        return self.slower.status == 0 or self.slower.milliseconds > MOST_MS or self.queries > MOST_QUERIES


def measure(readers: int, digests: int) -> Report:
    """Fills the empty database that Django is set up with, and opens everything."""
    from benchmarks.desk import filling
    from benchmarks.stage import tidy

    filling.fill(readers=readers, digests=digests)
    tidy()
    return opened()


def opened() -> Report:
    """The pages of the database as it is."""
    from benchmarks.desk import filling, pages

    call_command("collectstatic", interactive=False, verbosity=0)
    settings.ALLOWED_HOSTS = ["testserver"]
    logging.getLogger("django.request").setLevel(logging.ERROR)  # much is forbidden to an editor
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = %s", [LONGEST])
    made = filling.filled()
    clients = {name: Client(raise_request_exception=True) for name in made.users}
    for name, client in clients.items():
        client.force_login(made.users[name], backend="django.contrib.auth.backends.ModelBackend")
    found, others = pages.pages(pages.Rows(made))
    measured = [each for page in _all(found, clients["superuser"]) for each in _as_each(page, clients)]
    slowest = _slowest(measured)
    return Report(
        figures={
            "desk_slowest_ms": max(each.slower.milliseconds for each in measured),
            "desk_most_queries": max(each.queries for each in measured),
        },
        notes=[*_lines(slowest), *_over(measured), f"not opened: {', '.join(others) or 'none'}"],
        faults=[f"desk: {each.name} fails" for each in slowest if each.slower.status == 0],
    )


def _all(found: Iterable[Any], client: Client) -> Iterator[Any]:
    """The pages, each list followed by its variants, as who sees everything is offered them."""
    from benchmarks.desk import pages

    for page in found:
        yield page
        if page.name.endswith(pages.LIST):
            listed = _listed(client, page.path)
            yield from pages.variants(listed, page, now=datetime.now(UTC)) if listed else ()


def _listed(client: Client, path: str) -> Any:
    """The ChangeList of a list's page. No `Visit` keeps it: it has all of the rows."""
    try:
        return getattr(client.get(path), "context_data", {}).get("cl")
    except Exception:  # `_visit` meets it again, and tells
        return None


def _as_each(page: Any, clients: dict[str, Client]) -> Iterator[Measured]:
    """As each user who may see it, and where it is a page."""
    for user, client in clients.items():
        first = _visit(client, page.path)  # imports modules and compiles templates
        gc.collect()
        gc.freeze()  # so that Python's collector does not look through all of this program while a page is made
        if first.is_page:
            cold = [_visit(client, page.path, is_cold=True) for _number in range(_visits())]
            warm = [_visit(client, page.path) for _number in range(_visits())]
            yield Measured(page.name, user, cold=_median(cold), warm=_median(warm))


def _visit(client: Client, path: str, *, is_cold: bool = False) -> Visit:
    if is_cold:
        cache.clear()
    asked, cpu, began = Asked(), _cpu(), time.perf_counter()
    try:
        with connection.execute_wrapper(asked):
            response = client.get(path)
            body = response.getvalue() if response.streaming else response.content
    except Exception as problem:  # the other pages are measured all the same
        took = (time.perf_counter() - began) * 1000
        asked.queries.append((took, f"{type(problem).__name__}: {problem}"))
        return Visit(0, took, _cpu() - cpu, asked)
    assert body is not None
    took, cpu = (time.perf_counter() - began) * 1000, _cpu() - cpu
    is_page = response.status_code == 200 and not response.get("Content-Disposition")
    return Visit(response.status_code, took, cpu, asked, is_page)


def _cpu() -> float:
    """Milliseconds of CPU time that this process and its process in the database have had (Linux, same machine)."""
    connection.ensure_connection()
    try:
        fields = Path(f"/proc/{connection.connection.info.backend_pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:  # the database is elsewhere
        fields = ["0"] * 13
    return time.process_time() * 1000 + (int(fields[11]) + int(fields[12])) * 1000 / TICKS


def _visits() -> int:
    return int(os.environ.get("DESK_VISITS") or VISITS)


def _median(visits: list[Visit]) -> Visit:
    middle = median(visit.milliseconds for visit in visits)
    return min(visits, key=lambda visit: abs(visit.milliseconds - middle))


def _slowest(measured: Iterable[Measured]) -> list[Measured]:
    """Of each page the user for whom it takes longest."""
    worst: dict[str, Measured] = {}
    for each in measured:
        if each.name not in worst or each.slower.milliseconds > worst[each.name].slower.milliseconds:
            worst[each.name] = each
    return list(worst.values())


def _lines(slowest: Iterable[Measured]) -> list[str]:
    head = ["queries", "ms", "ms, cache full", "ms of CPU", "in the database", "slowest query", "as", "page"]
    rows = [
        [
            str(each.queries),
            f"{each.cold.milliseconds:.0f}",
            f"{each.warm.milliseconds:.0f}",
            f"{each.slower.cpu:.0f}",
            f"{sum(took for took, _sql in each.slower.asked.queries):.0f}",
            f"{max((took for took, _sql in each.slower.asked.queries), default=0):.0f}",
            each.user,
            each.name,
        ]
        for each in slowest
    ]
    return [
        f"{len(rows)} pages, the median of {_visits()} visits, by the user for whom it took longest:",
        *columns([head, *rows]),
    ]


def _over(measured: Iterable[Measured]) -> Iterator[str]:
    """The pages over a limit, for each user, with the slowest query."""
    for each in measured:
        if each.is_over:
            took, sql = max(each.slower.asked.queries, default=(0, "none"))
            yield f"OVER: {each.name} as {each.user}: {_took(each.slower)}, {each.queries} queries"
            yield f"      {took:.0f} ms: {' '.join(sql.split())[:SHOWN]}"


def _took(visit: Visit) -> str:
    return f"{visit.milliseconds:.0f} ms ({visit.cpu:.0f} of CPU)"


if __name__ == "__main__":
    django.setup()
    report = opened()
    print("\n".join([*report.notes, *report.faults]))
    sys.exit(bool(report.faults))

"""The reader's pages under load: gunicorn with two workers, a hundred visitors a second, on both databases.

`python -m benchmarks.web FOLDER REQUESTS` is the measurement on the database that DATABASE_URL names: it fills it,
starts gunicorn, lets visitors come, and prints a line of JSON.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.processes import python
from benchmarks.report import Report
from benchmarks.visitors import Visit, Waits, load
from newsletter.environment import NAMES
from tests import servers

PER_SECOND = 100
WORKERS = 2
DAYS = 120  # of the archive
FULL_DAYS = 3  # the newest, which have many papers
PAPERS, FEW = 24, 4
STARTS_WITHIN = 30  # seconds
WARM_UP = 200  # requests that do not count
LANGUAGES = ("en", "ko", "ja", "de", "ar")
EXPECTED = {"landing": 200, "archive": 200, "day": 200, "sign_up": 302}
FIGURES = ("landing", "archive", "sign_up")  # those that have a target; the others are said


def measure(requests: int) -> Report:
    """Each kind of page with so many requests, on PostgreSQL and on SQLite."""
    report = Report()
    with tempfile.TemporaryDirectory(prefix="paperboy-web-", dir="/tmp") as folder:
        for name, url in (("", servers.postgres(durable=True)), ("_sqlite", f"sqlite:///{folder}/web.sqlite3")):
            _add(report, _on(url, Path(folder), requests), name)
    return report


def _on(url: str, folder: Path, requests: int) -> Mapping[str, dict[str, float]]:
    """The measurement in a process of its own: Django is set up once in each."""
    values = dict.fromkeys(NAMES, "") | {
        "DATABASE_URL": url,
        "VAR_DIR": str(folder),
        "TRUSTED_PROXIES": "127.0.0.1",
        "LOG_LEVEL": "ERROR",
        "MX_CHECK": "0",  # nobody outside of this machine is asked
        "DJANGO_SETTINGS_MODULE": "newsletter.settings",
    }
    arguments = ("-m", "benchmarks.web", str(folder), str(requests))
    with python(*arguments, environment=values, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        lines = process.stdout.read().splitlines()
    if not lines:
        raise RuntimeError("the measurement has said nothing")
    found: dict[str, dict[str, float]] = json.loads(lines[-1])
    return found


def _add(report: Report, found: Mapping[str, dict[str, float]], name: str) -> None:
    database = "SQLite" if name else "PostgreSQL"
    for kind, figures in found.items():
        if kind in FIGURES:
            report.figures[f"{kind}_p95_ms{name}"] = figures["p95"]
        report.notes.append(
            f"{database}, {kind}: half within {figures['p50']:.0f} ms, 95% {figures['p95']:.0f} ms, "
            f"99% {figures['p99']:.0f} ms, all {figures['all']:.0f} ms; "
            f"the load came {figures['late']:.0f} ms late at most"
        )
        if figures["wrong"]:
            report.faults.append(f"{database}, {kind}: {figures['wrong']:.0f} answers had another status")


def main(folder: Path, requests: int) -> None:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    newest = _fill()
    with _gunicorn() as port:
        found = {
            kind: _figures(load(port, visits, per_second=PER_SECOND), EXPECTED[kind])
            for kind, visits in _kinds(newest, requests).items()
            if load(port, visits[:WARM_UP], per_second=PER_SECOND)
        }
    print(json.dumps(found), flush=True)


def _fill() -> date:
    """A newsletter with four months of digests; the day of the newest."""
    from django.db import connection

    from benchmarks.papers import make_approved, make_newsletter
    from benchmarks.stage import tidy

    newsletter, now = make_newsletter(), datetime.now(UTC)
    newest = now.date() - timedelta(days=1)
    for age in reversed(range(DAYS)):
        make_approved(newsletter, newest - timedelta(days=age), papers=PAPERS if age < FULL_DAYS else FEW, now=now)
    if connection.vendor == "postgresql":
        tidy()
    return newest


@contextmanager
def _gunicorn() -> Iterator[int]:
    """The port of gunicorn as the README starts it."""
    port = servers.free_port()
    command = ("-m", "gunicorn", "newsletter.wsgi", "--workers", str(WORKERS), "--bind", f"127.0.0.1:{port}")
    with python(*command, "--log-level", "error", environment={"SITE_URL": f"http://127.0.0.1:{port}"}):
        deadline = time.monotonic() + STARTS_WITHIN
        while not _answers(port):
            if time.monotonic() > deadline:
                raise RuntimeError("gunicorn does not answer")
            time.sleep(0.2)
        yield port


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def _kinds(newest: date, requests: int) -> Mapping[str, Sequence[Visit]]:
    """So many visits of each kind, in the languages by turns."""
    numbers = range(requests)
    languages = [("Accept-Language", LANGUAGES[number % len(LANGUAGES)]) for number in numbers]
    days = [newest - timedelta(days=number % 30) for number in numbers]
    return {
        "landing": [Visit("/", (languages[number],)) for number in numbers],
        "archive": [Visit("/n/daily-papers/", (languages[number],)) for number in numbers],
        "day": [Visit(f"/n/daily-papers/{days[number]}/{languages[number][1]}/") for number in numbers],
        "sign_up": [_sign_up(number) for number in numbers],
    }


def _sign_up(number: int) -> Visit:
    """A new reader from a network of their own."""
    form = {
        "address": f"visitor-{os.getpid()}-{number}@example.org",
        "locale": LANGUAGES[number % len(LANGUAGES)],
        "time_zone": "Asia/Seoul",
        "hour": "7",
    }
    network = f"100.{64 + number // 250 % 64}.{number % 250}.7"
    return Visit("/join/daily-papers/", (("X-Forwarded-For", network),), urlencode(form))


def _figures(waits: Waits, expected: int) -> dict[str, float]:
    """Milliseconds, and how many answers were not the expected ones."""
    shares = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "all": 1.0}
    return {
        **{name: 1000 * waits.percentile(share) for name, share in shares.items()},
        "late": 1000 * max(waits.late),
        "wrong": waits.statuses.total() - waits.statuses[expected],
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))

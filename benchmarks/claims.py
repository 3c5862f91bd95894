"""How fast due rows are claimed from a ledger that is large, beside one that is small: in turns, in the same run.

`python -m benchmarks.claims READERS ROWS` is one of the two: it fills its own database (DATABASE_URL) to so many rows,
says `ready`, then claims as many rows as each line of standard input says, and answers how many seconds that took.
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import django

from benchmarks.processes import python
from benchmarks.report import Report
from benchmarks.sinks import ask, line_of
from benchmarks.stage import copied

ROUNDS = 10  # that count, after one that does not
SLICES = 4  # of a claim, as a worker process with four connections asks for
OLD_EDITION = """
    WITH digest AS (
        INSERT INTO digests_digest (newsletter_id, day, kind, slug, status, ordering, created_at)
        SELECT id, %s, 'daily', '', 'closed', 'votes', now() FROM digests_newsletter RETURNING id
    ), revision AS (
        INSERT INTO digests_revision (digest_id, number, content, approved_at)
        SELECT id, 1, '{}', now() FROM digest RETURNING id, digest_id
    )
    INSERT INTO digests_edition (revision_id, locale, key, selection, total, detail, format, created_at)
    SELECT id, 'en', '', '[]', 1, 'full', 'html', now() FROM revision
    RETURNING id, (SELECT digest_id FROM revision)
"""
OLD_ROWS = """
    INSERT INTO delivery_delivery (subscription_id, digest_id, correction, sender_id, status, skip, reason, due_at,
        ready_at, attempts, edition_id, worker, claimed_at, sent_at, created_at)
    SELECT id, %s, 0, (SELECT id FROM postbox_sender), 'sent', '', '', %s, %s, 1, %s, 'old:1', %s, %s, %s
    FROM subscribers_subscription ORDER BY subscribers_subscription.id LIMIT %s
"""


def rates(readers: int, *, rows: int) -> Report:
    """Both ledgers have `readers` due rows; the large one has `rows` in all, the others of digests that are over."""
    from benchmarks.whole_way import staged

    staged(readers)
    many = readers // (ROUNDS + 1)
    with copied() as other, ExitStack() as stack:
        small = stack.enter_context(_claimer(readers, readers, environment={}))
        large = stack.enter_context(_claimer(readers, rows, environment={"DATABASE_URL": other}))
        seconds = [(float(ask(small, str(many))), float(ask(large, str(many)))) for _round in range(ROUNDS + 1)]
    of_small, of_large = (sum(each) for each in zip(*seconds[1:], strict=True))
    return Report(
        figures={"claim_ratio": of_small / of_large},
        notes=[
            f"claims: {ROUNDS * many / of_small:,.0f} rows/s of {readers:,}, "
            f"{ROUNDS * many / of_large:,.0f} rows/s of {rows:,}"
        ],
    )


@contextmanager
def _claimer(readers: int, rows: int, *, environment: dict[str, str]) -> Iterator["subprocess.Popen[str]"]:
    with python(
        *("-m", "benchmarks.claims", str(readers), str(rows)),
        environment=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        line_of(process)
        yield process


def _fill(readers: int, rows: int) -> None:
    """As many rows as wanted: those of today are due, the others were sent on the mornings before."""
    from benchmarks.stage import tidy
    from newsletter.delivery import planning

    days = 0
    while (missing := rows - readers - days * readers) > 0:
        days += 1
        _old_morning(days, min(missing, readers))
    tidy()
    planning.plan(now=datetime.now(UTC))
    tidy()


def _old_morning(days_ago: int, rows: int) -> None:
    from django.db import connection

    at = datetime.now(UTC) - timedelta(days=days_ago + 2)
    with connection.cursor() as cursor:
        cursor.execute(OLD_EDITION, [at.date()])
        edition, digest = cursor.fetchone()
        cursor.execute(OLD_ROWS, [digest, at, at, edition, at, at, at, rows])


def _claim(rows: int) -> float:
    """Seconds for so many rows. Raises RuntimeError when there are not so many."""
    from newsletter.delivery.claiming import claim
    from newsletter.postbox.models import Sender
    from newsletter.postbox.slices import MOST_ROWS

    sender, now = Sender.objects.get(), datetime.now(UTC)
    began, missing = time.perf_counter(), rows
    while missing:
        slices = [uuid4() for _slice in range(SLICES)]
        found = claim(sender, now=now, limit=min(missing, SLICES * MOST_ROWS), slices=slices)
        if not found:
            raise RuntimeError(f"{missing} rows are missing")
        missing -= sum(map(len, found.values()))
    return time.perf_counter() - began


def main() -> None:
    django.setup()
    _fill(*map(int, sys.argv[1:]))
    print("ready", flush=True)
    for line in sys.stdin:
        print(_claim(int(line)), flush=True)


if __name__ == "__main__":
    main()

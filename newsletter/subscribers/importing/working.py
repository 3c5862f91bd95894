"""Working: an import goes on from its position, chunk by chunk, each in a transaction of its own.

A worker that is killed leaves the position of its last chunk, and where in the list that is; the next one goes on
there. Two workers never do the same chunk: one holds the row, and the position must be the one that was seen.
"""

import csv
import io
import logging
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from typing import TextIO

from django.db import transaction
from django.utils import translation

from newsletter.staff import acting
from newsletter.subscribers.importing import encodings, queries, seen, starting
from newsletter.subscribers.importing.bringing import bring
from newsletter.subscribers.importing.columns import RANKS, SEPARATORS, Layout, layout, person
from newsletter.subscribers.importing.folder import DONE, LOOKED, Folder
from newsletter.subscribers.importing.judging import Judged, Read, judge, read
from newsletter.subscribers.importing.outcomes import Problem, Unreadable
from newsletter.subscribers.importing.seen import Seen, open_seen
from newsletter.subscribers.importing.table import records, text_of
from newsletter.subscribers.models import ReaderImport

logger = logging.getLogger(__name__)
State = ReaderImport.State
CHUNK = 800  # records: a transaction of half a second, for which SQLite keeps everybody else from writing
TURN = 10.0  # seconds, after which other imports and the rest of the timetable have their turn


def work(*, now: datetime, turn: float = TURN) -> int:
    """Goes on with every import that is at work, for about `turn` seconds each; how many chunks were done."""
    return sum(_tried(number, now=now, turn=turn) for number in queries.at_work())


def _tried(number: int, *, now: datetime, turn: float) -> int:
    try:
        return _work_on(queries.numbered(number), now=now, turn=turn)
    except Exception:  # one import that fails must not stop the others; it goes on from its last chunk
        logger.exception("import %d could not go on", number)
        return 0


def _work_on(at_work: ReaderImport, *, now: datetime, turn: float) -> int:
    folder = Folder(at_work.key)
    try:
        # Why an address is none is kept in English, and translated for whoever reads the report.
        with translation.override("en"), _opened(at_work, folder) as (text, lay):
            return _go_on(at_work, folder, text, lay, now=now, ends=time.monotonic() + turn)
    except FileNotFoundError:
        return _fail(at_work, Unreadable(Problem.GONE), now=now)
    except Unreadable as problem:
        return _fail(at_work, problem, now=now)


@contextmanager
def _opened(at_work: ReaderImport, folder: Folder) -> Iterator[tuple[TextIO, Layout]]:
    """The list as text that has not been read, and how it is to be read. Its kind and encoding are written down."""
    with folder.brought.open("rb") as file:
        encoding = at_work.encoding or encodings.find(file)
        with text_of(file, encoding) as text:
            lay = _layout(text, at_work.file_name)
            if not at_work.kind:
                at_work.kind, at_work.encoding = lay.kind, encoding
                at_work.save(update_fields=["kind", "encoding"])
            yield text, lay


def _layout(text: TextIO, file_name: str) -> Layout:
    """By the separator that makes most columns of the first record, one of them with addresses."""
    found: list[Layout] = []
    problem = Problem.NO_COLUMN
    for separator in SEPARATORS:
        text.seek(0)
        try:
            first = next(records(text, separator), None)
        except Unreadable as unreadable:
            problem = unreadable.problem
            continue
        if first is None:
            raise Unreadable(Problem.EMPTY)
        found += filter(None, [layout(first.cells, separator, file_name=file_name)])
    if not found:
        raise Unreadable(problem)
    return max(found, key=lambda lay: lay.width)


def _reads(text: TextIO, lay: Layout, locales: Sequence[str]) -> Iterator[Read]:
    """Every record of the list, from its beginning."""
    text.seek(0)
    body = islice(records(text, lay.separator), int(lay.has_header), None)
    for number, record in enumerate(body):
        yield read(number, record, person(record, lay, locales=locales))


def _go_on(at_work: ReaderImport, folder: Folder, text: TextIO, lay: Layout, *, now: datetime, ends: float) -> int:
    locales = at_work.newsletter.locales
    if not folder.seen.exists():
        seen.build(folder.seen, _hashes(_reads(text, lay, locales)))
    text.seek(int(at_work.place or 0))
    body = records(text, lay.separator, line=at_work.line)
    if lay.has_header and not at_work.place:
        next(body, None)
    numbered = enumerate(body, at_work.position)
    done = 0
    with open_seen(folder.seen) as known:
        while not done or time.monotonic() < ends:
            chunk = [read(number, one, person(one, lay, locales=locales)) for number, one in islice(numbered, CHUNK)]
            if not chunk:
                _finish(at_work, folder, now=now)
                return done
            if not _do(at_work, folder, chunk, known, place=str(text.tell()), now=now):
                return done
            done += 1
    return done


def _hashes(reads: Iterator[Read]) -> Iterator[tuple[str, int, int]]:
    for row in reads:
        if not isinstance(row.said, str):
            yield row.address_hash, row.number, RANKS.index(row.said.standing)


@transaction.atomic
def _do(at_work: ReaderImport, folder: Folder, chunk: list[Read], known: Seen, *, place: str, now: datetime) -> bool:
    """The chunk is done, and the position says so; False where somebody else works on it, or it ends here."""
    held = queries.held(at_work)
    if held is None:
        return False
    held.newsletter = at_work.newsletter
    if held.state == State.IMPORTING and not starting.may_go_on(held):  # asked anew with each chunk
        starting.stop(held, by=None, now=now)
        return False
    if held.state == State.LOOKING:
        hashes = [row.address_hash for row in chunk if row.address_hash]
        judged = judge(chunk, held.newsletter, known, known=queries.readers(hashes))
    else:
        judged = bring(chunk, held, known, now=now)
    name = LOOKED if held.state == State.LOOKING else DONE
    held.report_size = folder.append(name, _rows(judged), after=held.report_size)
    held.position += len(chunk)
    held.place, held.line = place, chunk[-1].record.last
    held.counts = dict(Counter(held.counts) + Counter(row.outcome.value for row in judged))
    held.save(update_fields=["report_size", "position", "place", "line", "counts"])
    at_work.position = held.position
    return True


def _rows(judged: Sequence[Judged]) -> str:
    """Lines of the report, without an address: it may be kept where addresses may not."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for row in judged:
        lines = (
            str(row.record.first) if row.record.first == row.record.last else f"{row.record.first}-{row.record.last}"
        )
        writer.writerow([lines, row.outcome.value, row.why])
    return text.getvalue()


@transaction.atomic
def _finish(at_work: ReaderImport, folder: Folder, *, now: datetime) -> None:
    held = queries.held(at_work)
    if held is None:
        return
    if held.state == State.LOOKING:
        held.state, held.records = State.LOOKED, held.position
        held.save(update_fields=["state", "records"])
        return
    held.state, held.ended_at = State.DONE, now
    held.save(update_fields=["state", "ended_at"])
    after = {"import": held.pk, "list": held.kind, **held.counts}
    acting.record("imported readers", at_work.newsletter, by=held.started_by, after=after)
    transaction.on_commit(folder.forget_list)


def _fail(at_work: ReaderImport, problem: Unreadable, *, now: datetime) -> int:
    """The list cannot be read, and nothing of it was imported: it is read to its end before anything is."""
    changes = {"problem": problem.problem.value, "problem_line": problem.line, "state": State.FAILED, "ended_at": now}
    if queries.in_state(at_work.pk, *queries.AT_WORK).update(**changes):
        logger.info("import %s cannot be read: %s", at_work.pk, problem.problem.value)
        Folder(at_work.key).forget_list()
    return 0

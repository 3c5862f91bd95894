"""Exporting: a newsletter's readers, and the hashes it does not write to, as a stream that is never held as a whole."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet

from digests.models import Newsletter
from newsletter.staff import acting
from newsletter.staff.models import User
from newsletter.subscribers import segments
from newsletter.subscribers.models import Subscription, Suppression

CHUNK = 2000
# What a spreadsheet takes for a formula: OWASP, CSV injection.
FORMULAS = ("=", "+", "-", "@", "\t", "\r")
READER = (
    *("email", "status", "locale", "second_locale", "time_zone", "hour", "weekdays", "rhythm", "detail", "format"),
    *("topics", "created_at", "confirmed_at", "ended_at", "end_reason"),
)
SUPPRESSION = ("address_hash", "newsletter", "reason", "created_at")
Row = dict[str, Any]


def export_readers(newsletter: Newsletter, *, form: str, everybody: bool, by: User) -> Iterator[str]:
    """The active readers, or everybody whose address is known, as "csv" or "json"; that is in the log of acts.

    Not what readers follow and avoid in words of their own, which is nobody else's business.
    """
    rows = segments.exported(newsletter, everybody=everybody)
    _record("export readers", newsletter, rows, by=by, more={"everybody": everybody, "form": form})
    return FORMS[form](READER, _readers(rows))


def export_suppressions(newsletter: Newsletter, *, form: str, by: User) -> Iterator[str]:
    """What this newsletter does not write to, and what none of this site does: as keyed hashes."""
    rows = segments.suppressions(newsletter)
    _record("export suppressions", newsletter, rows, by=by, more={"form": form})
    return FORMS[form](SUPPRESSION, _suppressions(rows))


def harmless(cell: object) -> str:
    """The cell as text; one that a spreadsheet would calculate has an apostrophe before it."""
    text = "" if cell is None else cell.isoformat() if isinstance(cell, datetime) else str(cell)
    return f"'{text}" if text.startswith(FORMULAS) else text


def _record(verb: str, newsletter: Newsletter, rows: QuerySet[Any], *, by: User, more: Row) -> None:
    """Before the first row leaves: whoever breaks it off has seen some."""
    if not by.has_perm("subscribers.export_subscription", newsletter):
        raise PermissionDenied
    acting.record(verb, newsletter, by=by, after={"count": rows.count(), **more})


def _walk(rows: QuerySet[Any], columns: Iterable[str]) -> Iterator[list[Row]]:
    last, names = 0, tuple(columns)
    while chunk := segments.after(rows, last, CHUNK, columns=names):
        yield chunk
        last = chunk[-1]["pk"]


def _readers(rows: QuerySet[Subscription]) -> Iterator[Row]:
    own = (name for name in READER if name not in ("email", "topics"))
    for chunk in _walk(rows, ("subscriber__address", *own)):
        topics = segments.slugs_of([row["pk"] for row in chunk])
        for row in chunk:
            yield row | {"email": row["subscriber__address"], "topics": topics.get(row["pk"], "")}


def _suppressions(rows: QuerySet[Suppression]) -> Iterator[Row]:
    for chunk in _walk(rows, SUPPRESSION):
        for row in chunk:
            yield row | {"newsletter": "own" if row["newsletter"] else ""}


def _csv(names: tuple[str, ...], rows: Iterable[Row]) -> Iterator[str]:
    """With a byte order mark, by which Excel knows UTF-8."""
    yield "\ufeff" + line(names)
    for row in rows:
        yield line(row[name] for name in names)


def line(cells: Iterable[object]) -> str:
    """A line of CSV, harmless to a spreadsheet."""
    text = io.StringIO()
    csv.writer(text).writerow(map(harmless, cells))
    return text.getvalue()


def _json(names: tuple[str, ...], rows: Iterable[Row]) -> Iterator[str]:
    before = "[\n"
    for row in rows:
        plain = {name: row[name].isoformat() if isinstance(row[name], datetime) else row[name] for name in names}
        yield before + json.dumps(plain, ensure_ascii=False)
        before = ",\n"
    yield "\n]\n" if before == ",\n" else "[]\n"


FORMS: dict[str, Callable[[tuple[str, ...], Iterable[Row]], Iterator[str]]] = {"csv": _csv, "json": _json}

"""Which addresses a list has, and where first: a file of hashes beside it, so that memory stays flat."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

AT_ONCE = 500  # hashes asked for in one statement
TABLE = "CREATE TABLE seen (hash TEXT PRIMARY KEY, record INTEGER NOT NULL, worst INTEGER NOT NULL) WITHOUT ROWID"
ADD = "INSERT INTO seen VALUES (?, ?, ?) ON CONFLICT (hash) DO UPDATE SET worst = max(worst, excluded.worst)"


def build(path: Path, hashes: Iterable[tuple[str, int, int]]) -> None:
    """The file is there, of (hash, number of the record, how the reader stands by it); by one rename."""
    begun = path.with_suffix(".begun")
    begun.unlink(missing_ok=True)
    with closing(sqlite3.connect(begun, isolation_level=None)) as base:
        base.execute("PRAGMA journal_mode = OFF")
        base.execute("PRAGMA synchronous = OFF")
        base.execute(TABLE)
        base.execute("BEGIN")
        base.executemany(ADD, hashes)
        base.execute("COMMIT")
    begun.chmod(0o600)
    begun.rename(path)


class Seen:
    """Answers of a file that was built."""

    def __init__(self, base: sqlite3.Connection) -> None:
        self._base = base

    def of(self, hashes: list[str]) -> Mapping[str, tuple[int, int]]:
        """By hash the number of the first record that has it, and the worst that any of them says."""
        found = {}
        for start in range(0, len(hashes), AT_ONCE):
            some = hashes[start : start + AT_ONCE]
            marks = ", ".join("?" * len(some))
            rows = self._base.execute(f"SELECT hash, record, worst FROM seen WHERE hash IN ({marks})", some)  # noqa: S608
            found.update({hashed: (record, worst) for hashed, record, worst in rows})
        return found


@contextmanager
def open_seen(path: Path) -> Iterator[Seen]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as base:
        yield Seen(base)

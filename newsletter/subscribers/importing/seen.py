"""Which addresses a list has, and where first: a file of hashes beside it, so that memory stays flat."""

import os
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

MEMORY = 32_768  # kB of the file that are kept in memory while it is built
OCTETS = 16  # of a hash: among a million addresses no two have the same
AT_ONCE = 500  # hashes asked for in one statement
TABLE = "CREATE TABLE seen (hash BLOB PRIMARY KEY, record INTEGER NOT NULL, worst INTEGER NOT NULL) WITHOUT ROWID"
ADD = "INSERT INTO seen VALUES (?, ?, ?) ON CONFLICT (hash) DO UPDATE SET worst = max(worst, excluded.worst)"


def build(path: Path, hashes: Iterable[tuple[str, int, int]]) -> None:
    """The file is there, of (hash, number of the record, how the reader stands by it); by one rename.

    Two workers who begin at once build one each, and the second replaces the first, which says the same.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix="seen", suffix=".begun")  # private, as all of them
    os.close(handle)
    begun = Path(name)
    with closing(sqlite3.connect(begun, isolation_level=None)) as base:
        base.execute("PRAGMA journal_mode = OFF")
        base.execute("PRAGMA synchronous = OFF")
        base.execute(f"PRAGMA cache_size = -{MEMORY}")
        base.execute(TABLE)
        base.execute("BEGIN")
        base.executemany(ADD, ((_short(one), record, worst) for one, record, worst in hashes))
        base.execute("COMMIT")
    begun.rename(path)


class Seen:
    """Answers of a file that was built."""

    def __init__(self, base: sqlite3.Connection) -> None:
        self._base = base

    def of(self, hashes: list[str]) -> Mapping[str, tuple[int, int]]:
        """By hash the number of the first record that has it, and the worst that any of them says."""
        found = {}
        for start in range(0, len(hashes), AT_ONCE):
            some = {_short(one): one for one in hashes[start : start + AT_ONCE]}
            marks = ", ".join("?" * len(some))
            rows = self._base.execute(f"SELECT hash, record, worst FROM seen WHERE hash IN ({marks})", [*some])  # noqa: S608
            found.update({some[short]: (record, worst) for short, record, worst in rows})
        return found


def _short(hashed: str) -> bytes:
    return bytes.fromhex(hashed)[:OCTETS]


@contextmanager
def open_seen(path: Path) -> Iterator[Seen]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as base:
        yield Seen(base)

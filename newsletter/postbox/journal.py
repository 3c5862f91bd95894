"""The journal: what a process has begun and what was answered, where it outlives the process.

A file per connection, memory-mapped: a mark is a few bytes written to memory, which the kernel keeps when the process
is killed. The file is locked as long as its process lives; who gets the lock later settles what it says.
"""

import contextlib
import fcntl
import logging
import mmap
import os
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from struct import Struct
from typing import Self
from uuid import UUID, uuid4

from newsletter.postbox.answers import Answer, Kind

logger = logging.getLogger(__name__)

MAGIC = b"paperboy"
HEADER = Struct("<8s16sI")  # magic, claim, records
BEGINNING = Struct("<QB")  # of a record: row, kind
RECORD = Struct("<QBBIH112s")  # row, kind of answer, reached, seconds to wait, bytes of text, text
NUMBER = Struct("<I")
RECORDS_AT = 64  # bytes before the first record
MOST_RECORDS = 1024
SIZE = RECORDS_AT + MOST_RECORDS * RECORD.size
BEGUN = 0
KINDS = {kind: number for number, kind in enumerate(Kind, 1)}
NAMES = {number: kind for kind, number in KINDS.items()}


@dataclass(frozen=True, slots=True)
class Account:
    """What a journal says: of this claim these rows have begun, with their answers; None where none was noted."""

    claim: UUID
    rows: dict[int, Answer | None]


class Journal:
    """The journal of one connection of this process. One claim at a time: `start` forgets the one before."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / f"{socket.gethostname()}.{os.getpid()}.{uuid4().hex}.journal"
        # Locked before it has its name, so that nobody finds it free.
        draft = self.path.with_suffix(".new")
        self._file = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
        fcntl.flock(self._file, fcntl.LOCK_EX)
        os.write(self._file, bytes(SIZE))  # now, not at a mark: a full disk would kill the process there
        self._memory = mmap.mmap(self._file, SIZE)
        self._places: dict[int, int] = {}
        self.claim: UUID | None = None
        draft.rename(self.path)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_rest: object) -> None:
        """Gone when all went well; else it stays for the sweeper."""
        if kind is None:
            self.close()
        else:
            self.leave()

    def start(self, claim: UUID) -> None:
        """From here on the journal is of this claim. To be said before the claim is made in the database."""
        NUMBER.pack_into(self._memory, HEADER.size - NUMBER.size, 0)  # first: no old row may stand under a new claim
        HEADER.pack_into(self._memory, 0, MAGIC, claim.bytes, 0)
        self._places.clear()
        self.claim = claim

    def begin(self, row: int) -> None:
        """The row's mail may leave from here on. Raises ValueError when the journal is full."""
        number = len(self._places)
        if number >= MOST_RECORDS:
            raise ValueError("more rows in a claim than a journal has records")
        BEGINNING.pack_into(self._memory, RECORDS_AT + number * RECORD.size, row, BEGUN)
        NUMBER.pack_into(self._memory, HEADER.size - NUMBER.size, number + 1)
        self._places[row] = number

    def answer(self, row: int, answer: Answer) -> None:
        """What became of the row's mail. One that never began needs no mark."""
        number = self._places.get(row)
        if number is None:
            return
        if answer.kind is Kind.SENT:  # says everything
            BEGINNING.pack_into(self._memory, RECORDS_AT + number * RECORD.size, row, KINDS[Kind.SENT])
            return
        text = answer.text.encode()[:112]
        wait = int(answer.retry_after.total_seconds()) if answer.retry_after else 0
        RECORD.pack_into(
            self._memory,
            RECORDS_AT + number * RECORD.size,
            *(row, KINDS[answer.kind], answer.reached, wait, len(text), text),
        )

    def close(self) -> None:
        """The journal is gone. To be said when everything in it is in the database."""
        self.path.unlink(missing_ok=True)
        self.leave()

    def leave(self) -> None:
        """The journal stays, for the sweeper: what it says could not be brought into the database."""
        self._memory.close()
        os.close(self._file)


@contextlib.contextmanager
def left_behind(path: Path) -> Iterator[Account | None]:
    """The account in a journal whose process is gone, locked; None while that process lives, or where there is none.

    The file goes away when the block ends without an exception.
    """
    try:
        file = os.open(path, os.O_RDWR)
    except FileNotFoundError:  # somebody else was faster
        yield None
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(file)
        yield None
        return
    try:
        yield _read(file)
        path.unlink(missing_ok=True)
    finally:
        os.close(file)


def journals(folder: Path) -> list[Path]:
    """Every journal in the folder, the oldest first."""
    return sorted(folder.glob("*.journal"), key=lambda path: path.name) if folder.is_dir() else []


def _read(file: int) -> Account | None:
    data = os.pread(file, SIZE, 0)
    if not os.fstat(file).st_nlink or len(data) < RECORDS_AT or not data.startswith(MAGIC):
        return None  # settled by somebody else a moment ago, never used, or none of ours
    _magic, claim, records = HEADER.unpack_from(data)
    ends = min(records, (len(data) - RECORDS_AT) // RECORD.size)
    entries = (RECORD.unpack_from(data, RECORDS_AT + number * RECORD.size) for number in range(ends))
    return Account(UUID(bytes=claim), {entry[0]: _answer(*entry[1:]) for entry in entries})


def _answer(kind: int, reached: int, wait: int, length: int, text: bytes) -> Answer | None:
    if kind not in NAMES:
        return None
    if NAMES[kind] is Kind.SENT:
        return Answer(Kind.SENT)
    said = text[:length].decode(errors="replace")
    return Answer(NAMES[kind], said, timedelta(seconds=wait) if wait else None, reached=bool(reached))

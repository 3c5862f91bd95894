"""The journal: what a process has begun and what was answered, where it outlives the process.

A file per connection, memory-mapped: a mark is a few bytes written to memory, which the kernel keeps when the process
is killed. A kill may come between any two stores and within a longer one, so what counts is always a single byte,
stored last. The file is locked as long as its process lives; who gets the lock later settles what it says. When the
machine itself is restarted the last half minute's marks may be lost: then a row without one is in doubt.
"""

import contextlib
import errno
import fcntl
import mmap
import os
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from struct import Struct
from typing import Self
from uuid import UUID, uuid4

from newsletter.postbox.answers import Answer, Kind
from newsletter.postbox.outcomes import KILLED, RESTARTED
from newsletter.postbox.slices import clock

MAGIC = b"journal2"  # its first byte says whether a claim is named
HEADER = Struct("<8s16s16s")  # magic, claim, boot of the machine
RECORD = Struct("<QBBIH112s")  # row, kind of mark, reached, seconds to wait, bytes of text, text
ROW = Struct("<Q")
REST = Struct("<BIH112s")  # of a record, after its kind
KIND_AT = ROW.size
RECORDS_AT = 128  # bytes before the first record; no record lies in two sectors of a disk
MOST_RECORDS = 1024
SIZE = RECORDS_AT + MOST_RECORDS * RECORD.size
NONE, BEGUN = 0, 255  # kinds of mark, besides those of answers: a record that is none, and one without an answer
KINDS = {kind: number for number, kind in enumerate(Kind, 1)}
NAMES = {number: kind for kind, number in KINDS.items()}
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")  # Linux
UNFINISHED = 60  # seconds after which nobody is about to give a draft its name


@dataclass(frozen=True, slots=True)
class Account:
    """What a journal says: of this claim these rows have begun, with their answers; None where none was noted.

    `is_whole` is False where marks may be missing.
    """

    claim: UUID
    rows: dict[int, Answer | None]
    is_whole: bool = True

    def answer_of(self, row: int) -> Answer | None:
        """What is known of a row of the claim: SILENT where its mail may have left, None where it has not begun."""
        if row in self.rows:
            return self.rows[row] or Answer(Kind.SILENT, KILLED)
        return None if self.is_whole else Answer(Kind.SILENT, RESTARTED)


class Journal:
    """The journal of one connection of this process. One claim at a time: `start` forgets the one before."""

    def __init__(self, folder: Path) -> None:
        """Raises OSError, and leaves nothing behind, where the folder's disk is full or cannot be written."""
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / f"{socket.gethostname()}.{os.getpid()}.{uuid4().hex}.journal"
        self.claim: UUID | None = None
        self._places: dict[int, int] = {}
        self._free = RECORDS_AT
        # Locked before it has its name, so that nobody finds it free.
        draft = self.path.with_suffix(".new")
        with contextlib.ExitStack() as undo:
            self._file = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
            undo.callback(os.close, self._file)
            undo.callback(draft.unlink, missing_ok=True)
            fcntl.flock(self._file, fcntl.LOCK_EX)
            if os.write(self._file, bytes(SIZE)) < SIZE:  # now, not at a mark: a full disk would kill the process there
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(folder))
            self._memory = mmap.mmap(self._file, SIZE)
            undo.callback(self._memory.close)
            draft.rename(self.path)
            undo.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_rest: object) -> None:
        """Gone when all went well; else it stays for the sweeper."""
        if kind is None:
            self.close()
        else:
            self.leave()

    def start(self, claim: UUID) -> None:
        """From here on the journal is of this claim. To be said before the claim is made in the database.

        Of the claim before everything must be in the database.
        """
        self._memory[0] = 0  # names no claim, until all of the header is there
        for place in range(RECORDS_AT, self._free, RECORD.size):
            self._memory[place + KIND_AT] = NONE
        self._memory[1 : HEADER.size] = HEADER.pack(MAGIC, claim.bytes, boot())[1:]
        self._memory[0] = MAGIC[0]
        self._places.clear()
        self._free = RECORDS_AT
        self.claim = claim

    def begin(self, row: int) -> None:
        """The row's mail may leave from here on. Raises ValueError when the journal is full."""
        place = self._free
        if place >= SIZE:
            raise ValueError("more rows in a claim than a journal has records")
        self._memory[place : place + ROW.size] = ROW.pack(row)
        self._memory[place + KIND_AT] = BEGUN
        self._places[row] = place
        self._free = place + RECORD.size

    def answer(self, row: int, answer: Answer) -> None:
        """What became of the row's mail. One that never began needs no mark."""
        place = self._places.get(row)
        if place is None:
            return
        if answer.kind is not Kind.SENT:  # which says everything
            text = answer.text.encode()[:112]
            wait = int(answer.retry_after.total_seconds()) if answer.retry_after else 0
            rest = REST.pack(answer.reached, wait, len(text), text)
            self._memory[place + RECORD.size - REST.size : place + RECORD.size] = rest
        self._memory[place + KIND_AT] = KINDS[answer.kind]

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
    """Every journal in the folder, and every draft of one whose process did not live to finish it; in no order."""
    if not folder.is_dir():
        return []
    return [*folder.glob("*.journal"), *(path for path in folder.glob("*.new") if _is_old(path))]


@cache
def boot() -> bytes:
    """16 bytes that this machine has until it is restarted.

    Where the system names none, the time since then does. A clock that is set is taken for a restart: rows are in
    doubt that need not be.
    """
    try:
        return UUID(BOOT_ID.read_text().strip()).bytes
    except OSError:
        return UUID(int=round((time.time() - clock()) / 10)).bytes


def _is_old(path: Path) -> bool:
    with contextlib.suppress(FileNotFoundError):
        return time.time() - path.stat().st_mtime > UNFINISHED
    return False


def _read(file: int) -> Account | None:
    data = os.pread(file, SIZE, 0)
    if not os.fstat(file).st_nlink or len(data) < SIZE or not data.startswith(MAGIC):
        return None  # settled by somebody else a moment ago, never used, or none of ours
    _magic, claim, of_boot = HEADER.unpack_from(data)
    records = RECORD.iter_unpack(data[RECORDS_AT:])
    rows = {row: _answer(kind, *rest) for row, kind, *rest in records if kind != NONE}
    return Account(UUID(bytes=claim), rows, is_whole=of_boot == boot())


def _answer(kind: int, reached: int, wait: int, length: int, text: bytes) -> Answer | None:
    if kind not in NAMES:
        return None
    if NAMES[kind] is Kind.SENT:
        return Answer(Kind.SENT)
    said = text[:length].decode(errors="replace")
    return Answer(NAMES[kind], said, timedelta(seconds=wait) if wait else None, reached=bool(reached))

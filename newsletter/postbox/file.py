"""A postbox for trying things out: each mail becomes an .eml file that any mail program opens."""

import os
from email.parser import BytesHeaderParser
from pathlib import Path

from newsletter.postbox.answers import Answer, Kind, quiet
from newsletter.postbox.message import Message
from newsletter.postbox.skeleton import as_bytes
from newsletter.postbox.slices import MOST_ROWS, More, one_by_one


class FilePostbox:
    """Writes into one folder. A mail that is there already is not written again, but d1.again says that it came."""

    lanes = 1
    slice_rows = MOST_ROWS

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def carry(self, more: More) -> None:
        one_by_one(more, self._send)

    def close(self) -> None:
        """Nothing is kept open."""

    def _send(self, message: Message) -> Answer:
        try:
            data = as_bytes(message)
        except ValueError as problem:
            return Answer(Kind.REFUSED, quiet(str(problem)))
        path = self.folder / f"{message.id}.eml"
        try:
            if _holds(path, message):
                _note_again(path)
            else:
                _write(path, data)
        except OSError as problem:
            return Answer(Kind.BROKEN, quiet(f"{problem.strerror}: {self.folder}"))
        return Answer(Kind.SENT, path.name)


def _holds(path: Path, message: Message) -> bool:
    """Whether the file is this mail, and not one with the same id from a database that is gone."""
    if not path.exists():
        return False
    with path.open("rb") as file:
        return BytesHeaderParser().parse(file)["Message-ID"] == message.headers.get("Message-ID")


def _note_again(path: Path) -> None:
    """A second hand-over leaves a trace: `times_handed_over` counts them, and whoever drills for doubles can see."""
    with path.with_suffix(".again").open("a") as file:
        file.write("again\n")


def times_handed_over(folder: Path, message_id: str) -> int:
    """How often the mail of that id came to the postbox of this folder."""
    again = folder / f"{message_id}.again"
    repeats = len(again.read_text().splitlines()) if again.exists() else 0
    return int((folder / f"{message_id}.eml").exists()) + repeats


def _write(path: Path, data: bytes) -> None:
    """The file is there whole or not at all, whenever the machine stops."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with draft.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)

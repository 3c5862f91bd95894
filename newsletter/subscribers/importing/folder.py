"""The files of an import: the list itself, which addresses it has, and a report. Private: no page serves the folder."""

import os
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from uuid import UUID

from django.conf import settings

BROUGHT, SEEN = "list", "seen.sqlite3"
LOOKED, DONE = "looked.csv", "done.csv"
SPARE = 200_000_000  # octets that an upload leaves to the database and the rest of the machine


def has_room(octets: int) -> bool:
    """Whether an upload of so many octets fits: as it comes in, as the list that it becomes, and what that makes."""
    places = (tempfile.gettempdir(), settings.VAR_DIR)
    return all(shutil.disk_usage(place).free > 3 * octets + SPARE for place in places)


class Folder:
    """var/imports/KEY/: for the user that the site runs as alone."""

    def __init__(self, key: UUID) -> None:
        self.path = Path(settings.VAR_DIR) / "imports" / str(key)

    @property
    def brought(self) -> Path:
        return self.path / BROUGHT

    @property
    def seen(self) -> Path:
        return self.path / SEEN

    def report(self, name: str) -> Path:
        return self.path / name

    def keep(self, pieces: Iterable[bytes]) -> None:
        """The list is here, whole: under its name only when all of it is written. What was not is gone."""
        self.path.mkdir(parents=True, mode=0o700)
        begun = self.path / "list.begun"
        try:
            with os.fdopen(os.open(begun, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                for piece in pieces:
                    file.write(piece)
        except BaseException:
            self.forget()
            raise
        begun.rename(self.brought)

    def append(self, name: str, rows: str, *, after: int) -> int:
        """The report's first `after` octets and then `rows`: what was written behind them was undone. Its new size."""
        with os.fdopen(os.open(self.report(name), os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
            file.truncate(after)
            file.seek(after)
            file.write(rows.encode())
            return file.tell()

    def forget_list(self) -> None:
        """What names readers is gone; the reports stay, which have no address."""
        for path in (self.brought, self.seen, *self.path.glob("*.begun")):
            path.unlink(missing_ok=True)

    def forget(self) -> None:
        shutil.rmtree(self.path, ignore_errors=True)

"""The files of an import."""

import shutil
from collections.abc import Iterator
from uuid import uuid4

import pytest

from newsletter.subscribers.importing.folder import LOOKED, Folder, has_room


def test_what_a_killed_worker_wrote_last_is_not_in_the_report() -> None:
    folder = Folder(uuid4())
    folder.keep([b"email\n"])
    certain = folder.append(LOOKED, "2,new,\n", after=0)
    folder.append(LOOKED, "3,invalid,of a chunk that was undone\n", after=certain)

    size = folder.append(LOOKED, "3,new,\n", after=certain)

    assert folder.report(LOOKED).read_text() == "2,new,\n3,new,\n"
    assert size == len("2,new,\n3,new,\n")


def test_a_list_that_was_not_written_to_its_end_is_none() -> None:
    folder = Folder(uuid4())

    def breaks_off() -> Iterator[bytes]:
        yield b"email\n"
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        folder.keep(breaks_off())

    assert not folder.path.exists()


@pytest.mark.parametrize(("free", "expected"), [(3_000_000_000, True), (900_000_000, False)])
def test_an_upload_fits_where_its_copies_fit_too(monkeypatch: pytest.MonkeyPatch, free: int, expected: bool) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _place: shutil._ntuple_diskusage(4_000_000_000, 0, free))

    assert has_room(250_000_000) == expected

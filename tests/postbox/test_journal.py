"""The journal: what a killed process had begun is known to whoever comes after it, and to nobody before."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from newsletter.postbox.answers import Answer, Kind
from newsletter.postbox.journal import MOST_RECORDS, Account, Journal, journals, left_behind

CLAIM, NEXT = UUID(int=1), UUID(int=2)
SENT = Answer(Kind.SENT)


def killed_after(folder: Path, acts: str) -> None:
    """A process that opens a journal, does `acts`, and is killed."""
    program = f"""
import os, signal
from pathlib import Path
from uuid import UUID
from datetime import timedelta
from newsletter.postbox.answers import Answer, Kind
from newsletter.postbox.journal import Journal
journal = Journal(Path({str(folder)!r}))
{acts}
os.kill(os.getpid(), signal.SIGKILL)
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=Path(__file__).parents[2], timeout=60, check=False)
    assert done.returncode == -signal.SIGKILL


def accounts(folder: Path) -> list[Account | None]:
    found = []
    for path in journals(folder):
        with left_behind(path) as account:
            found.append(account)
    return found


def test_a_killed_process_leaves_what_it_had_begun_and_what_was_answered(tmp_path: Path) -> None:
    killed_after(
        tmp_path,
        "journal.start(UUID(int=1))\n"
        "for row in (5, 6, 7, 8): journal.begin(row)\n"
        "journal.answer(5, Answer(Kind.SENT, 'taken'))\n"
        "journal.answer(6, Answer(Kind.REFUSED, '없는 주소'))\n"
        "journal.answer(7, Answer(Kind.BUSY, 'later', timedelta(seconds=90), reached=False))\n",
    )

    [account] = accounts(tmp_path)

    assert account == Account(
        CLAIM,
        {
            5: SENT,
            6: Answer(Kind.REFUSED, "없는 주소"),
            7: Answer(Kind.BUSY, "later", timedelta(seconds=90), reached=False),
            8: None,
        },
    )
    assert journals(tmp_path) == []


def test_while_the_process_lives_nobody_reads_its_journal(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.start(CLAIM)
    journal.begin(1)

    assert accounts(tmp_path) == [None]
    assert len(journals(tmp_path)) == 1
    journal.close()


def test_a_new_claim_forgets_the_rows_of_the_one_before(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.start(CLAIM)
    for row in (1, 2, 3):
        journal.begin(row)
        journal.answer(row, Answer(Kind.REFUSED, "an old reason"))
    journal.start(NEXT)
    journal.begin(9)
    journal.leave()

    assert accounts(tmp_path) == [Account(NEXT, {9: None})]


def test_a_journal_is_kept_when_settling_it_fails(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.start(CLAIM)
    journal.leave()
    [path] = journals(tmp_path)

    with pytest.raises(RuntimeError, match="away"), left_behind(path):
        raise RuntimeError("the database is away")

    assert accounts(tmp_path) == [Account(CLAIM, {})]


def test_of_two_sweepers_one_gets_the_journal(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.start(CLAIM)
    journal.leave()
    [path] = journals(tmp_path)

    with left_behind(path) as first, left_behind(path) as second:
        assert (first, second) == (Account(CLAIM, {}), None)
    with left_behind(path) as third:
        assert third is None


def test_a_sweeper_that_opened_the_file_too_late_finds_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = Journal(tmp_path)
    journal.start(CLAIM)
    journal.leave()
    [path] = journals(tmp_path)
    open_file: Callable[..., int] = os.open

    def slow(name: Path, flags: int) -> int:
        file = open_file(name, flags)
        path.unlink()
        return file

    monkeypatch.setattr(os, "open", slow)
    with left_behind(path) as account:
        assert account is None


@pytest.mark.parametrize("content", [b"", b"not ours at all" * 10, b"paperboy"])
def test_a_file_that_is_no_journal_is_put_away(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.journal").write_bytes(content)

    assert accounts(tmp_path) == [None]
    assert journals(tmp_path) == []


def test_more_rows_than_it_has_room_for_are_an_error_before_they_leave(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.start(CLAIM)
    for row in range(MOST_RECORDS):
        journal.begin(row)

    with pytest.raises(ValueError, match="more rows"):
        journal.begin(MOST_RECORDS)
    journal.close()


def test_a_folder_that_is_not_there_is_made_and_one_without_journals_is_empty(tmp_path: Path) -> None:
    assert journals(tmp_path / "nowhere") == []

    Journal(tmp_path / "new" / "folder").close()

    assert journals(tmp_path / "new" / "folder") == []

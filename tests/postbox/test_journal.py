"""The journal: what a killed process had begun is known to whoever comes after it, and to nobody before."""

import fcntl
import mmap
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from newsletter.postbox import journal as module
from newsletter.postbox.answers import Answer, Kind
from newsletter.postbox.journal import MOST_RECORDS, Account, Journal, journals, left_behind
from newsletter.postbox.outcomes import KILLED, RESTARTED

CLAIM, NEXT = UUID(int=0x0123456789ABCDEF0123456789ABCDEF), UUID(int=2)
SENT = Answer(Kind.SENT)
real_mmap = mmap.mmap

ACTS: list[Callable[[Journal], None]] = [
    lambda journal: journal.start(CLAIM),
    lambda journal: journal.begin(5),
    lambda journal: journal.begin(6),
    lambda journal: journal.answer(5, SENT),
    lambda journal: journal.answer(6, Answer(Kind.BUSY, "later", timedelta(seconds=90), reached=False)),
    lambda journal: journal.start(NEXT),
    lambda journal: journal.begin(6),
    lambda journal: journal.begin(7),
    lambda journal: journal.answer(7, Answer(Kind.REFUSED, "no such user")),
    lambda journal: journal.answer(6, SENT),
]
STARTS = (0, 5)
TEARS: dict[str, Callable[[bytes, bytes], bytes]] = {
    "nothing stored": lambda old, _new: old,
    "zeroed": lambda _old, new: bytes(len(new)),
    "the first half stored": lambda old, new: new[: len(new) // 2] + old[len(new) // 2 :],
    "the second half stored": lambda old, new: old[: len(new) // 2] + new[len(new) // 2 :],
    "all but the last byte stored": lambda old, new: new[:-1] + old[-1:],
}


class Killed(Exception):
    """The process is gone."""


class DyingMemory:
    """A journal's memory whose process is killed at a store, in the middle of it if it is of several bytes.

    It is no buffer: nothing can be stored past it.
    """

    def __init__(self, memory: mmap.mmap, *, stores: int, tear: Callable[[bytes, bytes], bytes]) -> None:
        self.memory, self.stores, self.tear = memory, stores, tear

    def __setitem__(self, where: Any, value: Any) -> None:
        if self.stores == 0 and isinstance(where, slice):
            self.memory[where] = self.tear(self.memory[where], value)
        if self.stores == 0:
            raise Killed
        self.stores -= 1
        self.memory[where] = value

    def close(self) -> None:
        self.memory.close()


def told_after(acts: int, folder: Path) -> Account | None:
    """What a journal says when its process was killed after so many of ACTS."""
    journal = Journal(folder)
    for act in ACTS[:acts]:
        act(journal)
    journal.leave()
    return accounts(folder)[0]


def told_when_killed(
    monkeypatch: pytest.MonkeyPatch, folder: Path, *, stores: int, tear: Callable[[bytes, bytes], bytes]
) -> tuple[int, Account | None]:
    """How many of ACTS were done when the process was killed at its `stores`-th store, and what its journal says."""
    with monkeypatch.context() as dying:
        dying.setattr(mmap, "mmap", lambda *file: DyingMemory(real_mmap(*file), stores=stores, tear=tear))
        journal, done = Journal(folder), 0
    try:
        for act in ACTS:
            act(journal)
            done += 1
    except Killed:
        pass
    journal.leave()
    return done, accounts(folder)[0]


def killed_after(folder: Path, acts: str) -> None:
    """A process that opens a journal, does `acts`, and is killed."""
    program = f"""
import os, signal
from pathlib import Path
from typing import Any
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
        f"journal.start({CLAIM!r})\n"
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


@pytest.mark.parametrize("tear", TEARS.values(), ids=list(TEARS))
def test_killed_at_any_store_it_says_what_was_true_before_or_what_is_true_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tear: Callable[[bytes, bytes], bytes]
) -> None:
    truths = [told_after(acts, tmp_path) for acts in range(len(ACTS) + 1)]

    for stores in count():
        done, told = told_when_killed(monkeypatch, tmp_path, stores=stores, tear=tear)
        if done == len(ACTS):
            break
        assert told in truths[done : done + 2] or (told is None and done in STARTS), (stores, done)

    assert told == truths[-1]
    assert stores > len(ACTS)


def test_while_the_process_lives_nobody_reads_its_journal(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.start(CLAIM)
    journal.begin(1)

    assert accounts(tmp_path) == [None]
    assert len(journals(tmp_path)) == 1
    journal.close()


def test_a_restarted_machine_knows_of_no_row_that_it_has_not_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed = told_after(4, tmp_path)
    journal = Journal(tmp_path)
    for act in ACTS[:4]:
        act(journal)
    journal.leave()
    monkeypatch.setattr(module, "boot", lambda: bytes(16))
    [restarted] = accounts(tmp_path)

    assert killed is not None
    assert restarted is not None
    assert [killed.answer_of(row) for row in (5, 6, 99)] == [SENT, Answer(Kind.SILENT, KILLED), None]
    in_doubt = Answer(Kind.SILENT, RESTARTED)
    assert [restarted.answer_of(row) for row in (5, 6, 99)] == [SENT, Answer(Kind.SILENT, KILLED), in_doubt]


def test_a_system_that_names_no_boot_is_known_by_the_time_since_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BOOT_ID", tmp_path / "nowhere")

    def boot_at(time: float, *, seconds_up: float) -> bytes:
        monkeypatch.setattr("newsletter.postbox.journal.time.time", lambda: time)
        monkeypatch.setattr(module, "clock", lambda: seconds_up)
        return module.boot.__wrapped__()

    first, later = boot_at(1_800_000_000, seconds_up=500), boot_at(1_800_003_000, seconds_up=3500)
    restarted = boot_at(1_800_003_100, seconds_up=60)

    assert first == later
    assert restarted != first


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


@pytest.mark.parametrize("content", [b"", b"not ours at all" * 10, b"journal2", b"paperboy" * 20_000])
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


def test_a_full_disk_is_an_error_that_leaves_nothing_behind(tmp_path: Path) -> None:
    before, most = os.dup(0), resource.getrlimit(resource.RLIMIT_FSIZE)
    os.close(before)

    resource.setrlimit(resource.RLIMIT_FSIZE, (5000, most[1]))
    try:
        with pytest.raises(OSError, match="No space left"):
            Journal(tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, most)

    assert list(tmp_path.iterdir()) == []
    after = os.dup(0)
    os.close(after)
    assert after == before


def test_a_draft_whose_process_died_is_put_away_and_no_other(tmp_path: Path) -> None:
    old, held, young = (tmp_path / f"{name}.new" for name in ("old", "held", "young"))
    for draft in (old, held, young):
        draft.write_bytes(bytes(5000))
    for draft in (old, held):
        os.utime(draft, (0, 0))

    with held.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        accounts(tmp_path)

    assert sorted(tmp_path.iterdir()) == [held, young]

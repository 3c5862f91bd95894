"""The file postbox: a mail is a file, whole or not at all, and twice is once."""

import os
from pathlib import Path

import pytest

from newsletter.postbox.answers import Kind
from newsletter.postbox.file import FilePostbox, times_handed_over
from newsletter.postbox.skeleton import as_bytes
from tests.postbox.makers import hand_over, make_message


def test_each_mail_is_a_file_that_mail_programs_open(tmp_path: Path) -> None:
    messages = [make_message(1), make_message(2)]

    found = hand_over(FilePostbox(tmp_path / "out"), messages)

    assert [answer.kind for answer in found] == [Kind.SENT, Kind.SENT]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["d1.eml", "d2.eml"]
    assert (tmp_path / "out" / "d1.eml").read_bytes() == as_bytes(messages[0])


def test_a_mail_handed_over_twice_is_one_file_as_it_was(tmp_path: Path) -> None:
    hand_over(FilePostbox(tmp_path), [make_message(1, text="first")])

    (again,) = hand_over(FilePostbox(tmp_path), [make_message(1, text="second")])

    assert again.kind is Kind.SENT
    assert b"first" in (tmp_path / "d1.eml").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["d1.again", "d1.eml"]
    assert times_handed_over(tmp_path, "d1") == 2


def test_a_file_of_another_database_gives_way(tmp_path: Path) -> None:
    hand_over(FilePostbox(tmp_path), [make_message(1, headers={"Message-ID": "<d1.last-year@example.org>"})])

    hand_over(FilePostbox(tmp_path), [make_message(1, headers={"Message-ID": "<d1.today@example.org>"})])

    assert b"<d1.today@example.org>" in (tmp_path / "d1.eml").read_bytes()


def test_a_machine_that_stops_while_writing_leaves_no_half_mail(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(_file: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", stop)
    with pytest.raises(KeyboardInterrupt):
        hand_over(FilePostbox(tmp_path), [make_message(1)])

    monkeypatch.undo()
    assert not (tmp_path / "d1.eml").exists()
    assert [answer.kind for answer in hand_over(FilePostbox(tmp_path), [make_message(1)])] == [Kind.SENT]


def test_a_folder_that_cannot_be_written_is_nobodys_fault_but_ours(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file stands in the way")

    (answer,) = hand_over(FilePostbox(tmp_path / "out"), [make_message(1)])

    assert answer.kind is Kind.BROKEN

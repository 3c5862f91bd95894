"""Saved sources: what cannot be read is refused with its line, and nothing large is taken into memory."""

import os
from pathlib import Path

import pytest

from digests.sources.listing import BrokenSource
from digests.sources.saved import LARGEST_FILE, read_bytes, read_json, read_text


def test_a_text_that_is_no_utf8_is_refused_with_the_line_of_the_first_wrong_byte(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_bytes(b"one\ntwo\nthr\xe9e\nfour \xff\n")

    with pytest.raises(BrokenSource, match="not UTF-8") as caught:
        read_text(path)

    assert caught.value.line == 3
    assert "0xe9" in caught.value.text


def test_a_text_that_ends_within_a_character_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_bytes("한\n글".encode()[:-1])

    with pytest.raises(BrokenSource) as caught:
        read_text(path)

    assert caught.value.line == 2


def test_a_huge_file_is_refused_and_not_read(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    with path.open("wb") as file:
        file.truncate(100_000_000_000)

    with pytest.raises(BrokenSource, match="larger than 5 MB"):
        read_bytes(path)


def test_the_largest_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_bytes(b"x" * LARGEST_FILE)

    assert len(read_bytes(path)) == LARGEST_FILE


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    for path in (tmp_path, tmp_path / "pipe", Path("/dev/zero")):
        with pytest.raises(BrokenSource, match="not a file"):
            read_bytes(path)
    with pytest.raises(BrokenSource, match="No such file"):
        read_bytes(tmp_path / "missing.md")


@pytest.mark.parametrize(
    ("text", "line"), [("", 1), ('[\n{"a": 1},\n{"a" 2}\n]', 3), ('[{"a": 1}', 1), ("[1]\n[2]", 2), ("[NaN]", 1)]
)
def test_what_is_no_json_is_refused_with_its_line(tmp_path: Path, text: str, line: int) -> None:
    path = tmp_path / "a.json"
    path.write_text(text)

    with pytest.raises(BrokenSource) as caught:
        read_json(path)

    assert caught.value.line == line


def test_a_row_is_found_in_the_file_by_its_line(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('\n[{"a": 1},\n\n  {"b":\n 2}\n, 3]\n')

    rows = read_json(path)

    assert rows.data == [{"a": 1}, {"b": 2}, 3]
    assert [rows.line_of(number) for number in (1, 2, 3, 4)] == [2, 4, 6, None]

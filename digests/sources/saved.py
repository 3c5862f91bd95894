"""Saved sources: files, read within limits, with the line named where one cannot be read."""

import json
import re
from dataclasses import dataclass, replace
from pathlib import Path

from digests.sources.listing import BrokenSource, Listing, Note

LARGEST_FILE = 5_000_000  # bytes; a day of 68 papers has 120 kB


@dataclass(frozen=True, slots=True)
class Rows:
    """Parsed JSON, and the line on which each row of the outer list begins."""

    data: object
    lines: tuple[int, ...]

    def line_of(self, row: int | None) -> int | None:
        """The line of a row (1-based); none when the row is not known."""
        return self.lines[row - 1] if row and row <= len(self.lines) else None

    def located(self, listing: Listing) -> Listing:
        """The listing with lines of the file in the place of rows."""
        papers = tuple(replace(paper, line=self.line_of(paper.line) or 0) for paper in listing.papers)
        notes = tuple(Note(self.line_of(note.line) or 0, note.text) for note in listing.notes)
        return replace(listing, papers=papers, notes=notes)


def read_bytes(path: Path, *, limit: int = LARGEST_FILE) -> bytes:
    """The file's bytes; never more than `limit` of them in memory. Raises BrokenSource."""
    try:
        if path.exists() and not path.is_file():
            raise BrokenSource("not a file")
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except OSError as problem:
        raise BrokenSource(problem.strerror or "cannot be read") from problem
    if len(data) > limit:
        raise BrokenSource(f"larger than {limit // 1_000_000} MB")
    return data


def read_text(path: Path) -> str:
    """The file's text. Raises BrokenSource with the line of the first byte that is no UTF-8."""
    data = read_bytes(path)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as problem:
        line = data.count(b"\n", 0, problem.start) + 1
        raise BrokenSource(f"not UTF-8 (byte 0x{data[problem.start]:02x})", line=line) from None


def read_json(path: Path) -> Rows:
    """The file's JSON. Raises BrokenSource with the line of the first mistake."""
    text = read_text(path).removeprefix("\ufeff")
    return Rows(parse_json(text), _lines_of_rows(text))


def parse_json(text: str) -> object:
    """The value that the text says. Raises BrokenSource with the line of the first mistake."""
    try:
        return json.loads(text, parse_constant=_no_number)
    except json.JSONDecodeError as problem:
        raise BrokenSource(f"no JSON: {problem.msg}", line=problem.lineno) from None
    except RecursionError:
        raise BrokenSource("no JSON that we read: nested too deeply", line=1) from None
    except ValueError as problem:
        raise BrokenSource(f"no JSON that we read: {str(problem)[:80]}", line=1) from None


def _no_number(name: str) -> object:
    raise ValueError(f"{name} is no number")


def _lines_of_rows(text: str) -> tuple[int, ...]:
    """On which line each element of the outermost list begins."""
    decoder, lines, place, line = json.JSONDecoder(), [], 0, 1
    opening = re.match(r"\s*\[\s*", text)
    end = opening.end() if opening else len(text)
    while end < len(text) and text[end] not in ",]":
        line += text.count("\n", place, end)
        lines.append(line)
        place = end
        _value, end = decoder.raw_decode(text, end)
        between = re.compile(r"\s*,?\s*").match(text, end)
        end = between.end() if between else end
    return tuple(lines)

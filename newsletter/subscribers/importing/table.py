"""A list as records with the lines that they stand on: a stream, of which no line is lost. Pure."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from io import TextIOWrapper
from typing import BinaryIO, TextIO

from django.utils.translation import gettext_noop

from newsletter.subscribers.importing.outcomes import Problem, Unreadable

LONGEST = 1_000_000  # characters of a line
QUOTES = gettext_noop("The quotation marks of this line are in the wrong places.")


@dataclass(frozen=True, slots=True)
class Record:
    """What stands between two commas, from line `first` to line `last` (from 1); or why the lines make no record."""

    first: int
    last: int
    cells: tuple[str, ...]
    fault: str = ""


def text_of(file: BinaryIO, encoding: str) -> TextIO:
    """The file as text; octets that are no character there become U+FFFD. Line ends stay as they are."""
    return TextIOWrapper(file, encoding=encoding, errors="replace", newline="")


def records(text: TextIO, separator: str, *, line: int = 0) -> Iterator[Record]:
    """Every record from here on, `line` lines behind the beginning; lines without anything are none.

    No more of the text is read than the records so far. Raises Unreadable where a quotation mark is never closed.

    Strictly, so that a stray quotation mark swallows no line behind it in silence. After an error the reader starts
    afresh with the next line (CPython resets it).
    """
    reader = csv.reader(_lines(text, line), delimiter=separator, strict=True)
    while True:
        first = line + reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if "unexpected end" in str(error) or "larger than field limit" in str(error):
                raise Unreadable(Problem.UNCLOSED, first) from error
            yield Record(first, line + reader.line_num, (), QUOTES)
            continue
        if cells:
            yield Record(first, line + reader.line_num, tuple(cells))


def _lines(text: TextIO, number: int) -> Iterator[str]:
    while line := text.readline(LONGEST):
        number += 1
        if len(line) >= LONGEST:
            raise Unreadable(Problem.TOO_LONG, number)
        yield line

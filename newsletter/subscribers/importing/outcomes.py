"""What becomes of a record of a list, and what can be wrong with the whole of it: codes, and their words. Pure."""

from collections.abc import Mapping
from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class Outcome(StrEnum):
    """What becomes of one record."""

    NEW = "new"
    UNCONFIRMED = "unconfirmed"
    KNOWN = "known"
    WAITING = "waiting"
    LEFT = "left"
    SUPPRESSED = "suppressed"
    OFF = "off"
    DUPLICATE = "duplicate"
    INVALID = "invalid"


class Problem(StrEnum):
    """Why a list cannot be read."""

    EMPTY = "empty"
    BINARY = "binary"
    PACKED = "packed"
    NO_COLUMN = "no_column"
    UNCLOSED = "unclosed"
    TOO_LONG = "too_long"
    GONE = "gone"


class Unreadable(Exception):
    """The list as a whole cannot be read; `line` says from where on, if it is known."""

    def __init__(self, problem: Problem, line: int | None = None) -> None:
        super().__init__(problem)
        self.problem = problem
        self.line = line


OUTCOMES: Mapping[str, object] = {
    Outcome.NEW: _("new"),
    Outcome.UNCONFIRMED: _("never confirmed on that list"),
    Outcome.KNOWN: _("reads already"),
    Outcome.WAITING: _("has been asked and has not answered"),
    Outcome.LEFT: _("ended here earlier, and stays so"),
    Outcome.SUPPRESSED: _("is never written to"),
    Outcome.OFF: _("does not read that list any more"),
    Outcome.DUPLICATE: _("stands in the list before"),
    Outcome.INVALID: _("cannot be imported"),
}
PROBLEMS: Mapping[str, object] = {
    Problem.EMPTY: _("The file is empty."),
    Problem.BINARY: _("This is no text. Please bring a CSV file."),
    Problem.PACKED: _("This is a packed or an Excel file. Please unpack it, or save it as CSV, and bring that."),
    Problem.NO_COLUMN: _("No column has e-mail addresses. Please name one “email” in the first line."),
    Problem.UNCLOSED: _("A quotation mark is never closed: perhaps this is half a file."),
    Problem.TOO_LONG: _("A line is longer than a million characters: this is not a list of readers."),
    Problem.GONE: _("The file is not there any more. Please bring it again."),
}

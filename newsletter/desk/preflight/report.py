"""What pre-flight says: lines that block, warn or are fine, each with a way to the page that mends it. Pure."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256


class Level(StrEnum):
    """How much a line weighs, the heaviest first."""

    BLOCKING = "blocking"
    WARNING = "warning"
    FINE = "fine"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was looked at. `words` are in the editor's language, `mend` is an address or nothing.

    `kind` is "family.what"; `about` is what else makes it this line and no other, in no language.
    """

    level: Level
    kind: str
    words: str
    mend: str = ""
    about: tuple[str, ...] = ()

    @property
    def family(self) -> str:
        return self.kind.partition(".")[0]

    @property
    def mark(self) -> str:
        """The same as long as the line says the same, whatever the language: what an overruling holds for."""
        return sha256(json.dumps([self.kind, *self.about], ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Report:
    """All lines about one digest, by family in the order in which an editor looks."""

    lines: tuple[Line, ...]

    def of(self, level: Level) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.level is level)

    @property
    def blocking(self) -> tuple[Line, ...]:
        return self.of(Level.BLOCKING)

    @property
    def warnings(self) -> tuple[Line, ...]:
        return self.of(Level.WARNING)

    @property
    def fine(self) -> tuple[Line, ...]:
        return self.of(Level.FINE)


def blocks(kind: str, words: str, mend: str = "", about: Iterable[str] = ()) -> Line:
    return Line(Level.BLOCKING, kind, words, mend, tuple(about))


def warns(kind: str, words: str, mend: str = "", about: Iterable[str] = ()) -> Line:
    return Line(Level.WARNING, kind, words, mend, tuple(about))


def is_fine(kind: str, words: str, *, mend: str = "") -> Line:
    return Line(Level.FINE, kind, words, mend)

"""What differs between two values of the log of acts, word by word. Pure."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

WORDS = re.compile(r"\s+|[^\W_]+|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of a value; `marked` where the other value has others."""

    text: str
    marked: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """A field with what it was and what it is; None where nothing is said of it."""

    field: str
    before: list[Piece] | None
    after: list[Piece] | None


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """One for each field that is named, in the order they were written."""
    names = dict.fromkeys([*before, *after])
    return [_difference(name, before, after) for name in names]


def _difference(name: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Difference:
    if name not in before or name not in after:
        alone = {**before, **after}[name]
        pieces = [Piece(_text(alone), marked=False)]
        return Difference(name, pieces if name in before else None, pieces if name in after else None)
    was, now = WORDS.findall(_text(before[name])), WORDS.findall(_text(after[name]))
    old: list[Piece] = []
    new: list[Piece] = []
    for kind, start, end, begin, stop in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        old += _piece(was[start:end], marked=kind != "equal")
        new += _piece(now[begin:stop], marked=kind != "equal")
    return Difference(name, old, new)


def _piece(words: list[str], *, marked: bool) -> list[Piece]:
    return [Piece("".join(words), marked)] if words else []


def _text(value: Any) -> str:
    if value is None or value == "":
        return "-"
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(one, str | int) for one in value):
        return ", ".join(str(one) for one in value) or "-"
    return json.dumps(value, ensure_ascii=False)

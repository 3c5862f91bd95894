"""Plain text in columns: wrapped and shortened by the width that a reader sees, where CJK counts two. Pure."""

import re
from collections.abc import Iterator

from wcwidth import wcswidth

WIDTH = 72  # columns of a text mail
LONGEST = 60  # columns of what is not broken
DENSEST = 2  # characters to a column, where some of them stand above others
# Chinese and Japanese break between any two characters; Korean, as other scripts, between words.
BREAKABLE = "\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f"
CLOSING = "、。，．・：；？！）」』】〉》〕｝’”ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ,.;:!?)\\]}%"
OPENING = "（「『【〈《〔｛‘“(\\[{"
OPENINGS = f"[{OPENING}]{{0,8}}"  # no more of them are looked at together: a run of thousands takes seconds
# Spaces that a line may end at: French keeps « and : to their words by others (U+00A0, U+202F).
SPACES = re.compile(r"[^\S\u00a0\u202f\u2007]+")
ATOM = re.compile(  # within what stands between spaces
    rf"{OPENINGS}https?://[!-~]+|{OPENINGS}[{BREAKABLE}][{CLOSING}]*"
    rf"|[^{BREAKABLE}]+?(?={OPENINGS}[{BREAKABLE}]|\Z|{OPENINGS}https?://)"
)


def width(text: str) -> int:
    if text.isascii():
        return len(text)
    columns = wcswidth(text)
    return columns if columns >= 0 else len(text)


def wrap(text: str, *, columns: int = WIDTH, first: str = "", rest: str = "") -> str:
    """`text` in lines of at most `columns`; `first` stands before the first line, `rest` before the others.

    Addresses are never broken, and stand out when they are longer than a line.
    """
    lines = [first]
    used = width(first)
    for gap, atom in _atoms(text):
        needed = width(atom)
        fresh = used <= width(first if len(lines) == 1 else rest)
        if not fresh and used + len(gap) + needed > columns:
            lines.append(rest)
            used, fresh = width(rest), True
        lines[-1] += ("" if fresh else gap) + atom
        used += needed + (0 if fresh else len(gap))
    return "\n".join(one.rstrip() for one in lines)


def wrap_all(text: str, *, columns: int = WIDTH) -> str:
    """Every line of `text` wrapped by itself; a list item's further lines stand beneath its first."""
    return "\n".join(_wrap_line(one, columns) for one in text.split("\n"))


def shorten(text: str, columns: int) -> str:
    """`text` if it fits, else its beginning up to a word's end and an ellipsis, `columns` wide at most.

    Marks that take no column (accents, vowel signs) count too: there are at most two characters to a column.
    """
    longest = DENSEST * columns
    if len(text) <= columns // 2 or (len(text) <= longest and width(text) <= columns):
        return text
    kept, used = "", 0
    for gap, atom in _atoms(text):
        needed = len(gap) + width(atom)
        if used + needed > columns - 1 or len(kept) + len(gap) + len(atom) > longest - 1:
            break
        kept, used = kept + gap + atom, used + needed
    return (kept.strip() or _cut(text, columns - 1)).rstrip(" ,;:.-–—(") + "…"


def _cut(text: str, columns: int) -> str:
    """The beginning of `text` that is at most `columns` wide, whatever it breaks."""
    kept = text[: DENSEST * columns]
    while len(kept) > 1 and width(kept) > columns:
        kept = kept[:-1]
    return kept


def _wrap_line(one: str, columns: int) -> str:
    indent, marker = re.match(r"( *)((?:- |\d+\. )?)", one).groups()  # type: ignore[union-attr]  # matches anything
    return wrap(
        one[len(indent) + len(marker) :], columns=columns, first=indent + marker, rest=" " * len(indent + marker)
    )


def _atoms(text: str) -> Iterator[tuple[str, str]]:
    """What must stay together, each with the gap (a space or nothing) before it."""
    for word in filter(None, SPACES.split(text)):
        gap = " "
        for found in ATOM.finditer(word):
            for piece in _pieces(found[0]):
                yield gap, piece
                gap = ""


def _pieces(atom: str) -> Iterator[str]:
    """The atom itself, unless it is a run without spaces (Thai, a long formula) that no line can hold."""
    while "://" not in atom and len(piece := _cut(atom, LONGEST)) < len(atom):
        yield piece
        atom = atom[len(piece) :]
    yield atom

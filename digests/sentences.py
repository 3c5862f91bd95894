"""The sentences of an abstract, each with where it stands in it. Pure."""

import re
from dataclasses import dataclass

# What ends in a full stop without ending a sentence, in papers' English and what stands around names.
ABBREVIATED = (
    "al approx ca cf dept dr e.g ed eds eq eqs etc ex fig figs i.e inc jr ltd max min mr mrs ms no nos p pp prof ref "
    "refs resp sec secs sect sr st tab v.s vol vs w.r.t"
)
ABBREVIATIONS = frozenset(ABBREVIATED.split())
MAY_END_TOO = {"al", "etc", "inc", "ltd", "jr", "sr"}  # ends a sentence where a sentence clearly begins after it
END = re.compile(r"[.!?]+[\"'”’)\]]*(?=\s|\Z)|[。！？]+[」』）”]*")
BEGINS = re.compile(r"[\"'“‘(\[$\\]*[A-Z0-9\u00c0-\u00de\u0391-\u03a9\u0400-\u042f]|\W*[^\x00-\x7f\s]")
CLEAR = re.compile(r"(?:We|Our|This|These|The|In|It|To|However|Moreover|Furthermore|Code|Here|For|Finally|As|A|An)\b")
MATH = re.compile(r"\$[^$\n]{1,300}\$|\\\([^\n]{1,300}?\\\)")  # a sentence ends in none of it


@dataclass(frozen=True, slots=True)
class Sentence:
    """`text` stands at `start` to `end` of what it was cut from; lines in it are joined."""

    text: str
    start: int
    end: int


def sentences(text: str) -> tuple[Sentence, ...]:
    """The sentences in order. Abbreviations, initials, decimals, LaTeX and addresses do not end one."""
    formulas = [found.span() for found in MATH.finditer(text)]
    found: list[Sentence] = []
    start = 0
    for mark in END.finditer(text):
        inside = any(first < mark.start() < last - 1 for first, last in formulas)
        if not inside and _ends(text, mark.start(), mark.end()):
            found += _cut(text, start, mark.end())
            start = mark.end()
    return (*found, *_cut(text, start, len(text)))


def _cut(text: str, start: int, end: int) -> list[Sentence]:
    piece = text[start:end]
    start += len(piece) - len(piece.lstrip())
    said = " ".join(piece.split())
    return [Sentence(said, start, start + len(piece.strip()))] if said else []


def _ends(text: str, place: int, end: int) -> bool:
    """Whether the mark at `place` ends a sentence."""
    after = text[end : end + 80].lstrip()
    if not after or text[place] in "。！？":
        return True
    if not BEGINS.match(after):
        return False
    if text[place] != ".":
        return True
    before = text[max(0, place - 40) : place].split()
    word = before[-1].lstrip("([{\"'“‘").casefold() if before else ""
    if word in MAY_END_TOO:
        return bool(CLEAR.match(after))
    is_initial = len(word) == 1 and word.isalpha() and before[-1].lstrip("(").isupper() and word != "i"
    if is_initial and not CLEAR.match(after):
        return False
    return word not in ABBREVIATIONS

"""A text as phrases are looked for in it, and given back the way it writes them. Pure."""

from array import array
from collections.abc import Sequence
from typing import NamedTuple

from digests import terms
from digests.markup import line

LONGEST_SPELLING = 40  # characters


class Text(NamedTuple):
    """`spaced` has the text's words and runs of CJK, each between two spaces: where a phrase has an edge, there is one.

    `starts` tells where each run begins in the folded text, `origins` where each letter of that stands in `written`.
    """

    written: str
    spaced: str
    starts: Sequence[int]
    origins: Sequence[int]

    def spelling(self, phrase: str) -> str:
        """How the text writes a phrase that it has, at the first place; nothing where that is long."""
        start = self.spaced.index(phrase) + phrase.startswith(" ")
        first, last = self._origin(start), self._origin(start + len(phrase.strip()) - 1)
        spelled = line(self.written[first : last + 1])
        return spelled if len(spelled) <= LONGEST_SPELLING else ""

    def _origin(self, place: int) -> int:
        run = self.spaced.count(" ", 0, place) - 1
        within = place - self.spaced.rfind(" ", 0, place) - 1
        return self.origins[self.starts[run] + within]


def text(said: str) -> Text:
    written = terms.composed(said)
    letters, origins = terms.folded(written)
    found = [(run.start(), run[0]) for run in terms.RUN.finditer(letters)]
    return Text(
        written=written,
        spaced=f" {' '.join([run for _start, run in found])} ",
        starts=array("I", [start for start, _run in found]),
        origins=origins,
    )


def phrase(term: str) -> str:
    """A term as it stands in a spaced text; a space alone, which is in every text, for a term without words.

    A word has edges. Chinese, Japanese and Korean have none: they may stand inside of a longer run.
    """
    runs = terms.runs(terms.normal(term))
    if not runs:
        return " "
    before, after = ("" if terms.is_cjk(run) else " " for run in (runs[0], runs[-1]))
    return before + " ".join(runs) + after

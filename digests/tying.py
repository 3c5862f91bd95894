"""Which sentence of an English abstract a bullet tells of: by numbers, names and words that both have. Pure."""

import math
import re
from collections import Counter
from collections.abc import Sequence

from digests.number_words import spelled
from digests.numerals import numerals
from digests.terms import normal

LATIN = re.compile(r"[a-z0-9]+")
STEM = 6  # letters of a word that tell: models and modelling are about the same
COMMON_WORDS = (
    "a an the of and or in on to for with by as is are was be been we our this that these those it its their from at "
    "which can not such than into over more most also both while how has have using used use based via but new show "
    "propose paper code what technical details performance highlights"
)
COMMON = frozenset(COMMON_WORDS.split())
ORDER = 0.35  # what standing at the same place of both texts is worth: it decides between equals, and finds nothing
ENOUGH = 1.2  # one word that few sentences have, or a number


def tie(
    bullets: Sequence[str], sentences: Sequence[str], locale: str, *, english: Sequence[str] = ()
) -> list[int | None]:
    """For each bullet the place of its sentence, counted from 0; None where nothing that both say leads to one.

    In a script other than Latin, the words that stay Latin and the numbers lead there. `english` are the bullets of the
    English summary: where they are as many, those at the same places say the same, and lead there too.
    """
    same = english if len(english) == len(bullets) else [""] * len(bullets)
    known = [_signs(sentence, "en", english=True) for sentence in sentences]
    spread = Counter(sign for signs in known for sign in signs)
    found: list[int | None] = []
    for place, (bullet, translated) in enumerate(zip(bullets, same, strict=True)):
        signs = _signs(bullet, locale, english=locale.split("-", maxsplit=1)[0] == "en")
        signs |= _signs(translated, "en", english=True)
        at = place / max(len(bullets) - 1, 1)
        weighed = [
            (_shared(signs, other, spread, len(sentences)), ORDER * (1 - abs(at - index / max(len(sentences) - 1, 1))))
            for index, other in enumerate(known)
        ]
        best = max(range(len(weighed)), key=lambda index: sum(weighed[index]), default=None)
        found.append(best if best is not None and weighed[best][0] >= ENOUGH else None)
    return found


def _signs(text: str, locale: str, *, english: bool) -> frozenset[str]:
    """What of a text can be found again in another language."""
    words = [word for word in LATIN.findall(normal(text)) if word not in COMMON and not word.isdigit()]
    signs = {word.removesuffix("s")[:STEM] for word in words if len(word) > 1}
    signs |= {f"={value:g}" for numeral in numerals(text, locale) for value in numeral.values}
    if english:
        signs |= {f"={value:g}" for value in spelled(text) if value > 1}
    return frozenset(signs)


def _shared(signs: frozenset[str], other: frozenset[str], spread: Counter[str], sentences: int) -> float:
    """What both have, each sign by how few sentences have it; numbers tell more than words."""
    both = signs & other
    return sum((1.5 if sign[0] == "=" else 1.0) * math.log(1 + sentences / spread[sign]) for sign in both)

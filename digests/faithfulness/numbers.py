"""Numbers in a summary that neither the abstract nor the title has. Pure."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from digests.columns import shorten
from digests.faithfulness.subject import ERROR, WARNING, Found, Kind, Subject
from digests.number_words import spelled
from digests.numerals import PERCENT, PLAIN, POINTS, TIMES, Numeral, key, numerals, spread
from digests.terms import normal

NAME = "number"
LONGEST = 40  # columns of a number that is shown
COUNTED = 12  # a summary may count up to so many things that an abstract lists
ROUNDED = 0.1  # of the value at most: nobody rounds 16 to 20
ENGLISH = "en"  # abstracts are
IN_LETTERS = " "  # the unit of "doubled", "third" and "twenty percent": it may be any, and none is shown
LETTERS_OF_A_NAME = re.compile(r"[A-Za-z]+(?=.*[A-Z])|[A-Z][A-Za-z]*")  # those before its first digit
RANGE = re.compile(
    r"(\d)(\s?(?:-|–|~|,|/|to|and|or)\s?\d+(?:\.\d+)?)(\s?(?:\\?%(?! points?)|percent\b|points\b|x\b|times\b|-?fold\b))"
)
POINTS_ALONE = re.compile(r"(?<=\d)[\s-]points?\b")
FACTOR = re.compile(r"\bfactors? of (?:about |up to |over )?(\d+(?:\.\d+)?)")


def check(subject: Subject) -> Iterator[Found]:
    """Nothing can be said without an abstract."""
    if not subject.abstract.strip():
        return
    source = f"{subject.title}\n{subject.abstract}"
    known = _said(source)
    for bullet in subject.bullets:
        for numeral in numerals(bullet.words, subject.locale):
            if not numeral.is_year and not _stands_in(source, numeral, known):
                near = _nearest(numeral, known)
                yield Found(
                    NAME,
                    _level(numeral, near),
                    bullet.place,
                    (("number", shorten(numeral.text, LONGEST)), ("near", near)),
                )


@lru_cache(maxsize=128)  # a paper's languages are checked one after the other
def _said(source: str) -> Mapping[float, set[str]]:
    """The units that each value of the English text was said with."""
    source = RANGE.sub(r"\1\3\2\3", source)  # 10 to 20% is 10% to 20%
    known = spread(numerals(POINTS_ALONE.sub(" pp", FACTOR.sub(r"\1x", source)), ENGLISH))
    for value in spelled(source):
        known.setdefault(key(value), set()).add(IN_LETTERS)
    for value in (0.0, 1.0):
        known.setdefault(value, set()).add(PLAIN)
    return known


def _stands_in(source: str, numeral: Numeral, known: Mapping[float, set[str]]) -> bool:
    """A name counts as a whole: no abstract has CIFAR-10 for having ten layers. It may be spelled in another way."""
    is_there = any(_is_known(value, numeral.unit, known) for value in numeral.values)
    if not (letters := _of_a_name(numeral)):
        return is_there
    words = _flat(source)
    return _flat(numeral.text) in words or (is_there and letters in words)


def _of_a_name(numeral: Numeral) -> str:
    """The letters that a name with a capital begins with; nothing where it is none."""
    found = LETTERS_OF_A_NAME.match(numeral.text) if numeral.in_a_name else None
    return _flat(found[0]) if found else ""


@lru_cache(maxsize=128)
def _flat(text: str) -> str:
    return normal(text).replace(" ", "")


def _is_known(value: float, unit: str, known: Mapping[float, set[str]]) -> bool:
    """Whether the abstract has the value so. It writes 51.2 for 51.2%, but of 12 layers nobody makes 12%."""
    units = known.get(key(value), set())
    if unit in units or (units and unit == PLAIN) or IN_LETTERS in units or (PLAIN in units and value % 1):
        return True
    if unit == PERCENT:  # 0.95 is 95%, and 1.5 times as much is 50% more
        return (value < 100 and key(value / 100) in known) or TIMES in known.get(key(1 + value / 100), set())
    if unit == TIMES:
        return PERCENT in known.get(key((value - 1) * 100), set())
    return unit == PLAIN and PERCENT in known.get(key(value * 100), set())


def _nearest(numeral: Numeral, known: Mapping[float, set[str]]) -> str:
    """The abstract's number that was rounded to this one (54.6 to 55), or has another unit; nothing without one."""
    for value in () if _of_a_name(numeral) else numeral.values:
        if value in known:
            return f"{value:g}{min(known[value])}".strip()
        digits = len(f"{value:.9g}".replace(".", "").strip("0"))
        near = [other for other in known if other and float(f"{other:.{max(digits, 1)}g}") == value]
        near = [
            other for other in near if abs(other - value) <= ROUNDED * other and _is_known(other, numeral.unit, known)
        ]
        if near:
            closest = min(near, key=lambda other: abs(other - value))
            return f"{closest:g}" if closest < 10**6 else f"{closest:,.0f}"
    return ""


def _level(numeral: Numeral, near: str) -> str:
    """A name, a count of what is listed, a rounding and points for percent are worth a look; else it is an error."""
    is_rounded = bool(near) and near[-1] not in {PERCENT, TIMES}
    is_percent = numeral.unit in {PERCENT, POINTS} and near.endswith((PERCENT, POINTS))
    is_count = numeral.unit == PLAIN and all(value <= COUNTED and value == int(value) for value in numeral.values)
    return WARNING if numeral.in_a_name or is_count or is_rounded or is_percent else ERROR


def words(detail: Mapping[str, Any]) -> str:
    if detail.get("near"):
        return _("%(number)s is not in the abstract, which says %(near)s.") % detail
    return _("%(number)s is neither in the abstract nor in the title.") % detail


KIND = Kind(NAME, gettext_lazy("Number"), check, words)

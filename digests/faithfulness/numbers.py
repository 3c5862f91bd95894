"""Numbers in a summary that neither the abstract nor the title has. Pure."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from digests.columns import shorten
from digests.faithfulness.subject import ERROR, WARNING, Found, Kind, Subject
from digests.number_words import spelled
from digests.numerals import PERCENT, PLAIN, TIMES, Numeral, key, numerals, spread

NAME = "number"
LONGEST = 40  # columns of a number that is shown
COUNTED = 12  # a summary may count up to so many things that an abstract lists
ROUNDED = 0.1  # of the value at most: nobody rounds 16 to 20
ENGLISH = "en"  # abstracts are


def check(subject: Subject) -> Iterator[Found]:
    """Nothing can be said without an abstract."""
    if not subject.abstract.strip():
        return
    known = _said(f"{subject.title}\n{subject.abstract}")
    for bullet in subject.bullets:
        for numeral in numerals(bullet.words, subject.locale):
            if not numeral.is_year and not any(_is_known(value, numeral.unit, known) for value in numeral.values):
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
    known = spread(numerals(source, ENGLISH))
    for value in spelled(source) | {0.0, 1.0}:
        known.setdefault(key(value), set()).add(PLAIN)
    return known


def _is_known(value: float, unit: str, known: Mapping[float, set[str]]) -> bool:
    units = known.get(key(value), set())
    if units and (PLAIN in units or unit == PLAIN or unit in units):
        return True
    if unit == PERCENT:  # 0.95 is 95%, and 1.5 times as much is 50% more
        return key(value / 100) in known or TIMES in known.get(key(1 + value / 100), set())
    if unit == TIMES:
        return PERCENT in known.get(key((value - 1) * 100), set())
    return PERCENT in known.get(key(value * 100), set())


def _nearest(numeral: Numeral, known: Mapping[float, set[str]]) -> str:
    """The abstract's number that was rounded to this one (54.6 to 55), or has another unit; nothing without one."""
    for value in numeral.values:
        if value in known:
            return f"{value:g}{min(known[value])}"
        digits = len(f"{value:.9g}".replace(".", "").strip("0"))
        near = [other for other in known if other and float(f"{other:.{max(digits, 1)}g}") == value]
        near = [other for other in near if abs(other - value) <= ROUNDED * other]
        if near:
            closest = min(near, key=lambda other: abs(other - value))
            return f"{closest:g}" if closest < 10**6 else f"{closest:,.0f}"
    return ""


def _level(numeral: Numeral, near: str) -> str:
    """What may be a name, a count of what is listed or a rounding is worth a look; else it is an error."""
    is_rounded = bool(near) and near[-1] not in {PERCENT, TIMES}
    is_count = numeral.unit == PLAIN and all(value <= COUNTED and value == int(value) for value in numeral.values)
    return WARNING if numeral.in_a_name or is_count or is_rounded else ERROR


def words(detail: Mapping[str, Any]) -> str:
    if detail.get("near"):
        return _("%(number)s is not in the abstract, which says %(near)s.") % detail
    return _("%(number)s is neither in the abstract nor in the title.") % detail


KIND = Kind(NAME, gettext_lazy("Number"), check, words)

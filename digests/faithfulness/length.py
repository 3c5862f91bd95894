"""Summaries and bullets that are too long to be skimmed at breakfast. Pure."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from digests.faithfulness.subject import WARNING, Found, Kind, Subject

NAME = "length"
# arXiv takes 1,920 characters of an abstract: a summary that is longer is none. A bullet is a third of that at most.
# Of 234 summaries in a public archive two of a hundred are above it; the longest of them read like a translation.
WHOLE, BULLET = 1920, 640
LEAST = 5  # percent
# What a character says beside one of an alphabet, so the limits are 1,000 and 330 in Hangul, 750 and 250 in Han, Kana.
WEIGHTS = ((re.compile("[\u1100-\u11ff\uac00-\ud7ff]"), 1.92), (re.compile("[\u3040-\u30ff\u3400-\u9fff]"), 2.56))


def check(subject: Subject) -> Iterator[Found]:
    if percent := _above(subject.words, WHOLE):
        yield Found(NAME, WARNING, None, (("percent", percent), ("place", "whole")))
    if len(subject.bullets) < 2:
        return  # the whole is the bullet
    for bullet in subject.bullets:
        if percent := _above(bullet.words, BULLET):
            yield Found(NAME, WARNING, bullet.place, (("percent", percent),))


def _above(text: str, limit: int) -> int:
    """By how many percent it is above the limit; 0 where that is less than an editor would see."""
    percent = round(100 * weight(text) / limit) - 100
    return percent if percent >= LEAST else 0


def weight(text: str) -> int:
    """How many characters of an alphabet would say about as much."""
    extra = sum((by - 1) * len(pattern.findall(text)) for pattern, by in WEIGHTS)
    return round(len(" ".join(text.split())) + extra)


def words(detail: Mapping[str, Any]) -> str:
    if detail.get("place") == "whole":
        return _("The summary is longer than an abstract may be, by %(percent)s%%.") % detail
    return _("This point is %(percent)s%% longer than a third of an abstract.") % detail


KIND = Kind(NAME, gettext_lazy("Length"), check, words)

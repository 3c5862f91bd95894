"""Summaries that say nothing: marks, a link, the paper's own title. Pure."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from digests.faithfulness.subject import ERROR, Found, Kind, Subject
from digests.terms import normal

NAME = "silence"
SHORTEST = 8  # letters: no sentence of any language has fewer, and "N/A", "TODO" and "없음" have
TAGS = re.compile(r"<[/|]?[A-Za-z_|]{1,20}>")  # <EOS> and its like, which machines leave


def check(subject: Subject) -> Iterator[Found]:
    said = normal(TAGS.sub(" ", subject.words))
    if len(said.replace(" ", "")) < SHORTEST or said == normal(subject.title):
        yield Found(NAME, ERROR)


def words(_detail: Mapping[str, Any]) -> str:
    return _("It says nothing about the paper.")


KIND = Kind(NAME, gettext_lazy("No summary"), check, words)

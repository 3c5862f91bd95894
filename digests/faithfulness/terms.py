"""Renderings that the newsletter's glossary forbids, where the paper uses the term. Pure."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from digests.faithfulness.subject import ERROR, Found, Kind, Subject, Term
from digests.terms import CJK

NAME = "term"


def check(subject: Subject) -> Iterator[Found]:
    """A rendering is a fault only of a paper that has the term: 대표성 may be right where no representation is meant.

    Without an abstract nobody can tell, and it is shown.
    """
    source = f"{subject.title}\n{subject.abstract}" if subject.abstract.strip() else ""
    for term in subject.glossary:
        if source and not _has(source, term.term):
            continue
        for rendering in filter(None, map(str.strip, term.forbidden)):
            for bullet in subject.bullets:
                if _stands_in(bullet.words, rendering, wanted=term.wanted):
                    yield Found(NAME, ERROR, bullet.place, _about(term, rendering))


def _about(term: Term, rendering: str) -> tuple[tuple[str, Any], ...]:
    return (
        ("newsletter", term.newsletter),
        ("rendering", rendering),
        ("term", term.term),
        ("wanted", term.wanted),
    )


def _has(source: str, term: str) -> bool:
    """The term in any case, in the plural too, with hyphens or without."""
    parts = [re.escape(part) for part in re.split(r"[\s-]+", term.strip()) if part]
    return bool(parts) and bool(re.search(rf"(?<!\w){'[ -]?'.join(parts)}", " ".join(source.split()), re.IGNORECASE))


def _stands_in(text: str, rendering: str, *, wanted: str) -> bool:
    """Where the wanted rendering contains the forbidden one, that is no fault. CJK words grow endings."""
    said = " ".join(text.split()).casefold()
    rendering, wanted = rendering.casefold(), wanted.casefold()
    if rendering in wanted:
        said = said.replace(wanted, " ")
    if re.search(f"[{CJK}]", rendering):
        return rendering in said
    return bool(re.search(rf"(?<!\w){re.escape(rendering)}(?!\w)", said))


def words(detail: Mapping[str, Any]) -> str:
    return _("The glossary wants “%(wanted)s” for “%(term)s”, not “%(rendering)s”.") % detail


KIND = Kind(NAME, gettext_lazy("Glossary"), check, words)

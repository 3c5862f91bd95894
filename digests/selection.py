"""Which papers of a digest one group of readers gets, in which language, and why. Pure."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple

from digests.content import Content, EntryContent
from digests.locales import chain

FULL, SHORT, TITLES = "full", "short", "titles"
HTML, TEXT = "html", "text"
SKIP, TELL = "skip", "tell"  # on a day without a paper for the reader


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a reader asked for. No topics means all; `most_papers` None means as many as there are."""

    locale: str
    second_locale: str = ""
    topics: frozenset[str] = frozenset()
    least_votes: int = 0
    most_papers: int | None = None
    detail: str = FULL
    format: str = HTML
    authors: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    avoided: tuple[str, ...] = ()
    when_empty: str = SKIP


class Selected(NamedTuple):
    """A paper that a reader gets. `summary` is the summary's locale, empty where no summary is readable;
    `reason` is "topic:SLUG", or empty where the reader asked for everything."""

    entry: int
    summary: str
    reason: str


@dataclass(frozen=True, slots=True)
class EditionKey:
    """Everything that tells two mails of one revision apart. Equal keys are one Edition."""

    locale: str
    selection: tuple[Selected, ...]
    total: int
    detail: str
    format: str

    def fingerprint(self) -> str:
        """SHA-256 as 64 hexadecimal digits, the same in every process."""
        parts = [self.locale, self.selection, self.total, self.detail, self.format]
        return sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


def select(content: Content, wishes: Wishes) -> tuple[Selected, ...]:
    """The papers for these wishes, in the digest's order; none when nothing fits.

    A paper whose votes are unknown passes any `least_votes`: a source without votes hides nothing.
    """
    locales = chain(wishes.locale, wishes.second_locale, content.default_locale)
    fitting = [entry for entry in content.entries if _fits(entry, wishes)]
    return tuple(
        Selected(entry.id, readable_locale(entry, locales), _reason(entry, wishes))
        for entry in fitting[: wishes.most_papers]
    )


def edition_key(content: Content, wishes: Wishes) -> EditionKey:
    return EditionKey(
        locale=wishes.locale,
        selection=select(content, wishes),
        total=len(content.entries),
        detail=wishes.detail,
        format=wishes.format,
    )


def readable_locale(entry: EntryContent, locales: Sequence[str]) -> str:
    """The first of `locales` that the paper has a summary in; empty if there is none."""
    return next((locale for locale in locales if locale in entry.summaries), "")


def _fits(entry: EntryContent, wishes: Wishes) -> bool:
    if wishes.topics and wishes.topics.isdisjoint(entry.topics):
        return False
    return entry.votes is None or entry.votes >= wishes.least_votes


def _reason(entry: EntryContent, wishes: Wishes) -> str:
    return next((f"topic:{topic}" for topic in entry.topics if topic in wishes.topics), "")

"""Which papers of a digest one group of readers gets, in which language, and why. Pure."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from hashlib import sha256
from itertools import islice
from operator import or_
from typing import NamedTuple

from digests.content import Content, EntryContent
from digests.locales import chain
from digests.matching import Matches, matches_of, places

FULL, SHORT, TITLES = "full", "short", "titles"
HTML, TEXT = "html", "text"
SKIP, TELL = "skip", "tell"  # on a day without a paper for the reader
AUTHOR, WORD, TOPIC, PINNED = "author", "word", "topic", "pinned"  # reasons, best first, as are
VOTES, FIRST, ALL = "votes", "first", "all"


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a reader asked for; `most_papers` None means as many as there are.

    Who follows no topic, author or word gets all papers. Authors and words may be written in any way.
    """

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
    """A paper that a reader gets. `summary` is the summary's locale, empty where no summary is readable.

    `reason` is "author:PLACE" among the paper's authors, "word:AS THE PAPER WRITES IT", "topic:SLUG", "pinned" of one
    that an editor gives to every reader, "votes" of one that has enough where others have not, "first" of those before
    the ones that were too many, "all" else. It is empty on public pages and in old editions.
    """

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


@dataclass(frozen=True, slots=True)
class Explained:
    """How many papers a reader gets of how many, by which kinds of reasons, and what the others were left out for.

    `shown` and the four counts of those left out are `total` together; the counts in `by_reason` are `shown`.
    """

    shown: int
    total: int
    by_reason: Mapping[str, int]
    avoided: int = 0  # have a word to avoid
    not_followed: int = 0  # have nothing that the reader follows
    few_votes: int = 0
    cut: int = 0  # beyond the most papers


def select(content: Content, wishes: Wishes) -> tuple[Selected, ...]:
    """The papers for these wishes, in the digest's order; none when nothing fits.

    A word to avoid is stronger than anything that is followed. A paper whose votes are unknown passes any
    `least_votes`, as a source without votes hides nothing, and so does one of a followed author. A pinned one is there
    whatever is followed, and whatever its votes are. Where there are more than `most_papers`, the pinned ones stay
    first, then those of followed authors, then those with a followed word, then the others.
    """
    known = matches_of(content)
    choice = _choose(known, wishes)
    locales = chain(wishes.locale, wishes.second_locale, content.default_locale)
    kept = [content.entries[place] for place in places(choice.kept)]
    reasons = _reasons(known, wishes, choice)
    return tuple(
        [Selected(entry.id, readable_locale(entry, locales), why) for entry, why in zip(kept, reasons, strict=True)]
    )


def edition_key(content: Content, wishes: Wishes) -> EditionKey:
    return EditionKey(
        locale=wishes.locale,
        selection=select(content, wishes),
        total=len(content.entries),
        detail=wishes.detail,
        format=wishes.format,
    )


def deserves(content: Content, wishes: Wishes) -> EditionKey | None:
    """The edition for these wishes; one without papers where the reader wants to be told so, else None."""
    key = edition_key(content, wishes)
    return key if key.selection or wishes.when_empty == TELL else None


def explain(content: Content, wishes: Wishes) -> Explained:
    """What `select` does with these wishes, in numbers."""
    known = matches_of(content)
    choice, everything = _choose(known, wishes), known.all
    reasons = Counter(chosen.reason.partition(":")[0] for chosen in select(content, wishes))
    return Explained(
        shown=choice.kept.bit_count(),
        total=everything.bit_count(),
        by_reason={kind: reasons[kind] for kind in (AUTHOR, WORD, TOPIC, PINNED, VOTES, FIRST, ALL) if reasons[kind]},
        avoided=choice.avoided.bit_count(),
        not_followed=(everything & ~choice.avoided & ~choice.followed).bit_count(),
        few_votes=(choice.followed & ~choice.fitting).bit_count(),
        cut=(choice.fitting & ~choice.kept).bit_count(),
    )


def readable_locale(entry: EntryContent, locales: Sequence[str]) -> str:
    """The first of `locales` that the paper has a summary in; empty if there is none."""
    for locale in locales:
        if locale in entry.summaries:
            return locale
    return ""


class _Choice(NamedTuple):
    """Which papers, as bit masks. `followed`, `fitting` and `kept` lie each within the one before."""

    by_author: int
    by_word: int
    by_topic: int
    avoided: int
    followed: int  # all where nothing is, and the pinned ones, but for those to avoid
    fitting: int  # with enough votes
    kept: int  # not too many


def _choose(known: Matches, wishes: Wishes) -> _Choice:
    by_author = _any(map(known.author, wishes.authors))
    by_word = _any(map(known.word, wishes.words))
    by_topic = _any(map(known.topic, wishes.topics))
    avoided = _any(map(known.word, wishes.avoided))
    follows = wishes.authors or wishes.words or wishes.topics
    followed = (by_author | by_word | by_topic | known.pinned if follows else known.all) & ~avoided
    fitting = followed & (by_author | known.pinned | known.votes(wishes.least_votes))
    kept = _first(wishes.most_papers, fitting & known.pinned, fitting & by_author, fitting & by_word, fitting)
    return _Choice(by_author, by_word, by_topic, avoided, followed, fitting, kept)


def _reasons(known: Matches, wishes: Wishes, choice: _Choice) -> Iterator[str]:
    """Why the reader gets each of the kept papers: the strongest reason alone."""
    words = [(known.word(word), word) for word in wishes.words]
    wanted = ALL if choice.fitting == choice.kept else FIRST
    by_votes = choice.followed != choice.fitting
    for place in places(choice.kept):
        entry, bit = known.content.entries[place], 1 << place
        if choice.by_author & bit:
            yield f"{AUTHOR}:{known.place_of_author(wishes.authors, place)}"
        elif choice.by_word & bit:
            saying = (known.spelling(word, place) for mask, word in words if mask & bit)
            yield f"{WORD}:{next(filter(None, saying), '')}"
        elif choice.by_topic & bit:
            yield next(f"{TOPIC}:{slug}" for slug in entry.topics if slug in wishes.topics)
        elif entry.pinned:
            yield PINNED
        else:
            yield VOTES if by_votes and entry.votes is not None else wanted


def _any(masks: Iterable[int]) -> int:
    return reduce(or_, masks, 0)


def _first(most: int | None, *ranks: int) -> int:
    """So many papers of the last mask: those of the first one, then those of the next ones, in the digest's order."""
    if most is None or ranks[-1].bit_count() <= most:
        return ranks[-1]
    kept = 0
    for rank in ranks:
        left = max(0, most - kept.bit_count())
        kept |= _any(1 << place for place in islice(places(rank & ~kept), left))
    return kept

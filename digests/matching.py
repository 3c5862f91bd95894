"""Which papers of a digest fit a topic, an author, a word or a number of votes, as bit masks. Pure.

Bit n of a mask is the n-th paper of the content. What is known of a content is made once, and each term is looked up
in it once: readers are many, and follow the same few thousand words.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from threading import Lock
from typing import NamedTuple

from digests import terms
from digests.content import Content, EntryContent
from digests.texts import Text, phrase, text

MATCHES_KEPT = 8  # contents, of up to 4 MB each once words are looked for in them: 68 papers in nine languages
TERMS_KEPT = 4_000  # a content, of each kind: about 300 bytes each


class _Words(NamedTuple):
    """The papers that have a token, and each paper's texts as they are looked through."""

    tokens: dict[str, int]
    texts: list[tuple[Text, ...]]


class Matches:
    """What one content is asked for. Terms may be written in any way; empty ones fit nothing."""

    def __init__(self, content: Content) -> None:
        self.content = content
        self.all = (1 << len(content.entries)) - 1
        self.pinned = sum(1 << place for place, entry in enumerate(content.entries) if entry.pinned)
        self._topics = _masks(entry.topics for entry in content.entries)
        self._names = [list(map(author_key, entry.authors)) for entry in content.entries]
        self._authors = _masks(self._names)
        self._votes = [entry.votes for entry in content.entries]
        self._read: _Words | None = None
        # Each of these is asked again and again while the mails of a morning are prepared.
        self.author: Callable[[str], int] = lru_cache(TERMS_KEPT)(self._author)
        self.word: Callable[[str], int] = lru_cache(TERMS_KEPT)(self._word)
        self.spelling: Callable[[str, int], str] = lru_cache(TERMS_KEPT)(self._spelling)
        self.votes: Callable[[int], int] = lru_cache(TERMS_KEPT)(self._at_least)

    def topic(self, slug: str) -> int:
        return self._topics.get(slug, 0)

    def _author(self, name: str) -> int:
        """The papers of this author: "LeCun, Yann" is Yann LeCun, and Yann A. LeCun too."""
        key = author_key(name)
        return self._authors.get(key, 0) if key else 0

    def place_of_author(self, names: Iterable[str], place: int) -> int:
        """Where the first of these names stands among the paper's authors. Raises StopIteration where none does."""
        wanted = set(map(author_key, names)) - {""}
        return next(number for number, known in enumerate(self._names[place]) if known in wanted)

    def _word(self, term: str) -> int:
        """The papers that say this in their title, key words or a summary, whatever its language.

        A phrase is found as it stands, between edges of words; Chinese, Japanese and Korean inside of longer ones too.
        """
        wanted = terms.sought(term)
        if not wanted:
            return 0
        words, found = self._words(), self.all
        for token in wanted:
            found &= words.tokens.get(token, 0)
        said = phrase(term)
        return sum(1 << place for place in places(found) if any(said in one.spaced for one in words.texts[place]))

    def _spelling(self, term: str, place: int) -> str:
        """How the paper itself writes a word that it has, as long as that is short; else nothing."""
        said = phrase(term)
        return next((one.spelling(said) for one in self._words().texts[place] if said in one.spaced), "")

    def _words(self) -> _Words:
        """Made when the first reader asks for a word."""
        if self._read is None:
            self._read = _read(self.content)
        return self._read

    def _at_least(self, votes: int) -> int:
        """The papers with so many votes, and those whose votes are unknown: a source without votes hides nothing."""
        return sum(1 << place for place, known in enumerate(self._votes) if known is None or known >= votes)


def matches_of(content: Content) -> Matches:
    """The Matches of this content: the kept ones where there are some."""
    with _lock:
        kept = _kept.pop(id(content), None) or Matches(content)  # no other has this id while its Matches hold it
        _kept[id(content)] = kept  # now the youngest: a dict keeps its order
        while len(_kept) > MATCHES_KEPT:
            del _kept[next(iter(_kept))]
    return kept


_kept: dict[int, Matches] = {}
_lock = Lock()


def places(mask: int) -> Iterator[int]:
    """The bits that are set, lowest first."""
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest


def author_key(name: str) -> str:
    """What two spellings of one name have in common: its words in any order, without initials between them."""
    words = sorted(terms.normal(name).split())
    written_out = [word for word in words if len(word) > 1]
    return " ".join(written_out if len(written_out) > 1 else words)


def _masks(of_papers: Iterable[Iterable[str]]) -> dict[str, int]:
    masks: defaultdict[str, int] = defaultdict(int)
    for place, words in enumerate(of_papers):
        for word in words:
            masks[word] |= 1 << place
    return dict(masks)


def _said(entry: EntryContent) -> Iterator[str]:
    yield entry.title
    yield from entry.keywords
    yield from (summary.text for summary in entry.summaries.values())


def _read(content: Content) -> _Words:
    read = [tuple(map(text, _said(entry))) for entry in content.entries]
    return _Words(_masks(map(_findable, read)), read)


def _findable(said: Iterable[Text]) -> set[str]:
    """All tokens, and of CJK each character alone."""
    tokens = {token for one in said for token in terms.cut_normal(one.spaced)}
    return tokens | {token[0] for token in tokens if terms.is_cjk(token)}

"""What somebody typed into the search, as each database asks for it. Pure.

Both databases look up terms that we have cut ourselves: their own word breakers find no Korean word of two syllables,
and fold letters by the locale that a server was made with.
"""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from digests import terms

LONGEST = 200  # characters of what is typed
MOST = 24  # terms: a long sentence in Korean has one for each letter
SHORT = 2  # letters of an alphabet, below which the beginning of a word says too little


class Term(NamedTuple):
    """A token that a text must have, or one that begins like it."""

    token: str
    is_beginning: bool


class Within(NamedTuple):
    """Where to look: in the month that begins at `month`, in what is said in `locale`; where they are none, in all."""

    month: date | None = None
    locale: str = ""


def asked(text: str) -> tuple[Term, ...]:
    """The terms that a text must have all of: the last word may be unfinished, as when one still types it."""
    tokens = terms.sought(text[:LONGEST])[:MOST]
    last = len(tokens) - 1
    return tuple(Term(token, _is_beginning(token, is_last=place == last)) for place, token in enumerate(tokens))


def fts5(found: Iterable[Term]) -> str:
    """For MATCH of SQLite: terms are quoted, and have no quotes themselves."""
    return " ".join(f'"{term.token}"{"*" if term.is_beginning else ""}' for term in found)


def tsquery(found: Iterable[Term]) -> str:
    """For the cast to tsquery of PostgreSQL, which takes quoted words as they are."""
    return " & ".join(f"'{term.token}'{':*' if term.is_beginning else ''}" for term in found)


def _is_beginning(token: str, *, is_last: bool) -> bool:
    """One character of Chinese, Japanese or Korean begins the pairs that a text is cut into."""
    return terms.is_cjk(token) or (is_last and len(token) >= SHORT)

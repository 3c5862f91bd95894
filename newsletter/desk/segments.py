"""Segments of a page: choices of which one counts, as links that keep what else was chosen. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import QueryDict


@dataclass(frozen=True, slots=True)
class Choice:
    """One link of a segment; `query` begins with a question mark."""

    value: str
    name: str
    query: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Segment:
    """Choices side by side, of which one counts."""

    label: str
    choices: tuple[Choice, ...]


def segment(chosen: QueryDict, name: str, label: str, choices: Iterable[tuple[str, str]]) -> Segment:
    """The choices for one parameter of the address; the first counts where it names none of them."""
    offered = list(choices)
    value = value_of(chosen, name, [value for value, _words in offered])
    return Segment(
        label,
        tuple(Choice(one, words, with_value(chosen, name, one), is_chosen=one == value) for one, words in offered),
    )


def value_of(chosen: QueryDict, name: str, values: list[str]) -> str:
    said = chosen.get(name, "")
    return said if said in values else values[0]


def with_value(chosen: QueryDict, name: str, value: str) -> str:
    """The address's query with another value of one parameter; without it where the value is empty."""
    query = chosen.copy()
    query.pop(name, None)
    if value:
        query[name] = value
    return f"?{query.urlencode()}"

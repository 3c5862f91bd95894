"""Personal places in a mail: marks of fixed length, filled per reader after everything else is done. Pure.

An edition is rendered once with marks and then filled for each of its readers. A mark carries a key that
is random per edition, so text from outside (a title, a bullet) cannot know it and capture a reader's link.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass

LEAVE, PREFERENCES, WEB = "leave", "preferences", "web"
PLACES = (LEAVE, PREFERENCES, WEB)
TOKEN_LENGTH = 40  # characters of a signed token, and so of a mark; see newsletter.subscribers.tokens

Link = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Marks:
    """The marks of one edition. `link(LEAVE)` is an address with the mark in the token's place."""

    site_url: str
    key: str

    @classmethod
    def fresh(cls, site_url: str) -> "Marks":
        return cls(site_url=site_url, key=secrets.token_hex(TOKEN_LENGTH)[: TOKEN_LENGTH - 1])

    def mark(self, place: str) -> str:
        return f"{PLACES.index(place)}{self.key}"

    def link(self, place: str) -> str:
        return address(self.site_url, place, self.mark(place))

    def fill(self, text: str, tokens: Mapping[str, str]) -> str:
        """`text` with each mark replaced by that place's token, which must have TOKEN_LENGTH characters."""
        for place, token in tokens.items():
            if len(token) != TOKEN_LENGTH:
                raise ValueError(f"a token of {len(token)} characters for {place}")
            text = text.replace(self.mark(place), token)
        return text


def address(site_url: str, place: str, token: str) -> str:
    """https://papers.example.org/leave/TOKEN/"""
    return f"{site_url}/{place}/{token}/"

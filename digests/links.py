"""Personal places in a mail: where it is cut, and each reader's own tokens are put in. Pure.

An edition is rendered once, as pieces, and joined for each of its readers. A place is a piece of its own and
no mark in the text, so nothing that a title or a bullet says can stand for one and capture a reader's link.
"""

from collections.abc import Mapping
from enum import StrEnum


class Place(StrEnum):
    """Where a reader's token stands. It equals a plain word: ask for its type, not for its value."""

    LEAVE = "leave"
    PREFERENCES = "preferences"
    WEB = "web"


Piece = str | Place
Pieces = tuple[Piece, ...]

LEAVE, PREFERENCES, WEB = Place
PLACES = (LEAVE, PREFERENCES, WEB)
TOKEN_LENGTH = 40  # characters of a signed token; see newsletter.subscribers.tokens


def fill(pieces: Pieces, tokens: Mapping[Place, str]) -> str:
    """The pieces joined, each place filled with its token.

    Raises ValueError on a token that has not TOKEN_LENGTH characters: sizes are reckoned with it.
    """
    for place, token in tokens.items():
        if len(token) != TOKEN_LENGTH:
            raise ValueError(f"a token of {len(token)} characters for {place}")
    return "".join([tokens[piece] if type(piece) is Place else piece for piece in pieces])


def address(site_url: str, place: str, token: str) -> str:
    """https://papers.example.org/leave/TOKEN/"""
    return f"{site_url}/{place}/{token}/"


def address_of(site_url: str, place: Place) -> Pieces:
    """The address as pieces, with the place where the token belongs."""
    return (f"{site_url}/{place}/", place, "/")

"""Parts of mails: what recurs in many of them is one object, made once, with its size. Pure."""

import re
import secrets
from typing import NamedTuple

from digests.links import TOKEN_LENGTH, Piece, Place

# Marks where a compiled layout is cut. Nobody outside this process knows them, so no note can stand for one.
SECRET = secrets.token_hex(8)
MARK = re.compile(f"{SECRET}([a-z]+){SECRET}")


class Part(NamedTuple):
    """A piece of a mail and its size in bytes, once it is filled."""

    piece: Piece
    size: int


def part(piece: Piece) -> Part:
    return Part(piece, TOKEN_LENGTH if isinstance(piece, Place) else len(piece.encode()))


def parts(*pieces: Piece) -> tuple[Part, ...]:
    """Each piece that is not empty."""
    return tuple(part(piece) for piece in pieces if piece)


def marks(*names: str) -> dict[str, str]:
    """A mark for each name, for the context of a layout's template."""
    return {name: f"{SECRET}{name}{SECRET}" for name in names}


def cut(layout: str) -> list[str]:
    """The layout cut at its marks: what stands between them and their names take turns."""
    return MARK.split(layout)

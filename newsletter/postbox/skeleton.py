"""A whole mail, encoded once per edition and filled per reader in microseconds (RFC 2045, 2046). Pure.

A part travels as it is where its lines allow (7bit, or 8bit to a server that takes it), else as base64. In base64
each fixed piece is encoded once, whatever editions it stands in: base64 turns three bytes into four
characters, so a piece that does not begin or end on a multiple of three shares those few bytes with its neighbour, on
a line of their own. A token and its neighbouring bytes are such a line as well.
"""

import re
from binascii import b2a_base64
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from digests.keeping import Kept
from digests.links import TOKEN_LENGTH, Piece, Pieces, Place
from newsletter.postbox.message import Message, Wording
from newsletter.postbox.mime import LONGEST_LINE, common_lines, own_lines

LINE_END = re.compile(r"\r\n|\r|\n")
UNSAFE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")  # control characters; line ends are \n by then
BOUNDARY = "=_paperboy"  # no line of base64 has "=_", and a body that has it is sent as base64
BYTES_A_LINE = 57  # which are 76 characters: RFC 2045, 6.8
ENCODED_KEPT = 96 * 2**20  # bytes: a day of 68 papers in five languages has 88 million as base64, one of 24 papers 33


class Gap(NamedTuple):
    """A place between fixed pieces; in base64 with the bytes that share its line."""

    parts: tuple[bytes | Place, ...]
    base64: bool

    def filled(self, tokens: Mapping[Place, bytes]) -> bytes:
        said = b"".join([part if isinstance(part, bytes) else tokens[part] for part in self.parts])
        if not self.base64:
            return said
        return b2a_base64(said, newline=False) + b"\r\n" if len(said) <= BYTES_A_LINE else _rows(said)


class Facts(NamedTuple):
    """What a fixed piece means for the part that it stands in. Lengths are in bytes; `first`, `longest` and `last`
    are those of its lines, the outer ones as far as they stand in the piece."""

    is_ascii: bool
    is_safe: bool
    has_dots: bool
    breaks: bool
    first: int
    longest: int
    last: int


TOKEN = Facts(True, True, False, breaks=False, first=TOKEN_LENGTH, longest=TOKEN_LENGTH, last=TOKEN_LENGTH)


@dataclass(frozen=True, slots=True)
class Skeleton:
    """The mails of one wording but for what differs. `gaps` are put into the empty places of `body`, by number.

    `eight_bit`: the server must take bytes beyond ASCII; `has_dots`: a line may begin with a dot, which SMTP doubles.
    """

    head: bytes
    body: tuple[bytes, ...]
    gaps: tuple[tuple[int, Gap], ...]
    eight_bit: bool
    has_dots: bool

    def fill(self, message: Message) -> bytes:
        """The whole mail with CRLF line ends. Raises ValueError on a header out of its place."""
        tokens = {place: token.encode() for place, token in message.tokens.items()}
        own = "".join([f"{line}\r\n" for line in own_lines(message)])
        mail = [self.head, own.encode(), *self.body]
        for number, gap in self.gaps:
            mail[number + 2] = gap.filled(tokens)
        return b"".join(mail)


class Encoder:
    """What pieces have become, for whoever has them next. All is let go when it takes more than ENCODED_KEPT bytes.

    Not the oldest alone: skeletons hold what they are made of, and a piece that were made again and again in turn with
    others would be held as often.
    """

    def __init__(self) -> None:
        self.facts = Kept(facts_of, self._grown)
        self.crlf = Kept(_bytes, self._grown)
        self.base64 = Kept(_encoded, self._grown)
        self.closed = Kept(_closed, self._grown)  # equal ones are one object: the same few stand in every edition
        self.size = 0

    def _grown(self, more: int) -> None:
        self.size += more
        if self.size > ENCODED_KEPT:
            self.size = 0
            for kept in (self.facts, self.crlf, self.base64, self.closed):
                kept.clear()


class Part(NamedTuple):
    """One body part, encoded, its own header before it."""

    pieces: tuple[bytes | Gap, ...]
    eight_bit: bool
    has_dots: bool


def as_bytes(message: Message) -> bytes:
    """The whole mail in ASCII: text and HTML as alternatives, or the text alone. Raises ValueError as `fill`."""
    return skeleton(message.wording, eight_bit=False).fill(message)


def skeleton(wording: Wording, *, eight_bit: bool) -> Skeleton:
    """The wording's skeleton, made once; `eight_bit` says that bytes beyond ASCII may travel as they are (RFC 6152)."""
    made: Skeleton | None = wording.encoded.get(eight_bit)
    if made is None:
        made = wording.encoded[eight_bit] = _made(wording, eight_bit=eight_bit)
    return made


def _made(wording: Wording, *, eight_bit: bool) -> Skeleton:
    head = "".join(f"{line}\r\n" for line in [*common_lines(wording), "MIME-Version: 1.0"]).encode()
    # A text without places is one reader's, a letter: nobody else will want its pieces.
    encoder = SHARED if any(isinstance(piece, Place) for piece in (*wording.text, *wording.html)) else Encoder()
    text = _part("plain", wording.text, encoder, eight_bit=eight_bit)
    parts = [text, _part("html", wording.html, encoder, eight_bit=eight_bit)] if wording.html else [text]
    body = _alternatives(parts) if wording.html else text.pieces
    return Skeleton(
        head=head,
        body=tuple([b"" if isinstance(piece, Gap) else piece for piece in body]),
        gaps=tuple([(number, piece) for number, piece in enumerate(body) if isinstance(piece, Gap)]),
        eight_bit=any(part.eight_bit for part in parts),
        has_dots=any(part.has_dots for part in parts),
    )


def _alternatives(parts: Iterable[Part]) -> tuple[bytes | Gap, ...]:
    opening = f'Content-Type: multipart/alternative; boundary="{BOUNDARY}"\r\n\r\n'
    body: list[bytes | Gap] = [opening.encode()]
    for part in parts:
        body += [f"--{BOUNDARY}\r\n".encode(), *part.pieces, b"\r\n"]
    return (*body, f"--{BOUNDARY}--\r\n".encode())


def _part(subtype: str, pieces: Pieces, encoder: Encoder, *, eight_bit: bool) -> Part:
    """The part in the first encoding that it fits: 7bit, 8bit where that is allowed, base64.

    A mail has hundreds of pieces and a few places: all are looked up at once, and the places corrected.
    """
    lines = list(filter(None, pieces))
    if not lines or isinstance(lines[-1], Place) or not lines[-1].endswith(("\n", "\r")):
        lines.append("\n")
    places = [(number, piece) for number, piece in enumerate(lines) if isinstance(piece, Place)]
    facts = list(map(encoder.facts.__getitem__, lines))
    for number, _place in places:
        facts[number] = TOKEN
    ascii, safe, dots, *_lengths = zip(*facts, strict=True)
    is_ascii = all(ascii)
    if (is_ascii or eight_bit) and all(safe) and _longest(facts) <= LONGEST_LINE:
        encoding, has_dots = "7bit" if is_ascii else "8bit", any(dots)
        body: list[bytes | Gap] = list(map(encoder.crlf.__getitem__, lines))
        for number, place in places:
            body[number] = _bare(place)
    else:
        encoding, has_dots, body = "base64", False, list(_base64(lines, encoder))
    head = f"Content-Type: text/{subtype}; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n".encode()
    return Part((head, *body), encoding == "8bit", has_dots)


def _longest(facts: Iterable[Facts]) -> int:
    """The bytes of the longest line."""
    longest = line = 0
    for fact in facts:
        line += fact.first
        if fact.breaks:
            longest = max(longest, line, fact.longest)
            line = fact.last
    return max(longest, line)


@cache
def _bare(place: Place) -> Gap:
    return Gap((place,), base64=False)


def _base64(pieces: Iterable[Piece], encoder: Encoder) -> Iterator[bytes | Gap]:
    """Base64 lines and gaps. `open_line` are the bytes and places that still lack some to a multiple of three."""
    open_line: list[bytes | Place] = []
    length = 0
    for piece in pieces:
        if isinstance(piece, Place):
            open_line.append(piece)
            length += TOKEN_LENGTH
            continue
        lacking = -length % 3
        borrowed = _bytes(piece[:lacking])[:lacking]
        if borrowed:
            open_line.append(borrowed)
            length += len(borrowed)
        if len(borrowed) < lacking:
            continue
        if open_line:
            yield encoder.closed[tuple(open_line)]
        lines, left = encoder.base64[piece, lacking]
        yield lines
        open_line, length = ([left], len(left)) if left else ([], 0)
    if open_line:
        yield encoder.closed[tuple(open_line)]


def _closed(parts: tuple[bytes | Place, ...]) -> bytes | Gap:
    gap = Gap(parts, base64=True)
    return gap if any(isinstance(part, Place) for part in parts) else gap.filled({})


def _encoded(piece_and_skip: tuple[str, int]) -> tuple[bytes, bytes]:
    """The piece from byte `skip` on as base64 lines, and the 0 to 2 bytes that are left over."""
    piece, skip = piece_and_skip
    data = _bytes(piece)
    end = len(data) - (len(data) - skip) % 3
    return _rows(data[skip:end]), data[end:]


def _rows(data: bytes) -> bytes:
    starts = range(0, len(data), BYTES_A_LINE)
    return b"".join([b2a_base64(data[start : start + BYTES_A_LINE], newline=False) + b"\r\n" for start in starts])


def _bytes(piece: str) -> bytes:
    return _with_newlines(piece).replace("\n", "\r\n").encode(errors="replace")


def _with_newlines(piece: str) -> str:
    """The piece with \\n for every line end."""
    return LINE_END.sub("\n", piece) if "\r" in piece else piece


def facts_of(piece: str) -> Facts:
    piece = _with_newlines(piece)
    lines = [len(line.encode(errors="replace")) for line in piece.split("\n")]
    return Facts(
        is_ascii=piece.isascii(),
        is_safe=UNSAFE.search(piece) is None and BOUNDARY not in piece,
        has_dots=piece.startswith(".") or "\n." in piece,
        breaks=len(lines) > 1,
        first=lines[0],
        longest=max(lines),
        last=lines[-1],
    )


SHARED = Encoder()

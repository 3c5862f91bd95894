"""In which encoding a list is written: what its first octets say, else what makes sense of all of it. Pure."""

import codecs
from collections.abc import Callable
from typing import BinaryIO

from newsletter.subscribers.importing.outcomes import Problem, Unreadable

PIECE = 1 << 20  # octets
SAMPLE = 1 << 16  # octets with no ASCII in them are enough to tell one script from another
PACKED = (b"PK\x03\x04", b"\x1f\x8b", b"\xd0\xcf\x11\xe0", b"7z\xbc\xaf", b"Rar!", b"%PDF")
MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
LIKELY = 0.5  # of the characters outside ASCII must be everyday ones of a script


def find(file: BinaryIO) -> str:
    """The name of a codec that reads the file, with errors="replace". Raises Unreadable for what is no text."""
    head = file.read(PIECE)
    file.seek(0)
    if not head.strip(b"\0\t\r\n \xef\xbb\xbf\xff\xfe"):
        raise Unreadable(Problem.EMPTY)
    if head.startswith(PACKED):
        raise Unreadable(Problem.PACKED)
    marked = next((name for mark, name in MARKS if head.startswith(mark)), None)
    return marked or _without_mark(head) or _utf8_or_older(file)


def _without_mark(head: bytes) -> str | None:
    """UTF-16, whose every second octet is zero as far as the text is Latin."""
    even, odd = head[::2].count(0), head[1::2].count(0)
    if not even + odd:
        return None
    enough = len(head) // 5
    if odd > enough and not even:
        return "utf-16-le"
    if even > enough and not odd:
        return "utf-16-be"
    raise Unreadable(Problem.BINARY)


def _utf8_or_older(file: BinaryIO) -> str:
    """UTF-8 also where a character is cut off: half a file, or one stray octet among many good ones."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    good = bad = 0
    sample = bytearray()
    while piece := file.read(PIECE):
        text = decoder.decode(piece)
        outside = sum(map(_is_outside_ascii, text)) if not text.isascii() else 0
        broken = text.count("\ufffd")
        good, bad = good + outside - broken, bad + broken
        if len(sample) < SAMPLE and outside:
            sample += b"\n".join(line for line in piece.splitlines() if not line.isascii())[:SAMPLE]
    file.seek(0)
    return "utf-8" if bad * 10 <= good or not bad else _older(bytes(sample))


def _older(sample: bytes) -> str:
    """Korean or Japanese where that makes everyday words of it, else what Western Windows writes."""
    scores = {name: _score(sample, name, everyday) for name, everyday in SCRIPTS.items()}
    best = max(scores, key=lambda name: scores[name])
    return best if scores[best] > LIKELY else "cp1252"


def _score(sample: bytes, name: str, everyday: Callable[[str], bool]) -> float:
    outside = [letter for letter in sample.decode(name, "replace") if not letter.isascii()]
    return sum(map(everyday, outside)) / len(outside) if outside else 0.0


def _is_outside_ascii(letter: str) -> bool:
    return letter > "\x7f"


def _is_everyday_korean(letter: str) -> bool:
    """One of the 2,350 syllables of KS X 1001: by chance cp949 makes the other nine thousand."""
    try:
        return "가" <= letter <= "힣" and len(letter.encode("euc_kr")) == 2
    except UnicodeEncodeError:
        return False


def _is_everyday_japanese(letter: str) -> bool:
    """Kana, and kanji that begin with an octet which Western letters do not have."""
    encoded = letter.encode("cp932", "replace")
    return len(encoded) == 2 and encoded[0] < 0xA0


SCRIPTS: dict[str, Callable[[str], bool]] = {"cp949": _is_everyday_korean, "cp932": _is_everyday_japanese}

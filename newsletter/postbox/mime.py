"""The header of a mail as it travels (RFC 5322, 2047). Pure; what stands below it is skeleton.py's.

Header lines are ASCII, whatever the language; only an address with another script before its @ needs UTF-8 (and a
server with SMTPUTF8).
"""

import re
from base64 import b64encode
from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache

from newsletter.postbox.message import Message, Wording

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
PRINTABLE = re.compile(r"[\x20-\x7e]*\Z")
FIELD_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*\Z")
NOT_IN_ADDRESS = re.compile(r"[\s\x00-\x20\x7f-\x9f<>()\[\]\\,;:\"@]")
PHRASE = re.compile(r"[A-Za-z0-9 !#$%&'*+/=?^_`{|}~-]+\Z")
OURS = {"from", "to", "cc", "bcc", "reply-to", "subject", "date", "mime-version", "sender", "return-path"}
LONGEST_LINE = 998  # without CRLF: RFC 5322, 2.1.1
FOLDED_LINE = 76  # of a line with encoded words: RFC 2047, 2
ENCODED_BYTES = 45  # UTF-8 bytes in a full encoded word: 60 characters of base64 and 12 around them


def common_lines(wording: Wording) -> list[str]:
    """The header lines that all readers get, but MIME's own, folded. Raises ValueError as `own_lines` does."""
    reply_to = [f"Reply-To: {address(wording.reply_to)}"] if wording.reply_to else []
    return [
        f"From: {_display_name('From', wording.sender_name)} <{address(wording.sender_address)}>",
        *reply_to,
        f"Subject: {_unstructured('Subject', wording.subject)}",
        *(_further(name, value) for name, value in wording.headers.items()),
    ]


def own_lines(message: Message) -> list[str]:
    """The header lines of one reader. Raises ValueError on what would break out of its place."""
    return [
        f"To: {address(message.to)}",
        f"Date: {_date(message.date)}",
        *(_further(name, value) for name, value in message.headers.items()),
    ]


@lru_cache(maxsize=64)
def _date(moment: datetime) -> str:
    return format_datetime(moment)


@lru_cache(maxsize=2048)  # asked for some times in a call, of as many readers as it has
def address(text: str) -> str:
    """The address as it travels, its domain in ASCII (IDNA). Raises ValueError on what is none."""
    local, _at, domain = text.rpartition("@")
    if not local or not domain or NOT_IN_ADDRESS.search(local) or NOT_IN_ADDRESS.search(domain):
        raise ValueError("not an e-mail address")
    return f"{local}@{domain if domain.isascii() else domain.encode('idna').decode()}"


def one_line(text: str) -> str:
    """`text` without line ends and control characters: what may stand in a subject or a name."""
    return CONTROL.sub(" ", text).strip()


def _further(name: str, value: str) -> str:
    if not _is_further(name):
        raise ValueError(f"not a header of its own: {name!r}")
    if not (value.isascii() and value.isprintable()) or len(name) + 2 + len(value) > LONGEST_LINE:
        raise ValueError(f"the header {name} is too long or not plain ASCII")
    return f"{name}: {value}"


@lru_cache(maxsize=64)
def _is_further(name: str) -> bool:
    known = name.lower()
    return bool(FIELD_NAME.match(name)) and known not in OURS and not known.startswith("content-t")


@lru_cache(maxsize=256)  # the editions of a language share their subject, and all of them the Sender's name
def _unstructured(name: str, text: str) -> str:
    """`text` as it is where it can be, else as encoded words."""
    line = one_line(text)
    if PRINTABLE.match(line) and "=?" not in line and len(name) + 2 + len(line) <= FOLDED_LINE:
        return line
    return _encoded(line, room=FOLDED_LINE - len(name) - 2)


@lru_cache(maxsize=256)
def _display_name(name: str, text: str) -> str:
    line = one_line(text)
    if not PRINTABLE.match(line) or "=?" in line or len(line) > 60:
        return _encoded(line, room=FOLDED_LINE - len(name) - 2)
    if PHRASE.match(line):
        return line
    return '"' + line.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _encoded(text: str, *, room: int) -> str:
    """`text` as encoded words, cut between characters, one a line; `room` characters on the first line."""
    words: list[str] = []
    piece, most = b"", (room - 12) // 4 * 3
    for char in text:
        encoded = char.encode(errors="replace")
        if len(piece) + len(encoded) > most:
            words.append(f"=?utf-8?b?{b64encode(piece).decode()}?=")
            piece, most = b"", ENCODED_BYTES
        piece += encoded
    return "\r\n ".join([*words, f"=?utf-8?b?{b64encode(piece).decode()}?="])

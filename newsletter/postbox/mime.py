"""From a Message to the bytes that travel (RFC 5322, 2045, 2047). Pure.

The bytes are ASCII, whatever the language, so that every server takes them unchanged and a DKIM signature
holds; only an address with another script before its @ needs UTF-8 (and a server with SMTPUTF8).
"""

import re
from base64 import b64encode
from binascii import b2a_base64
from email.utils import format_datetime

from newsletter.postbox.message import Message

LINE_END = re.compile(r"\r\n|\r|\n")
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
PRINTABLE = re.compile(r"[\x20-\x7e]*\Z")
FIELD_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*\Z")
NOT_IN_ADDRESS = re.compile(r"[\s\x00-\x20\x7f-\x9f<>()\[\]\\,;:\"@]")
PLAIN_BODY = re.compile(r"[\t\n\x20-\x7e]*\Z")
PHRASE = re.compile(r"[A-Za-z0-9 !#$%&'*+/=?^_`{|}~-]+\Z")
BOUNDARY = "=_paperboy"  # no line of base64 has "=_", and a body that has it is sent as base64
OURS = {"from", "to", "cc", "bcc", "reply-to", "subject", "date", "mime-version", "sender", "return-path"}
LONGEST_LINE = 998  # without CRLF: RFC 5322, 2.1.1
FOLDED_LINE = 76  # of a line with encoded words: RFC 2047, 2
ENCODED_BYTES = 45  # UTF-8 bytes in a full encoded word: 60 characters of base64 and 12 around them


def as_bytes(message: Message) -> bytes:
    """The whole mail with CRLF line ends: text and HTML as alternatives, or the text alone.

    Raises ValueError on an address or a header that would break out of its place.
    """
    headers = "".join(f"{line}\r\n" for line in [*header_lines(message), "MIME-Version: 1.0"])
    return (headers + _body(message)).encode()


def header_lines(message: Message) -> list[str]:
    """Every header but MIME's own, folded. Raises ValueError as `as_bytes` does."""
    reply_to = [f"Reply-To: {address(message.reply_to)}"] if message.reply_to else []
    return [
        f"From: {_display_name('From', message.sender_name)} <{address(message.sender_address)}>",
        f"To: {address(message.to)}",
        *reply_to,
        f"Subject: {_unstructured('Subject', message.subject)}",
        f"Date: {format_datetime(message.date)}",
        *(_further(name, value) for name, value in message.headers.items()),
    ]


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
    if not FIELD_NAME.match(name) or name.lower() in OURS or name.lower().startswith("content-t"):
        raise ValueError(f"not a header of its own: {name!r}")
    if not PRINTABLE.match(value) or len(name) + 2 + len(value) > LONGEST_LINE:
        raise ValueError(f"the header {name} is too long or not plain ASCII")
    return f"{name}: {value}"


def _unstructured(name: str, text: str) -> str:
    """`text` as it is where it can be, else as encoded words."""
    line = one_line(text)
    if PRINTABLE.match(line) and "=?" not in line and len(name) + 2 + len(line) <= FOLDED_LINE:
        return line
    return _encoded(line, room=FOLDED_LINE - len(name) - 2)


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


def _body(message: Message) -> str:
    text = _part("plain", message.text)
    if not message.html:
        return text
    parts = "".join(f"--{BOUNDARY}\r\n{part}\r\n" for part in (text, _part("html", message.html)))
    return f'Content-Type: multipart/alternative; boundary="{BOUNDARY}"\r\n\r\n{parts}--{BOUNDARY}--\r\n'


def _part(subtype: str, text: str) -> str:
    lines = LINE_END.sub("\n", text)
    lines = lines if lines.endswith("\n") else f"{lines}\n"
    plain = _fits_as_it_is(lines)
    body = lines.replace("\n", "\r\n") if plain else _base64(lines.replace("\n", "\r\n").encode(errors="replace"))
    encoding = "7bit" if plain else "base64"
    return f"Content-Type: text/{subtype}; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n{body}"


def _fits_as_it_is(text: str) -> bool:
    is_plain = PLAIN_BODY.match(text) is not None and BOUNDARY not in text
    return is_plain and max(map(len, text.split("\n"))) <= LONGEST_LINE


def _base64(data: bytes) -> str:
    rows = (b2a_base64(data[start : start + 57], newline=False).decode() for start in range(0, len(data), 57))
    return "".join(f"{row}\r\n" for row in rows)

"""Shapes of mails that take a parser minutes to read, seen before one reads them. Pure.

The standard library's parser is recursive, and quadratic in the parts of a header. As Anymail uses it, it needs ten
seconds for 64 kB of semicolons.
"""

import re
from base64 import b64decode
from collections.abc import Iterator, Mapping

PARTS, SEPARATORS = 30, 1000
LONG_HEADER = re.compile(rb"(?im)^content-[a-z-]+:(?:[^\r\n]|\r?\n[ \t]){1000}")

# Where providers that have taken a mail apart put its headers: Mailgun, Mailjet, Postmark and SendGrid.
HEADERS = re.compile(
    r"(?:.*-)?headers|(?:from|to|cc|bcc)full|subject|replyto|date|contenttype|contentid|name", re.IGNORECASE
)
UNFOLDED = re.compile(rb"\r?\n(?![ \t])")
LONGEST_HEADER, ALL_HEADERS = 8000, 64_000  # octets; the parser needs 0.2 s for the worst header of 8000


def is_hostile(mail: bytes) -> bool:
    """Whether the mail (RFC 5322) has too many parts, or a header of its content is too long."""
    parts, separators = re.findall(rb"(?i)content-type:", mail), re.findall(rb"(?m)^--", mail)
    return len(parts) > PARTS or len(separators) > SEPARATORS or LONG_HEADER.search(mail) is not None


def is_hostile_within(said: object) -> bool:
    """Whether what a provider says (lists, mappings, texts and octets) holds such a mail: whole, in base64, or taken
    apart.
    """
    of_headers = 0
    for is_header, text in _texts(said):
        if is_header:
            of_headers += len(text)
            if of_headers > ALL_HEADERS or max(map(len, UNFOLDED.split(text))) > LONGEST_HEADER:
                return True
        if any(map(is_hostile, _mails(text))):
            return True
    return False


def _texts(said: object) -> Iterator[tuple[bool, bytes]]:
    """Each text, however deep, and whether it stands where headers do."""
    waiting = [(False, said)]
    while waiting:
        is_header, found = waiting.pop()
        if isinstance(found, (str, bytes)):
            yield is_header, found.encode(errors="replace") if isinstance(found, str) else found
        elif isinstance(found, Mapping):
            waiting += [(is_header or bool(HEADERS.fullmatch(str(key))), value) for key, value in found.items()]
        elif isinstance(found, (list, tuple)):
            waiting += [(is_header, value) for value in found]


def _mails(text: bytes) -> Iterator[bytes]:
    """The mails that the text may be."""
    yield text
    try:
        yield b64decode(text)
    except ValueError:  # not base64
        return

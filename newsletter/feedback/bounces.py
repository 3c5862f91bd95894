"""What a mail that came back says: a bounce or a complaint, and about which delivery. Pure.

A delivery is believed by the signature in the return path alone (postbox/returns.py): anybody can write a mail. Read
are delivery status notifications (RFC 3464), complaints (RFC 5965), and, with care, the bounces of mail servers that
know neither. Whatever the mail is, nothing here raises.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, message_from_string
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime
from hashlib import sha256

from newsletter.feedback.shapes import is_hostile
from newsletter.postbox.returns import delivery_of

LARGEST = 256 * 1024  # octets that are read: the report stands before the mail that is returned
VALUE, WORDS = 4000, 20_000  # characters of a header's value and of a text that are read
# What the standard library raises on broken mails, such as a character set named with a NUL.
UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError)

CAME_TO = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "To")
STATUS_PARTS = ("message/delivery-status", "message/global-delivery-status")
# RFC 3463: no such mailbox, no such domain, no address, moved away, the domain takes no mail; the mailbox is disabled.
# The other 5.1.x are the sender's own address, or say too little. 5.2.2 is full, 5.7.x is policy: they may pass.
HARD = {"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"}
ACTIONS = {"delivered": "delivered", "expanded": "delivered", "delayed": "deferred"}
MILDEST_FIRST = ("delivered", "deferred", "bounced_soft", "bounced_hard")

STATUS = re.compile(r"\s*([245]\.\d{1,3}\.\d{1,3})(?![.\d])", re.ASCII)
DIAGNOSTIC = re.compile(r"(?:^|;)\s*(?:[245]\d\d[ -])?#?([245]\.\d{1,3}\.\d{1,3})(?![.\d])", re.ASCII)
IN_WORDS = re.compile(r"(?:\b5\d\d[ -]#?|#)(5\.\d{1,3}\.\d{1,3})(?![.\d])", re.ASCII)
# Where a mail server's own words end and the mail that is returned begins: a paper may well have a section 5.1.1.
RETURNED = re.compile(
    r"^[ \t]*--[^\n]{0,100}(?:copy of|original message|unsent message|returned message)|^(?:Received|Return-Path):",
    re.IGNORECASE | re.MULTILINE,
)
LATER = re.compile(r"\b(?:warning|delay|delayed)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class BounceReport:
    """`kind` is one of Event.Kind, `code` the status after RFC 3463 if there is one; `at` is what the mail claims."""

    delivery: int
    kind: str
    code: str
    message_id: str
    at: datetime | None

    @property
    def external_id(self) -> str:
        """The same for the same mail, whichever way and how often it comes."""
        return sha256(f"{self.message_id}\n{self.kind}\n{self.delivery}".encode(errors="replace")).hexdigest()


def report_of(data: bytes, *, keys: Mapping[int, bytes], recipients: Sequence[str] = ()) -> BounceReport | None:
    """What the mail `data` (RFC 5322) reports; None where it reports nothing, or of no delivery that `keys` signed.

    `recipients` are those of its envelope, where they are known. Only the first 256 kB are read.
    """
    data = data[:LARGEST]
    if is_hostile(data):
        return None
    try:
        return _report(message_from_bytes(data), keys, recipients)
    except UNREADABLE:
        return None


def _report(mail: Message, keys: Mapping[int, bytes], recipients: Sequence[str]) -> BounceReport | None:
    kind, code = _found(mail)
    if not kind:
        return None
    places = [*recipients, *_values(mail, CAME_TO)]
    if kind == "complained":  # it comes to the address that the provider knows, not to the return path
        places += _mailed_from(mail)
    named = (delivery_of(place, keys=keys) for place in places)
    delivery = next((delivery for delivery in named if delivery is not None), None)
    if delivery is None:
        return None
    return BounceReport(delivery, kind, code, _identity(mail), _date(mail))


def _found(mail: Message) -> tuple[str, str]:
    """The kind and the status code; an empty kind where it is neither bounce nor complaint."""
    for part in _parts(mail):
        if part.get_content_type() in STATUS_PARTS:
            return _from_status(part)
        if part.get_content_type() == "message/feedback-report":
            said = _value(_inner(part), "Feedback-Type").strip().lower()
            return ("complained", "") if said == "abuse" else ("", "")
    return _from_words(mail) if _is_from_a_server(mail) else ("", "")


def _from_status(part: Message) -> tuple[str, str]:
    """RFC 3464. Of several recipients (an alias stood behind the address) the one with the mildest report counts."""
    inner = part.get_payload()
    blocks = [block for block in inner if isinstance(block, Message)] if isinstance(inner, list) else []
    found = [one for one in map(_of_recipient, blocks) if one[0]]
    return min(found, key=lambda one: MILDEST_FIRST.index(one[0]), default=("", ""))


def _of_recipient(block: Message) -> tuple[str, str]:
    """One recipient's fields. The other server's own words, where they are quoted, are closer than the summary."""
    action = _value(block, "Action").strip().lower()
    quoted = DIAGNOSTIC.search(_value(block, "Diagnostic-Code"))
    summary = STATUS.match(_value(block, "Status"))
    match = quoted or summary
    code = match[1] if match else ""
    if action in ACTIONS:
        return ACTIONS[action], code
    if action == "failed" or (not action and code[:1] == "5"):
        return ("bounced_hard" if code in HARD else "bounced_soft"), code
    return ("deferred", code) if not action and code[:1] == "4" else ("", "")


def _from_words(mail: Message) -> tuple[str, str]:
    """A bounce without a report: soft, unless each code in the server's own words says that there is no such reader."""
    if LATER.search(_value(mail, "Subject")):
        return "deferred", ""
    words = RETURNED.split(_words(mail), maxsplit=1)[0]
    codes = IN_WORDS.findall(words)
    if codes and all(code in HARD for code in codes):
        return "bounced_hard", codes[0]
    return "bounced_soft", codes[0] if codes else ""


def _is_from_a_server(mail: Message) -> bool:
    """Not a person, and not an answering machine (RFC 3834), which writes from the reader's own address."""
    name = parseaddr(_value(mail, "From"))[1].partition("@")[0].lower()
    by_itself = _value(mail, "Auto-Submitted").strip().lower() not in {"", "no"}
    return bool(
        _value(mail, "X-Failed-Recipients")  # Exim
        or name == "mailer-daemon"
        or (name == "postmaster" and not by_itself)
    )


def _mailed_from(mail: Message) -> Iterator[str]:
    """Where a complaint's mail said that it came from: in the report, and on the mail that it returns."""
    for part in _parts(mail):
        kind = part.get_content_type()
        if kind in {"message/feedback-report", "message/rfc822"}:
            yield from _values(_inner(part), ("Original-Mail-From", "Return-Path"))
        elif kind == "text/rfc822-headers":
            yield from _values(message_from_string(_text(part)), ("Return-Path",))


def _parts(mail: Message) -> Iterator[Message]:
    """The parts of the mail itself, not those of a mail that it returns."""
    yield mail
    inner = mail.get_payload()
    if mail.get_content_maintype() == "multipart" and isinstance(inner, list):
        for part in inner:
            if isinstance(part, Message):
                yield from _parts(part)


def _inner(part: Message) -> Message:
    """The fields that a message/... part holds, however the parser has kept them."""
    inner = part.get_payload()
    if isinstance(inner, list) and inner and isinstance(inner[0], Message):
        return inner[0]
    return message_from_string(_text(part))


def _words(mail: Message) -> str:
    """The first text of the mail."""
    return next((_text(part) for part in _parts(mail) if part.get_content_maintype() == "text"), "")


def _text(part: Message) -> str:
    """The text of a part with plain line ends; what is not ASCII does not matter here."""
    body = part.get_payload(decode=True)
    return body[:WORDS].decode("ascii", "replace").replace("\r\n", "\n") if isinstance(body, bytes) else ""


def _values(mail: Message, names: Iterable[str]) -> list[str]:
    return [str(value)[:VALUE] for name in names for value in mail.get_all(name, [])]


def _value(mail: Message, name: str) -> str:
    return str(mail.get(name, ""))[:VALUE]


def _identity(mail: Message) -> str:
    """What tells this mail from others: its Message-ID, else what a server without one writes into each."""
    return _value(mail, "Message-ID").strip() or "\n".join(_values(mail, ("Date", "From", "Subject")))


def _date(mail: Message) -> datetime | None:
    try:
        at = parsedate_to_datetime(_value(mail, "Date"))
        return at.astimezone(UTC) if at.tzinfo is not None else None
    except (*UNREADABLE, OverflowError):
        return None

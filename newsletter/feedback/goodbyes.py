"""Which subscription a mail asks to end: the older way of leaving, by mailto: (RFC 2369). Pure.

Believed is the signature in the address that it came to (postbox/returns.py), and nothing else: who has the mail may
leave, from whichever address, as with the link. Whatever the mail is, nothing here raises.
"""

from collections.abc import Iterator, Mapping, Sequence
from email.message import Message
from email.parser import BytesHeaderParser

from newsletter.feedback.bounces import CAME_TO, LARGEST, UNREADABLE, VALUE
from newsletter.feedback.shapes import is_hostile
from newsletter.postbox.returns import subscription_of

NOBODY = "<>"  # the return path of what a mail server wrote itself: RFC 5321, 4.5.5


def subscription_left_by(data: bytes, *, keys: Mapping[int, bytes], recipients: Sequence[str] = ()) -> int | None:
    """The subscription that the mail `data` (RFC 5322) asks to end; None where no address of it is signed by `keys`.

    `recipients` are those of its envelope, where they are known. An answering machine or a mail server that writes
    to the address does not leave for its reader; a mail program that writes by itself, on one click, does.
    """
    data = data[:LARGEST]
    if is_hostile(data):
        return None
    try:
        mail = BytesHeaderParser().parsebytes(data)
        if _is_an_answer(mail):
            return None
        named = (subscription_of(place, keys=keys) for place in (*recipients, *_came_to(mail)))
        return next((subscription for subscription in named if subscription is not None), None)
    except UNREADABLE:
        return None


def _is_an_answer(mail: Message) -> bool:
    """RFC 3834 (auto-replied), RFC 3464 (a report), and whatever has nobody to answer to."""
    return (
        str(mail.get("Auto-Submitted", ""))[:VALUE].strip().lower().startswith("auto-replied")
        or mail.get_content_type() == "multipart/report"
        or str(mail.get("Return-Path", "")).strip() == NOBODY
    )


def _came_to(mail: Message) -> Iterator[str]:
    for name in CAME_TO:
        for value in mail.get_all(name, []):
            yield str(value)[:VALUE]

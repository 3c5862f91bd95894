"""One reader's mail: the edition's wording, and the reader's own links."""

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings

from digests.links import LEAVE, PREFERENCES, WEB, Place, address
from newsletter.delivery.claiming import Row
from newsletter.delivery.preparing import wording_of
from newsletter.postbox.headers import reader_headers
from newsletter.postbox.message import Message
from newsletter.postbox.models import Sender
from newsletter.postbox.returns import leave_path, return_path
from newsletter.postbox.senders import takes_mail
from newsletter.subscribers import tokens


class Messages:
    """Makes the mails of one Sender. Nothing in them varies by reader but the links and the headers about them."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender
        # Settings are looked up here: at thousands of mails a second, each look-up would show.
        self._keys: Mapping[int, bytes] = settings.LINK_KEYS
        self._site_url: str = settings.SITE_URL
        self._site_host: str = settings.SITE_HOST
        self._leave_address = sender.leave_address if takes_mail() else ""

    def make(self, row: Row, *, now: datetime, clock: datetime) -> Message:
        """The mail of a claimed row. The age of its links counts by `clock`: the one of the pages that read them."""
        if row.prepared is None:
            raise ValueError(f"delivery {row.id} has no edition")
        filled = reader_tokens(row.id, row.subscription, keys=self._keys, now=clock)
        bounce_address, leave_address = self._sender.bounce_address, self._leave_address
        return Message(
            row=row.id,
            to=row.address,
            wording=wording_of(row.prepared, self._sender),
            date=now,
            tokens=filled,
            headers=reader_headers(
                delivery=row.id,
                newsletter_slug=row.prepared.approved.content.newsletter,
                day=row.digest.day,
                site_host=self._site_host,
                leave_url=address(self._site_url, LEAVE, filled[LEAVE]),
                leave_mail=leave_path(leave_address, row.subscription, keys=self._keys) if leave_address else "",
            ),
            return_path=return_path(bounce_address, row.id, keys=self._keys) if bounce_address else "",
        )


def reader_tokens(delivery: int, subscription: int, *, keys: Mapping[int, bytes], now: datetime) -> dict[Place, str]:
    """The signed tokens of one reader's personal places."""
    return {
        LEAVE: tokens.make(tokens.Purpose.LEAVE, subscription, keys=keys, now=now),
        PREFERENCES: tokens.make(tokens.Purpose.PREFERENCES, subscription, keys=keys, now=now),
        WEB: tokens.make(tokens.Purpose.WEB, delivery, keys=keys, now=now),
    }

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
from newsletter.subscribers.tokens import Purpose


class Messages:
    """Makes mails of one Sender and one moment. Nothing varies by reader but the links and the headers about them.

    The age of the links counts by `clock`: the one of the pages that read them.
    """

    def __init__(self, sender: Sender, *, now: datetime, clock: datetime) -> None:
        self._sender = sender
        self._now = now
        # Settings are looked up here: at thousands of mails a second, each look-up would show.
        self._keys: Mapping[int, bytes] = settings.LINK_KEYS
        self._sign = tokens.maker(keys=self._keys, now=clock)
        self._site_url: str = settings.SITE_URL
        self._site_host: str = settings.SITE_HOST
        self._leave_address = sender.leave_address if takes_mail() else ""

    def make(self, row: Row) -> Message:
        """The mail of a claimed row."""
        if row.prepared is None:
            raise ValueError(f"delivery {row.id} has no edition")
        filled = self._tokens(row)
        bounce_address, leave_address = self._sender.bounce_address, self._leave_address
        return Message(
            row=row.id,
            to=row.address,
            wording=wording_of(row.prepared, self._sender),
            date=self._now,
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

    def _tokens(self, row: Row) -> dict[Place, str]:
        """The signed tokens of one reader's personal places."""
        return {
            LEAVE: self._sign(Purpose.LEAVE, row.subscription),
            PREFERENCES: self._sign(Purpose.PREFERENCES, row.subscription),
            WEB: self._sign(Purpose.WEB, row.id),
        }

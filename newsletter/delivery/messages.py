"""One reader's mail: the edition's wording, and the reader's own links."""

from datetime import datetime

from django.conf import settings
from django.utils import timezone

from digests.links import LEAVE, PREFERENCES, WEB, Place, address
from newsletter.delivery.claiming import Row
from newsletter.delivery.preparing import wording_of
from newsletter.postbox.headers import reader_headers
from newsletter.postbox.message import Message
from newsletter.postbox.models import Sender
from newsletter.postbox.returns import return_path
from newsletter.subscribers import tokens


def message(row: Row, sender: Sender, *, now: datetime) -> Message:
    """The mail of a claimed row. Nothing in it varies by reader but the links and the headers about them."""
    if row.prepared is None:
        raise ValueError(f"delivery {row.id} has no edition")
    # Their age counts by the clock of the pages that read them.
    filled = reader_tokens(row.id, row.subscription, now=timezone.now())
    return Message(
        row=row.id,
        to=row.address,
        wording=wording_of(row.prepared, sender),
        date=now,
        tokens=filled,
        headers=reader_headers(
            delivery=row.id,
            newsletter_slug=row.prepared.approved.content.newsletter,
            day=row.digest.day,
            site_host=settings.SITE_HOST,
            leave_url=address(settings.SITE_URL, LEAVE, filled[LEAVE]),
        ),
        return_path=return_path(sender.bounce_address, row.id, keys=settings.LINK_KEYS)
        if sender.bounce_address
        else "",
    )


def reader_tokens(delivery: int, subscription: int, *, now: datetime) -> dict[Place, str]:
    """The signed tokens of one reader's personal places."""
    keys = settings.LINK_KEYS
    return {
        LEAVE: tokens.make(tokens.Purpose.LEAVE, subscription, keys=keys, now=now),
        PREFERENCES: tokens.make(tokens.Purpose.PREFERENCES, subscription, keys=keys, now=now),
        WEB: tokens.make(tokens.Purpose.WEB, delivery, keys=keys, now=now),
    }

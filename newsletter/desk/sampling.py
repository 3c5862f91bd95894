"""A sample of what will be sent: the bytes of a mail as its first hop gets them, to nobody, with links of nobody."""

from datetime import datetime

from django.conf import settings

from digests.content import Content
from digests.links import LEAVE, address
from digests.rendering import Rendered
from newsletter.desk.previews import NOBODY
from newsletter.postbox.headers import digest_headers, reader_headers
from newsletter.postbox.message import Message, Wording
from newsletter.postbox.models import Sender
from newsletter.postbox.skeleton import as_bytes


def as_sent(content: Content, mail: Rendered, *, locale: str, sender: Sender, now: datetime) -> bytes:
    """The whole mail with all its headers. It goes to the sender's own address."""
    wording = Wording(
        sender_name=sender.name,
        sender_address=sender.address,
        reply_to=sender.reply_to,
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        headers=digest_headers(
            newsletter_slug=content.newsletter,
            newsletter_name=content.name,
            day=content.day,
            site_host=settings.SITE_HOST,
            locale=locale,
        ),
    )
    headers = reader_headers(
        delivery=1,
        newsletter_slug=content.newsletter,
        day=content.day,
        site_host=settings.SITE_HOST,
        leave_url=address(settings.SITE_URL, LEAVE, NOBODY[LEAVE]),
    )
    return as_bytes(Message(row=1, to=sender.address, wording=wording, date=now, tokens=NOBODY, headers=headers))

"""One reader's mail: the edition, rendered once per process, with the reader's own links filled in."""

from datetime import datetime
from functools import lru_cache

from django.conf import settings
from django.utils import timezone

from digests.editions import content_of, key_of
from digests.links import LEAVE, PREFERENCES, WEB, Marks, address
from digests.models import Edition
from digests.rendering import Rendered, render
from newsletter.delivery.models import Delivery
from newsletter.postbox.headers import digest_headers
from newsletter.postbox.message import Message
from newsletter.postbox.models import Sender
from newsletter.subscribers import tokens

EDITIONS_KEPT = 500  # rendered editions a process remembers, of 50-100 kB each


def message(delivery: Delivery, sender: Sender, *, now: datetime) -> Message:
    """The mail of a claimed delivery. Nothing in it varies by reader but the links and the headers about them."""
    edition = delivery.edition
    if edition is None:
        raise ValueError(f"delivery {delivery.pk} has no edition")
    marks, rendered = rendered_edition(edition.pk)
    filled = reader_tokens(delivery, now=timezone.now())  # their age counts by the clock of the pages that read them
    return Message(
        id=f"d{delivery.pk}",
        sender_name=sender.name,
        sender_address=sender.address,
        reply_to=sender.reply_to,
        to=delivery.subscription.subscriber.address,
        subject=rendered.subject,
        text=marks.fill(rendered.text, filled),
        html=marks.fill(rendered.html, filled),
        headers=digest_headers(
            delivery=delivery.pk,
            newsletter_slug=delivery.digest.newsletter.slug,
            newsletter_name=delivery.digest.newsletter.name,
            day=delivery.digest.day,
            site_host=settings.SITE_HOST,
            locale=edition.locale,
            leave_url=address(settings.SITE_URL, LEAVE, filled[LEAVE]),
        ),
        date=now,
    )


def reader_tokens(delivery: Delivery, *, now: datetime) -> dict[str, str]:
    """The signed tokens of one reader's personal places."""
    numbers = {
        LEAVE: (tokens.Purpose.LEAVE, delivery.subscription_id),
        PREFERENCES: (tokens.Purpose.PREFERENCES, delivery.subscription_id),
        WEB: (tokens.Purpose.WEB, delivery.pk),
    }
    return {
        place: tokens.make(purpose, number, keys=settings.LINK_KEYS, now=now)
        for place, (purpose, number) in numbers.items()
    }


@lru_cache(maxsize=EDITIONS_KEPT)
def rendered_edition(edition_id: int) -> tuple[Marks, Rendered]:
    """An Edition never changes once it is there, so its id is enough to remember it by."""
    edition = Edition.objects.select_related("revision").get(pk=edition_id)
    marks = Marks.fresh(settings.SITE_URL)
    content = content_of(edition.revision)
    return marks, render(content, key_of(edition), site_url=settings.SITE_URL, link=marks.link)

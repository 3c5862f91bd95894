"""The letters of this room: confirm your subscription, and your link."""

from datetime import datetime

from digests.locales import city
from digests.looks import look
from newsletter.postbox import letters
from newsletter.postbox.models import Letter
from newsletter.postbox.queries import sender_of
from newsletter.subscribers.audience import page_locale
from newsletter.subscribers.links import link_to
from newsletter.subscribers.models import Subscription
from newsletter.subscribers.tokens import Purpose


def write_confirm(subscription: Subscription, *, now: datetime) -> Letter:
    """Asks the reader to confirm; the link holds for 7 days."""
    return _write(subscription, Letter.Kind.CONFIRM, link_to(Purpose.CONFIRM, subscription, now=now), now)


def write_link(subscription: Subscription, *, now: datetime) -> Letter:
    """Sends the link to the reader's preferences; it holds for 90 days."""
    return _write(subscription, Letter.Kind.LINK, link_to(Purpose.PREFERENCES, subscription, now=now), now)


def _write(subscription: Subscription, kind: Letter.Kind, url: str, now: datetime) -> Letter:
    newsletter, locale = subscription.newsletter, page_locale(subscription)
    context = {
        "newsletter": {
            "name": newsletter.name,
            "accent": newsletter.accent,
            "postal_address": newsletter.postal_address,
        },
        "look": look(locale, newsletter.accent),
        "url": url,
        "clock": f"{subscription.hour:02}:00",
        "city": city(subscription.time_zone, locale),
    }
    return letters.write(
        sender=sender_of(newsletter),
        kind=kind,
        to=subscription.subscriber.address,
        locale=locale,
        context=context,
        now=now,
    )

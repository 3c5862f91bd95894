"""The letters of this room: confirm your subscription, your link, your data, and a new address."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse

from digests.locales import city
from digests.looks import look
from newsletter.postbox import letters
from newsletter.postbox.models import Letter
from newsletter.postbox.queries import sender_of
from newsletter.subscribers.audience import page_locale
from newsletter.subscribers.links import link_to
from newsletter.subscribers.models import Move, Subscription
from newsletter.subscribers.tokens import Purpose


def write_confirm(subscription: Subscription, *, now: datetime) -> Letter:
    """Asks the reader to confirm; the link holds for 7 days."""
    return _write(subscription, Letter.Kind.CONFIRM, link_to(Purpose.CONFIRM, subscription, now=now), now)


def write_invitation(subscription: Subscription, *, now: datetime) -> Letter:
    """Asks a reader of a list to confirm; the link holds for 30 days."""
    url = link_to(Purpose.INVITE, subscription, now=now)
    return _write(subscription, Letter.Kind.CONFIRM, url, now, is_invited=True)


def write_link(subscription: Subscription, *, now: datetime) -> Letter:
    """Sends the link to the reader's preferences; it holds for 90 days."""
    return _write(subscription, Letter.Kind.LINK, link_to(Purpose.PREFERENCES, subscription, now=now), now)


def write_data(voice: Subscription, *, now: datetime) -> Letter:
    """Sends the link to all that is known of the subscriber; it holds for a day. `voice` is who speaks to them."""
    return _write(voice, Letter.Kind.DATA, link_to(Purpose.DATA, voice.subscriber, now=now), now)


def write_move(move: Move, voice: Subscription, *, now: datetime) -> Letter:
    """Asks the old mailbox; without the new address, which somebody else may have typed."""
    return _write(voice, Letter.Kind.MOVE, link_to(Purpose.MOVE, move, now=now), now)


def write_arrive(move: Move, voice: Subscription, *, now: datetime) -> Letter:
    """Asks the new mailbox; without the old address, and of one newsletter alone."""
    return _write(voice, Letter.Kind.ARRIVE, link_to(Purpose.ARRIVE, move, now=now), now, to=move.address)


def write_taken(move: Move, voice: Subscription, *, now: datetime) -> Letter:
    """Tells the new mailbox that it reads here already, and where it finds what is known of it."""
    return _write(voice, Letter.Kind.TAKEN, settings.SITE_URL + reverse("ask_for_data"), now, to=move.address)


def _write(
    subscription: Subscription, kind: Letter.Kind, url: str, now: datetime, *, to: str = "", is_invited: bool = False
) -> Letter:
    newsletter, locale = subscription.newsletter, page_locale(subscription)
    context = {
        "newsletter": {
            "name": newsletter.name,
            "accent": newsletter.accent,
            "postal_address": newsletter.postal_address,
        },
        "look": look(locale, newsletter.accent),
        "url": url,
        "is_invited": is_invited,
        "clock": f"{subscription.hour:02}:00",
        "city": city(subscription.time_zone, locale),
    }
    return letters.write(
        sender=sender_of(newsletter),
        kind=kind,
        to=to or subscription.subscriber.address,
        locale=locale,
        context=context,
        now=now,
    )

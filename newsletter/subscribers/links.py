"""Addresses of a reader's own pages."""

from datetime import datetime

from django.conf import settings

from digests.links import address
from newsletter.subscribers import tokens
from newsletter.subscribers.models import Move, Subscriber, Subscription
from newsletter.subscribers.tokens import Purpose


def link_to(purpose: Purpose, named: Subscription | Subscriber | Move, *, now: datetime) -> str:
    """https://papers.example.org/preferences/TOKEN/, signed at `now` for what this purpose names by its number."""
    token = tokens.make(purpose, named.pk, keys=settings.LINK_KEYS, now=now)
    return address(settings.SITE_URL, tokens.door(purpose).name.lower(), token)

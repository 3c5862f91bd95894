"""Visits to the reader's pages, as a browser or a mail program would make them."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.test import Client
from django.utils import timezone

from digests.models import Newsletter
from newsletter.postbox.models import Letter
from newsletter.subscribers import asking, tokens
from newsletter.subscribers.models import Ask, Consent, Knock, Move, Subscriber, Subscription, Suppression
from newsletter.subscribers.tokens import Purpose

ALICE = "alice@example.org"


def browser() -> Client:
    """Somebody without any cookie; a request that wants one is refused, as on the real site."""
    return Client(enforce_csrf_checks=True)


def filled(**values: str) -> dict[str, str]:
    """The sign-up form as Alice fills it in."""
    return {"address": ALICE, "locale": "en", "time_zone": "Asia/Seoul", "hour": "7", "remarks": ""} | values


def chosen(**values: str | list[str]) -> dict[str, str | list[str]]:
    """The preferences form as Alice sends it."""
    return {
        "locale": "en",
        "second_locale": "",
        "time_zone": "Asia/Seoul",
        "hour": "7",
        "weekdays": ["1", "2", "4", "8", "16"],
        "paused_until": "",
        "authors": "",
        "words": "",
        "avoided": "",
        "least_votes": "0",
        "most_papers": "",
        "when_empty": "skip",
        "detail": "full",
        "format": "html",
        **values,
    }


def path_of(newsletter: Newsletter) -> str:
    return f"/join/{newsletter.slug}/"


def link(purpose: Purpose, named: Subscription | Subscriber | Move, *, age: timedelta = timedelta(0)) -> str:
    """The path of a signed link that is `age` old."""
    token = tokens.make(purpose, named.pk, keys=settings.LINK_KEYS, now=timezone.now() - age)
    return f"/{tokens.door(purpose).name.lower()}/{token}/"


def link_in(letter: Letter) -> str:
    """The path of the one link in a letter's text."""
    return next(urlsplit(line).path for line in letter.text.splitlines() if line.startswith(settings.SITE_URL))


def links_in(page: str, beginning: str) -> list[str]:
    """Where on this site a page's links and forms lead that begin like this and go on."""
    return re.findall(f'(?:href|action)="(?:{settings.SITE_URL})?({beginning}[^"]+)"', page)


def a_moment_passes() -> int:
    """The timetable answers what was asked for; how much it was."""
    return asking.answer(now=timezone.now())


def everything() -> list[object]:
    """All that is known of readers, to see whether anything has changed."""
    tables = (Subscriber, Subscription, Consent, Letter, Ask, Knock, Move, Suppression)
    return [list(table.objects.order_by("pk").values()) for table in tables]

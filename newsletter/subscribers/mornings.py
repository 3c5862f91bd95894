"""The sentences that tell a reader when the next digest comes. Pure; in the language that is active."""

from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from digests.locales import city, clock, long_date


class Sentence(Protocol):
    def __call__(self, morning: datetime, *, zone: str, locale: str, now: datetime) -> str: ...


def first_digest(morning: datetime, *, zone: str, locale: str, now: datetime) -> str:
    """`Your first digest comes tomorrow at 07:00 (Seoul).`"""
    sentences = (
        _("Your first digest comes today at %(clock)s (%(city)s)."),
        _("Your first digest comes tomorrow at %(clock)s (%(city)s)."),
        _("Your first digest comes on %(day)s at %(clock)s (%(city)s)."),
    )
    return _sentence(sentences, morning, zone=zone, locale=locale, now=now)


def next_digest(morning: datetime, *, zone: str, locale: str, now: datetime) -> str:
    """`Your next digest comes on Monday, 8 April 2024 at 07:00 (Seoul).`"""
    sentences = (
        _("Your next digest comes today at %(clock)s (%(city)s)."),
        _("Your next digest comes tomorrow at %(clock)s (%(city)s)."),
        _("Your next digest comes on %(day)s at %(clock)s (%(city)s)."),
    )
    return _sentence(sentences, morning, zone=zone, locale=locale, now=now)


def _sentence(sentences: tuple[str, str, str], morning: datetime, *, zone: str, locale: str, now: datetime) -> str:
    """The one of today, tomorrow and a later day, by the calendar of `zone`.

    After its hour a digest that a reader takes back in time comes as soon as planning has looked at all readers.
    """
    if morning <= now:
        return _("Your digest comes within a quarter of an hour.")
    there = ZoneInfo(zone)
    day, today = morning.astimezone(there).date(), now.astimezone(there).date()
    sentence = sentences[min((day - today) // timedelta(days=1), 2)]
    return sentence % {
        "clock": clock(morning, there, locale),
        "city": city(zone, locale),
        "day": long_date(day, locale),
    }

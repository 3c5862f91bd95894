"""What a digest's mails say beside their papers where an editor has written nothing. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import translation

from digests import phrases
from digests.columns import shorten
from digests.locales import spoken
from digests.markup import line
from digests.rendering import SEPARATOR
from digests.stock import TITLES_BESIDE


@dataclass(frozen=True, slots=True)
class Proposal:
    """For a reader who gets all papers; others see the titles of their own."""

    subject: str
    preheader: str


def propose(titles: Sequence[str], day: date, *, kind: str, locale: str, default_locale: str) -> Proposal:
    """The subject and the preheader as rendering makes them of the digest's titles, in their order."""
    ours = spoken(locale, default_locale)
    with translation.override(ours):
        if titles:
            subject = phrases.subject(titles, day, ours, kind=kind)
        else:
            subject = phrases.subject_of_none(day, ours, kind=kind)
        beside = [phrases.preheader([title]) for title in titles[:TITLES_BESIDE]]
    return Proposal(
        subject=shorten(line(subject), phrases.SUBJECT_LONGEST), preheader=SEPARATOR.join(filter(None, beside))
    )

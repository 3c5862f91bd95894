"""Atom feeds: the newest digests of a language, and the newest papers of a topic. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.feedgenerator import Atom1Feed

from digests import markup
from digests.locales import bcp47

CLEARLY = "application/atom+xml; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Story:
    """One entry of a feed: `html` is what we say; `day` and `path` are its name for ever, whatever is corrected."""

    title: str
    path: str
    day: date
    published: datetime
    updated: datetime
    html: str
    authors: str = ""


@dataclass(frozen=True, slots=True)
class About:
    """What a feed says of itself; addresses without their host."""

    title: str
    subtitle: str
    path: str
    page: str
    locale: str
    author: str


def atom(about: About, stories: Iterable[Story], *, site_url: str, host: str) -> str:
    """The feed as XML. Nothing in it is a reader's: the same for everybody."""
    feed = Atom1Feed(
        title=_said(about.title),
        link=f"{site_url}{about.page}",
        description=_said(about.subtitle),
        subtitle=_said(about.subtitle) or None,
        language=bcp47(about.locale),
        author_name=_said(about.author),
        feed_url=f"{site_url}{about.path}",
        feed_guid=f"{site_url}{about.path}",
    )
    for story in stories:
        feed.add_item(
            title=_said(story.title),
            link=f"{site_url}{story.path}",
            description=story.html,
            unique_id=f"tag:{host},{story.day.isoformat()}:{story.path}",
            author_name=_said(story.authors) or None,
            pubdate=story.published,
            updateddate=story.updated,
        )
    return str(feed.writeString("utf-8"))


def _said(text: str) -> str:
    """Text from outside on one line; the writer refuses what XML forbids, and escapes the rest."""
    return markup.line(text)

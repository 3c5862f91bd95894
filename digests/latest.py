"""The latest edition as a front page: what somebody who thinks of signing up would have got."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString

from digests import phrases, queries
from digests.content import Content
from digests.editions import content_of
from digests.fragments import context, day_address, fragments, seconds
from digests.locales import offered, spoken
from digests.looks import look
from digests.models import Newsletter, Revision
from digests.rendering import others
from digests.selection import SHORT, Wishes, edition_key

STORIES = 3  # papers with their main point
TITLES = 6  # of the papers beside them
KEPT = 64  # in memory, of about 6 kB each


@dataclass(frozen=True, slots=True)
class Latest:
    """One edition in one language. `html` is its papers, `lang` and `dir` are those of the words around them.

    `titles` are those of the first papers, for a page with several newsletters on it; `picture` is the path of the
    first one's, empty where it has none.
    """

    day: date
    url: str
    html: SafeString
    titles: tuple[str, ...]
    picture: str
    lang: str
    dir: str


def latest(newsletter: Newsletter, locale: str) -> Latest | None:
    """The newest published day in `locale`, or in the newsletter's own language where it is not written in that.

    None before the first. One query, as long as nothing new is approved.
    """
    newest = queries.newest_published(newsletter)
    if newest is None:
        return None
    return _latest(*newest, offered(locale, newsletter.locales) or newsletter.default_locale)


def forget() -> None:
    """Front pages are made anew: tests roll revisions back, and use their numbers and hours again."""
    _latest.cache_clear()


@lru_cache(maxsize=KEPT)
def _latest(number: int, approved_at: datetime, locale: str) -> Latest | None:
    content = content_of(Revision(pk=number, approved_at=approved_at))
    return _front_page(content, locale) if content.entries else None


def _front_page(content: Content, locale: str) -> Latest:
    ours = spoken(locale, content.default_locale)
    with translation.override(ours):
        words = _words(content, locale, ours)
        html = render_to_string("web/latest.html", words)
    style = look(ours, content.accent)
    titles = tuple(entry.title for entry in content.entries[:STORIES])
    first = content.entries[0].image
    picture = f"/media/{first}" if first else ""
    return Latest(content.day, str(words["url"]), html, titles, picture, style.lang, style.dir)


def _words(content: Content, locale: str, ours: str) -> dict[str, object]:
    """The context of web/latest.html: the first papers, titles of some others, and how much a reader gets."""
    key = edition_key(content, Wishes(locale=locale, detail=SHORT, most_papers=STORIES))
    url = day_address(content, locale, site_url="")
    left_out = others(content, key)
    named = left_out if len(left_out) <= TITLES + 1 else left_out[:TITLES]  # "and 1 more" takes a line as well
    minutes = sum(map(seconds, fragments(content, edition_key(content, Wishes(locale=locale)), site_url="")))
    return {
        "stories": [context(fragment) for fragment in fragments(content, key, site_url="")],
        "titles": [(entry.title, f"{url}#p{entry.id}") for entry in named],
        "more": phrases.more_titles(len(left_out) - len(named), ours),
        "share": phrases.share(len(content.entries), len(content.entries), minutes, ours),
        "url": url,
        "dir": look(ours).dir,
    }

"""What a reader would get with choices that need not be saved: the newest digest that is out, chosen anew."""

from copy import copy
from dataclasses import dataclass
from itertools import takewhile

from django.conf import settings
from django.utils import translation

from digests import phrases, selection
from digests import queries as digests
from digests.editions import current
from digests.fragments import context, fragments
from digests.links import Pieces, Place
from digests.locales import bcp47, direction, spoken
from digests.markup import line
from digests.models import Newsletter
from digests.reasons import explained
from digests.rendering import render
from digests.selection import Wishes
from newsletter.subscribers.models import Subscription
from newsletter.subscribers.preferences import Preferences

IN_FULL = {selection.FULL: 2, selection.SHORT: 3, selection.TITLES: 10}  # papers: a page stays below 50 kB
TITLES = 10  # of the papers after them
TEXT_LINES = 60


@dataclass(frozen=True, slots=True)
class Preview:
    """The newest digest for some wishes. `explained` and `date` are in the page's language, the rest in the digest's.

    `papers` are contexts of web/paper.html, `titles` those after them, `more` how many follow; `text` is the beginning
    of the mail where the reader wants plain text.
    """

    explained: str
    date: str
    papers: tuple[dict[str, object], ...]
    titles: tuple[str, ...]
    more: int
    text: str
    is_of_another_rhythm: bool
    is_empty: bool
    tells: bool
    lang: str
    dir: str


def preview(newsletter: Newsletter, wishes: Wishes, *, rhythm: str) -> Preview | None:
    """None as long as no digest is out. Never a draft: nobody has checked what stands in one.

    Before the first digest of this rhythm it is a daily one.
    """
    digest = digests.published(newsletter, rhythm).first() or digests.published(newsletter).first()
    if digest is None:
        return None
    _revision, content = current(digest)
    key = selection.edition_key(content, wishes)
    papers = fragments(content, key, site_url="")
    page, locale = translation.get_language() or "en", spoken(wishes.locale, content.default_locale)
    as_text = wishes.format == selection.TEXT and bool(papers)
    shown = 0 if as_text else IN_FULL[wishes.detail]
    after = () if as_text else papers[shown:]
    with translation.override(locale):
        in_full = tuple(context(paper) for paper in papers[:shown])
        text = _beginning(render(content, key, site_url=settings.SITE_URL).text) if as_text else ""
    return Preview(
        explained=explained(selection.explain(content, wishes), page),
        date=phrases.period(content.day, content.kind, page),
        papers=in_full,
        titles=tuple(line(paper.title) for paper in after[:TITLES]),
        more=len(after[TITLES:]),
        text=text,
        is_of_another_rhythm=content.kind != rhythm,
        is_empty=not papers,
        tells=wishes.when_empty == selection.TELL,
        lang=bcp47(locale),
        dir=direction(locale),
    )


def as_if(subscription: Subscription, preferences: Preferences) -> Subscription:
    """The subscription as it would be; it is not to be saved. Its topics are still those that are stored."""
    chosen = copy(subscription)
    for name, value in preferences.columns().items():
        setattr(chosen, name, value)
    return chosen


def _beginning(text: Pieces) -> str:
    """The first lines, at most to the one that has a reader's own link."""
    impersonal = "".join(takewhile(lambda piece: not isinstance(piece, Place), text))
    return "\n".join(impersonal.splitlines()[:-1][:TEXT_LINES])

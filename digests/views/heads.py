"""The head of a public page: its card, its other languages, its feeds."""

from collections.abc import Callable, Collection

from django.conf import settings
from django.utils.translation import gettext as _

from digests import cards, paths
from digests.content import EntryContent
from digests.locales import bcp47, chain, native_name
from digests.models import Newsletter, Topic

Address = Callable[[str], str]  # the page's address in a language


def card(
    newsletter: Newsletter,
    *,
    title: str,
    description: str,
    address: Address,
    locale: str,
    told_in: Collection[str],
    kind: str = "website",
    image: str = "",
    published: str = "",
    topic: Topic | None = None,
) -> dict[str, object]:
    """The card of a page and what its template needs beside it.

    `told_in` are the languages in which the page says something of its own: in another it is a copy of the nearest
    of them, and says so to search engines. The page of a `topic` offers its feed too.
    """
    versions = [language for language in newsletter.locales if language in told_in]
    nearest = next((link for link in chain(locale, newsletter.default_locale) if link in told_in), locale)
    default = newsletter.default_locale if newsletter.default_locale in versions else next(iter(versions), "")
    return {
        "site_url": settings.SITE_URL,
        "card": cards.Card(
            title=title,
            description=cards.described(description),
            url=whole(address(nearest)),
            locale=locale,
            site=newsletter.name,
            kind=kind,
            image=image,
            published=published,
            alternates=cards.alternates(
                [(language, whole(address(language))) for language in versions],
                default=whole(address(default)) if default else "",
            ),
            feeds=feeds(newsletter, locale, topic),
        ),
    }


def versions(newsletter: Newsletter, address: Address) -> list[dict[str, str]]:
    """The same page in the newsletter's languages."""
    return [
        {"locale": locale, "lang": bcp47(locale), "name": native_name(locale), "url": address(locale)}
        for locale in newsletter.locales
    ]


def feeds(newsletter: Newsletter, locale: str, topic: Topic | None = None) -> tuple[cards.Feed, ...]:
    """The feed of the page's language, if it has one, and that of the page's topic before it."""
    if locale not in newsletter.locales:
        return ()
    title = _("%(newsletter)s in %(language)s") % {"newsletter": newsletter.name, "language": native_name(locale)}
    days = cards.Feed(title, whole(paths.feed(newsletter.slug, locale)))
    if topic is None:
        return (days,)
    return cards.Feed(feed_title(topic, locale), whole(paths.feed(newsletter.slug, locale, topic.slug))), days


def feed_title(topic: Topic, locale: str) -> str:
    """Daily Papers: Agents (English)."""
    return f"{topic.newsletter.name}: {topic.name_in(locale)} ({native_name(locale)})"


def picture(entry: EntryContent | None) -> str:
    """The whole address of the paper's own picture; nothing without one."""
    return whole(f"/media/{entry.image}") if entry and entry.image else ""


def whole(path: str) -> str:
    return f"{settings.SITE_URL}{path}"

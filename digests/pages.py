"""What a page says of a digest: the public one of a day, and a reader's own mail as it was sent. Pure."""

from digests import phrases, rendering, shells
from digests.content import Content
from digests.fragments import context, fragments, seconds
from digests.locales import bcp47, chain, direction, long_date, spoken
from digests.looks import look
from digests.selection import FULL, HTML, EditionKey, Selected, readable_locale


def public_key(content: Content, locale: str) -> EditionKey:
    """All papers in full, with nothing personal in it."""
    locales = chain(locale, content.default_locale)
    return EditionKey(
        locale=locale,
        selection=tuple(Selected(entry.id, readable_locale(entry, locales), "") for entry in content.entries),
        total=len(content.entries),
        detail=FULL,
        format=HTML,
    )


def page_context(content: Content, key: EditionKey, *, site_url: str, personal: bool = False) -> dict[str, object]:
    """The context of web/digest.html; call it while `spoken(key.locale, content.default_locale)` is active.

    `site_url` may be empty: on our own pages our images and links need no host.
    `personal` pages are a reader's own: not for search engines, and with the titles that were left out.
    """
    papers = fragments(content, key, site_url=site_url)
    said, said_in = shells.note(content, key.locale)
    locale = spoken(key.locale, content.default_locale)
    style = look(locale, content.accent)
    return {
        "newsletter": {"slug": content.newsletter, "name": content.name},
        "date": long_date(content.day, locale),
        "share": phrases.share(len(papers), key.total, sum(map(seconds, papers)), locale),
        "note": said,
        "note_lang": bcp47(said_in),
        "note_dir": direction(said_in),
        "papers": [context(paper) for paper in papers],
        "others": [(entry.title, f"p{entry.id}") for entry in rendering.others(content, key)],
        "day_page": f"/n/{content.newsletter}/{content.day.isoformat()}/{key.locale}/",
        "postal_address": content.postal_address,
        "personal": personal,
        "private": personal,
        "look": style,
        "lang": style.lang,
        "dir": style.dir,
    }

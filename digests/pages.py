"""What a page says of a digest or a paper: the public ones, and a reader's own mail as it was sent. Pure."""

from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Any

from django.template.loader import render_to_string

from digests import markup, paths, phrases, rendering, shells
from digests.content import Content, EntryContent
from digests.fragments import context, day_address, fragments, seconds
from digests.locales import bcp47, chain, comma, direction, spoken
from digests.looks import look
from digests.selection import FULL, HTML, EditionKey, Selected, readable_locale

PAPERS_LIMIT = 41_000  # bytes of HTML for a public day's papers: the page around them has up to 8 kB, and 50 in all
AUTHORS_NAMED = 40  # on a paper's own page
ALL_OF_THEM = -1  # a limit that is none

Rows = list[dict[str, object]]


def public_key(content: Content, locale: str) -> EditionKey:
    """All papers in full, with nothing personal in it."""
    return _key(content, content.entries, locale)


def page_context(
    content: Content,
    key: EditionKey,
    *,
    site_url: str,
    personal: bool = False,
    names: Mapping[int, str] | None = None,
) -> dict[str, object]:
    """The context of web/digest.html; call it while `spoken(key.locale, content.default_locale)` is active.

    `site_url` may be empty: on our own pages our images and links need no host.
    `personal` pages are a reader's own: not for search engines, and with the titles that were left out.
    `names` are the papers in addresses, by id. Where they are given, a paper has a link to its page, and of a long
    day what is beyond PAPERS_LIMIT is a title with that link.
    """
    papers = fragments(content, key, site_url=site_url)
    locale = spoken(key.locale, content.default_locale)
    style = look(locale, content.accent)
    own = _own_pages(content, names or {}, key.locale)
    rows: Rows = [{**context(paper), "look": style, "page": own.get(paper.entry, "")} for paper in papers]
    full = _fitting(rows, limit=PAPERS_LIMIT if names else ALL_OF_THEM)
    return {
        **_frame(content, key, personal=personal),
        "date": phrases.period(content.day, content.kind, locale),
        "share": phrases.share(len(papers), key.total, sum(map(seconds, papers)), locale),
        "nothing": phrases.nothing(key.total, locale) if personal and not papers else "",
        "headings": phrases.headings(content.kind),
        "papers": rows[:full],
        "titles": rows[full:],
        "others": [(entry.title, f"p{entry.id}") for entry in rendering.others(content, key)],
        "day_page": day_address(content, key.locale, site_url=""),
        "look": style,
        "lang": style.lang,
        "dir": style.dir,
    }


def _frame(content: Content, key: EditionKey, *, personal: bool) -> dict[str, object]:
    """What stands around the papers: whose page it is, and the editor's note."""
    said, said_in = shells.note(content, key.locale)
    is_corrected = any(words.correction.strip() for words in content.words.values())
    ours = spoken(key.locale, content.default_locale)
    corrected, corrected_in = shells.correction(content, key.locale, locale=ours) if is_corrected else ("", ours)
    return {
        "newsletter": {"slug": content.newsletter, "name": content.name},
        "note": said,
        "note_lang": bcp47(said_in),
        "note_dir": direction(said_in),
        "correction": corrected,
        "correction_lang": bcp47(corrected_in),
        "correction_dir": direction(corrected_in),
        "postal_address": content.postal_address,
        "personal": personal,
        "private": personal,
    }


def paper_context(
    content: Content, entry: EntryContent, locale: str, *, topics: Mapping[str, str]
) -> dict[str, object]:
    """The context of web/paper_page.html for one paper of a digest; call it as page_context.

    `topics` are the addresses of those that have a page, by slug.
    """
    key = _key(content, [entry], locale)
    [paper] = fragments(content, key, site_url="")
    ours = spoken(locale, content.default_locale)
    style = look(ours, content.accent)
    said = context(paper)
    names = list(dict.fromkeys(filter(None, map(markup.line, entry.authors))))
    facts = [
        phrases.votes(entry.votes, entry.votes_at, ours),
        phrases.reading(seconds(paper), ours),
    ]
    return {
        **said,
        "title": markup.line(entry.title),
        "authors": comma("en").join(names[:AUTHORS_NAMED]) + (" …" if len(names) > AUTHORS_NAMED else ""),
        "facts": [fact for fact in facts if fact],
        "topics": [
            (markup.line(name), topics.get(slug, "")) for slug, name in zip(entry.topics, paper.topics, strict=True)
        ],
        "postal_address": content.postal_address,
        "look": style,
        "lang": style.lang,
        "dir": style.dir,
    }


def languages(content: Content) -> set[str]:
    """The languages in which something is said of a paper of the digest."""
    return {locale for entry in content.entries for locale in entry.summaries}


def _key(content: Content, entries: Sequence[EntryContent], locale: str) -> EditionKey:
    locales = chain(locale, content.default_locale)
    return EditionKey(
        locale=locale,
        selection=tuple(Selected(entry.id, readable_locale(entry, locales), "") for entry in entries),
        total=len(content.entries),
        detail=FULL,
        format=HTML,
    )


def _own_pages(content: Content, names: Mapping[int, str], locale: str) -> dict[int, str]:
    """The address of each paper's own page, by its entry."""
    return {
        entry.id: paths.paper(content.newsletter, names[entry.paper], locale)
        for entry in content.entries
        if entry.paper in names
    }


def _fitting(rows: Rows, *, limit: int) -> int:
    """How many papers are shown in full, so that they and the titles of the rest take no more than `limit` bytes."""
    if limit == ALL_OF_THEM:
        return len(rows)
    titles = sum(_size("web/title.html", row) for row in rows)
    gains = (_size("web/paper.html", row) - _size("web/title.html", row) for row in rows)
    for shown, size in enumerate(accumulate(gains, initial=titles)):
        if size > limit:
            return max(shown - 1, 0)
    return len(rows)


def _size(template: str, row: dict[str, Any]) -> int:
    return len(render_to_string(template, row).encode())

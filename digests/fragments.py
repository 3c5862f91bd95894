"""One paper as one group of readers sees it: in a mail, in a text mail, on a page. Pure.

Rendering is dear and readers are many: mails keep what is rendered here (see stock.py).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from digests import days, markup, mjml, phrases, reasons
from digests.columns import shorten
from digests.content import Content, EntryContent, SummaryContent
from digests.keeping import Shelf
from digests.locales import bcp47, comma, direction, in_chain, spoken
from digests.looks import Look, look
from digests.selection import SHORT, TITLES, EditionKey, Selected

PAGES_KEPT = 8_000_000  # bytes of HTML for pages, of about 4 kB a summary
SHORT_KEPT = 4_000_000  # bytes of main points, of about 2 kB a summary: they are kept by its whole text
LONGEST_SUMMARY = 12_000  # characters; a longer one is an accident, and cut
SHORT_ENOUGH = 240  # characters that are short without being cut
LONGEST_TITLE = 240  # columns of a title in a list


@dataclass(frozen=True, slots=True)
class Fragment:
    """Everything that tells two showings of one paper apart. `topics` are names, `reason` is words, `web` an address,
    and so is `counted`: where a mail's link to the paper leads, if it is counted.

    `kind` is that of the digest. `wanted` is the language that the reader chose, `locale` the nearest one that our own
    words are there in.
    """

    entry: int
    title: str
    url: str
    authors: tuple[str, ...]
    votes: int | None
    votes_at: datetime | None
    image: str
    code_url: str
    project_url: str
    topics: tuple[str, ...]
    summary: SummaryContent | None
    summary_locale: str
    reason: str
    wanted: str
    locale: str
    detail: str
    accent: str
    web: str
    kind: str
    counted: str = ""


def fragments(content: Content, key: EditionKey, *, site_url: str) -> tuple[Fragment, ...]:
    """The selected papers in order; entries that the content does not have are passed over."""
    names = topic_names(content, key.locale)
    entries = {entry.id: entry for entry in content.entries}
    page = day_address(content, key.locale, site_url=site_url)
    return tuple(
        _fragment(entries[chosen.entry], chosen, content=content, key=key, names=names, site_url=site_url, page=page)
        for chosen in key.selection
        if chosen.entry in entries
    )


def topic_names(content: Content, locale: str) -> dict[str, str]:
    return {slug: in_chain(names, locale, content.default_locale) or slug for slug, names in content.topics.items()}


def day_address(content: Content, locale: str, *, site_url: str) -> str:
    """The public page of this day in this language."""
    return f"{site_url}/n/{content.newsletter}/{days.name(content.day, content.kind, content.slug)}/{locale}/"


def counted_address(content: Content, locale: str, entry: EntryContent, *, site_url: str) -> str:
    """Leads to the paper, and counts that it was opened; nothing where the newsletter does not count."""
    if not (content.counts_links and markup.safe_url(entry.url)):
        return ""
    day = days.name(content.day, content.kind, content.slug)
    return f"{site_url}/open/{content.newsletter}/{day}/{locale}/{entry.paper}/"


def mail(fragment: Fragment, reason: str = "") -> str:
    """Table rows of an HTML mail. `reason` stands where the reason belongs: words, or a mark to cut at."""
    with translation.override(fragment.locale):
        return mjml.rows(render_to_string("email/digest/paper.mjml", {**mail_context(fragment), "reason": reason}))


def text(fragment: Fragment, reason: str = "") -> str:
    """Lines of a text mail, wrapped, with `reason` on a line of its own."""
    with translation.override(fragment.locale):
        return render_to_string("email/digest/paper.txt", {**text_context(fragment), "reason": reason}).strip("\n")


def seconds(fragment: Fragment) -> int:
    """How long a person reads at it."""
    return phrases.reading_seconds(f"{fragment.title} {said(fragment)}")


def context(fragment: Fragment) -> dict[str, object]:
    """What templates say of a paper, in finished words of the active language."""
    shown, origin = said(fragment), _origin(fragment)
    return {
        "paper": fragment,
        "url": markup.safe_url(fragment.url),
        "facts": [fact for fact in _facts(fragment) if fact],
        "fallback": _fallback(fragment),
        "summary": shown,
        "summary_html": _html(shown, prose=is_prose(fragment)),
        "summary_lang": bcp47(fragment.summary_locale or fragment.locale),
        "summary_dir": direction(fragment.summary_locale or fragment.locale),
        "links": [(label, url) for label, url in _links(fragment) if url],
        "origin": origin,
        "colophon": [part for part in (fragment.reason, origin) if part],
        "alt": _("Picture from the paper: %(title)s") % {"title": shorten(markup.line(fragment.title), LONGEST_TITLE)},
    }


def mail_context(fragment: Fragment) -> dict[str, object]:
    said_in = look(fragment.summary_locale or fragment.locale, fragment.accent)
    return {
        **_sent(fragment),
        "look": look(fragment.locale, fragment.accent),
        "summary_html": mail_html(said(fragment), said_in, prose=is_prose(fragment)),
        "summary_start": said_in.start,
        "on_the_web": phrases.headings(fragment.kind)["page"],
    }


def text_context(fragment: Fragment) -> dict[str, object]:
    return {**_sent(fragment), "summary_plain": markup.plain(said(fragment), prose=is_prose(fragment))}


def _sent(fragment: Fragment) -> dict[str, object]:
    """What mails say of a paper: as pages do, but for the address of a link that is counted."""
    written = context(fragment)
    return {**written, "url": fragment.counted or written["url"]}


def mail_html(markdown: str, style: Look, *, prose: bool = False) -> str:
    """Markdown with styles on the elements themselves, for programs that drop a mail's style sheet."""
    return markup.styled(
        _html(markdown, prose=prose),
        {
            "ul": f"margin:0;padding:0;padding-{style.start}:20px",
            "ol": f"margin:0;padding:0;padding-{style.start}:24px",
            "p": "margin:0 0 8px",
            "a": f"color:{style.light.accent}",
        },
    )


def said(fragment: Fragment) -> str:
    """The Markdown that is shown: all of it, the main point, or nothing."""
    if fragment.summary is None or fragment.detail == TITLES:
        return ""
    whole = fragment.summary.text
    if len(whole) > LONGEST_SUMMARY:
        whole = f"{whole[:LONGEST_SUMMARY]}…"
    return _short[whole, is_prose(fragment)] if fragment.detail == SHORT else whole


def is_prose(fragment: Fragment) -> bool:
    """Whether the summary is an abstract, which nobody wrote as Markdown."""
    return fragment.summary is not None and fragment.summary.origin == "original"


def _fragment(  # the fields of one paper, gathered from three places
    entry: EntryContent,
    chosen: Selected,
    *,
    content: Content,
    key: EditionKey,
    names: Mapping[str, str],
    site_url: str,
    page: str,
) -> Fragment:
    return Fragment(
        entry=entry.id,
        title=entry.title,
        url=entry.url,
        authors=entry.authors,
        votes=entry.votes,
        votes_at=entry.votes_at,
        image=f"{site_url}/media/{entry.image}" if entry.image else "",
        code_url=entry.code_url,
        project_url=entry.project_url,
        topics=tuple(names.get(topic, topic) for topic in entry.topics),
        summary=entry.summaries.get(chosen.summary),
        summary_locale=chosen.summary if chosen.summary in entry.summaries else "",
        reason=reasons.said(
            chosen.reason, entry, names, spoken(key.locale, content.default_locale), digest=content.kind
        ),
        wanted=key.locale,
        locale=spoken(key.locale, content.default_locale),
        detail=key.detail,
        accent=content.accent,
        web=f"{page}#p{entry.id}",
        kind=content.kind,
        counted=counted_address(content, key.locale, entry, site_url=site_url),
    )


def _facts(fragment: Fragment) -> Iterator[str]:
    yield phrases.votes(fragment.votes, fragment.votes_at, fragment.locale)
    yield phrases.authors(fragment.authors, fragment.locale)
    yield comma(fragment.locale).join(map(markup.line, fragment.topics))


def _links(fragment: Fragment) -> Iterator[tuple[str, str]]:
    yield _("Abstract"), markup.safe_url(fragment.url)
    yield _("Code"), markup.safe_url(fragment.code_url)
    yield _("Project page"), markup.safe_url(fragment.project_url)


def _fallback(fragment: Fragment) -> str:
    if fragment.detail == TITLES:
        return ""
    return phrases.fallback(fragment.wanted, fragment.summary_locale, into=fragment.locale)


def _origin(fragment: Fragment) -> str:
    return phrases.origin(fragment.summary) if fragment.summary and fragment.detail != TITLES else ""


def _main_point(text: str, *, prose: bool) -> str:
    """The first bullet; of a long paragraph its first sentences."""
    first = markup.main_point(text, prose=prose)
    if len(first) <= SHORT_ENOUGH:
        return first
    return phrases.first_sentences(first, SHORT_ENOUGH)


def _html(text: str, *, prose: bool) -> str:
    return _written[text, prose]


_written: Shelf[tuple[str, bool], str] = Shelf(lambda said: markup.html(said[0], prose=said[1]), limit=PAGES_KEPT)
_short: Shelf[tuple[str, bool], str] = Shelf(lambda said: _main_point(said[0], prose=said[1]), limit=SHORT_KEPT)

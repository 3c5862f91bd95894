"""Previews: a digest's mail as it would be sent now, for any language and choice, before it is approved."""

import re
from dataclasses import dataclass, replace

from django.conf import settings
from django.utils.html import escape

from digests import markup
from digests.content import Content
from digests.editions import freeze
from digests.fragments import counted_address
from digests.links import PLACES, TOKEN_LENGTH, Pieces, address, fill
from digests.models import Digest
from digests.rendering import Rendered, render
from digests.selection import AUTHOR, WORD, EditionKey, Wishes, deserves, edition_key

GMAIL_CUTS_AT = 102_000  # bytes
NOBODY = {place: place.center(TOKEN_LENGTH, "-") for place in PLACES}  # tokens that nobody signed
NOWHERE = "#{place}"
LIGHT, DARK = "light", "dark"
STYLE = re.compile(r"(<style\b[^>]*>)(.*?)(</style>)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class PreviewedMail:
    """A mail's words, with links that lead nowhere where a reader's own would be."""

    subject: str
    html: str
    text: str


@dataclass(frozen=True, slots=True)
class Preview:
    """A mail, rendered for an editor's eyes. `papers` of `total` papers are in it; `size` is in bytes of HTML.

    `would_leave` is False where such a reader gets no mail at all.
    """

    rendered: PreviewedMail
    papers: int
    total: int
    size: int
    would_leave: bool


@dataclass(frozen=True, slots=True)
class Sample:
    """The mail of one choice as it is rendered for sending, with its content and the key that it was made from."""

    content: Content
    key: EditionKey
    mail: Rendered
    would_leave: bool


def preview(
    digest: Digest,
    wishes: Wishes,
    *,
    is_of_a_reader: bool = False,
    is_correction: bool = False,
    with_text: bool = True,
) -> Preview:
    """The same code as sending, with links that lead nowhere; without the text part where nobody looks at it.

    `is_correction`: as it is mailed to readers who have had it already.
    """
    made = sample(digest, wishes, is_of_a_reader=is_of_a_reader, is_correction=is_correction, with_text=with_text)
    return Preview(
        rendered=harmless(made, NOWHERE),
        papers=len(made.key.selection),
        total=made.key.total,
        size=len(fill(made.mail.html, NOBODY).encode()),
        would_leave=made.would_leave,
    )


def sample(
    digest: Digest, wishes: Wishes, *, is_of_a_reader: bool, is_correction: bool = False, with_text: bool = True
) -> Sample:
    """The mail for these wishes. A reader's own words choose the papers there, and are shown to nobody."""
    content = replace(freeze(digest), is_correction=is_correction)
    key = edition_key(content, wishes)
    shown = _without_own_words(key) if is_of_a_reader else key
    mail = render(content, shown, site_url=settings.SITE_URL, with_text=with_text)
    return Sample(content, key, mail, would_leave=deserves(content, wishes) is not None)


def in_scheme(html: str, scheme: str) -> str:
    """The mail as a program shows it that is set to "light" or "dark", whatever this browser is set to.

    For the preview's frame alone: in the mail's style sheets, and nowhere else, the rules for dark programs count
    always, or never.
    """
    counts = "all" if scheme == DARK else "not all"

    def forced(found: re.Match[str]) -> str:
        sheet = found[2].replace("(prefers-color-scheme: dark)", counts)
        return found[1] + sheet.replace("color-scheme: light dark", f"color-scheme: {scheme}") + found[3]

    return STYLE.sub(forced, html)


def harmless(made: Sample, page: str) -> PreviewedMail:
    """The mail with `page` where a reader's own link would lead; a {place} in it says which it was.

    Links that count readers lead straight to the papers: an editor is none, and a draft's lead nowhere yet.
    """
    html, text = _leading_to(made.mail.html, page), _leading_to(made.mail.text, page)
    for entry in made.content.entries if made.content.counts_links else ():
        counted = counted_address(made.content, made.key.locale, entry, site_url=settings.SITE_URL)
        if url := markup.safe_url(entry.url):
            html, text = html.replace(counted, escape(url)), text.replace(counted, url)
    return PreviewedMail(made.mail.subject, html, text)


def _leading_to(pieces: Pieces, page: str) -> str:
    filled = fill(pieces, NOBODY)
    for place, token in NOBODY.items():
        filled = filled.replace(address(settings.SITE_URL, place, token), page.replace("{place}", place))
    return filled


def _without_own_words(key: EditionKey) -> EditionKey:
    """The same papers, without the reasons that name an author or a word which a reader has typed."""
    selection = tuple(
        chosen._replace(reason="") if chosen.reason.partition(":")[0] in {AUTHOR, WORD} else chosen
        for chosen in key.selection
    )
    return replace(key, selection=selection)

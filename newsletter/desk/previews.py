"""Previews: a digest's mail as it would be sent now, for any language and choice, before it is approved."""

from dataclasses import dataclass

from django.conf import settings

from digests.editions import freeze
from digests.links import PLACES, TOKEN_LENGTH, Pieces, address, fill
from digests.models import Digest
from digests.rendering import render
from digests.selection import Wishes, edition_key

GMAIL_CUTS_AT = 102_000  # bytes
NOBODY = {place: place.center(TOKEN_LENGTH, "-") for place in PLACES}  # tokens that nobody signed


@dataclass(frozen=True, slots=True)
class PreviewedMail:
    """A mail's words, with links that lead nowhere where a reader's own would be."""

    subject: str
    html: str
    text: str


@dataclass(frozen=True, slots=True)
class Preview:
    """A mail, rendered for an editor's eyes. `papers` of `total` papers are in it; `size` is in bytes of HTML."""

    rendered: PreviewedMail
    papers: int
    total: int
    size: int


def preview(digest: Digest, wishes: Wishes) -> Preview:
    """The same code as sending, with links that lead nowhere."""
    content = freeze(digest)
    key = edition_key(content, wishes)
    mail = render(content, key, site_url=settings.SITE_URL)
    return Preview(
        rendered=PreviewedMail(
            subject=mail.subject, html=_leading_nowhere(mail.html), text=_leading_nowhere(mail.text)
        ),
        papers=len(key.selection),
        total=key.total,
        size=len(fill(mail.html, NOBODY).encode()),
    )


def _leading_nowhere(pieces: Pieces) -> str:
    """The mail with #leave for https://papers.example.org/leave/TOKEN/."""
    filled = fill(pieces, NOBODY)
    for place, token in NOBODY.items():
        filled = filled.replace(address(settings.SITE_URL, place, token), f"#{place}")
    return filled

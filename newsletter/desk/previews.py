"""Previews: a digest's mail as it would be sent now, for any language and choice, before it is approved."""

from dataclasses import dataclass

from django.conf import settings

from digests.content import Content
from digests.editions import freeze
from digests.models import Digest
from digests.rendering import Rendered, render
from digests.selection import Wishes, edition_key

GMAIL_CUTS_AT = 102_000  # bytes


@dataclass(frozen=True, slots=True)
class Preview:
    """A mail, rendered for an editor's eyes. `papers` of `total` papers are in it; `size` is in bytes of HTML."""

    rendered: Rendered
    papers: int
    total: int

    @property
    def size(self) -> int:
        return len(self.rendered.html.encode())


def preview(digest: Digest, wishes: Wishes) -> Preview:
    """The same code as sending, with links that lead nowhere."""
    content: Content = freeze(digest)
    key = edition_key(content, wishes)
    rendered = render(content, key, site_url=settings.SITE_URL, link=lambda place: f"#{place}")
    return Preview(rendered=rendered, papers=len(key.selection), total=key.total)

"""The bullets of a summary, as findings and the desk count them. Pure."""

import re
from dataclasses import dataclass

from digests import markup

ADDRESS = re.compile(r"https?://[!-~]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Bullet:
    """A top-level list item, paragraph or heading: its Markdown, and its words without marks, links as "text (URL)"."""

    place: int
    markdown: str
    plain: str

    @property
    def words(self) -> str:
        """What it says, without addresses."""
        return ADDRESS.sub(" ", self.plain)


def bullets(text: str) -> tuple[Bullet, ...]:
    """In order, counted from 0."""
    written = markup.bullets(text)
    return tuple(Bullet(place, markdown, markup.plain(markdown)) for place, markdown in enumerate(written))

"""Measuring the largest mail of each language: its bytes, what did not fit in, pictures without words."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser

from django.conf import settings

from digests.content import Content
from digests.links import fill
from digests.rendering import Rendered, render
from digests.selection import Wishes, edition_key
from newsletter.desk.previews import NOBODY

IN_FULL = re.compile(r"p[0-9]+\Z")  # the anchor of a paper


@dataclass(frozen=True, slots=True)
class Measured:
    """A mail of all papers in full. `size` is in bytes of HTML."""

    size: int
    titles_alone: int
    images_without_words: int


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.papers: set[str] = set()
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag == "a" and IN_FULL.match(said.get("id") or ""):
            self.papers.add(str(said["id"]))
        if tag == "img" and not (said.get("alt") or "").strip():
            self.silent += 1


def largest(content: Content, locales: tuple[str, ...]) -> Iterator[tuple[str, Rendered]]:
    """The mail that somebody without wishes gets, by language: no other of that language is larger."""
    for locale in locales:
        yield locale, render(content, edition_key(content, Wishes(locale=locale)), site_url=settings.SITE_URL)


def measure(mail: Rendered, *, papers: int) -> Measured:
    html = fill(mail.html, NOBODY)
    reader = _Reader()
    reader.feed(html)
    return Measured(
        size=len(html.encode()), titles_alone=papers - len(reader.papers), images_without_words=reader.silent
    )

"""What a reader sees of a mail: for tests that look at it."""

import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from typing import Any

from digests.content import Content, EntryContent, SummaryContent, Words
from digests.links import PLACES, TOKEN_LENGTH, address, fill
from digests.rendering import render
from digests.selection import Wishes, edition_key
from tests.golden.sample import CONTENT, ENTRIES

SITE = "https://papers.example.org"
TOKENS = {place: str(number).ljust(TOKEN_LENGTH, "0") for number, place in enumerate(PLACES)}
LINKS = {place: address(SITE, place, token) for place, token in TOKENS.items()}


def busy_day(papers: int = 68) -> Content:
    bullets = "\n".join(f"- {number}. " + "바람에 관한 아주 긴 설명을 이어 갑니다. " * 6 for number in range(7))
    return day_of(
        *(
            replace(
                ENTRIES[0],
                id=number,
                title=f"Paper {number:02}: on long days",
                summaries={"ko": SummaryContent(bullets, "imported")},
            )
            for number in range(1, papers + 1)
        )
    )


def at_once(look: Callable[[int], None], *, threads: int = 4) -> None:
    """Looks in as many threads that take turns as often as Python can; raises what the first of them raised."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(look, range(threads)))
    finally:
        sys.setswitchinterval(before)


class Seen(HTMLParser):
    """The tags, links and words of a mail."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def values(self, name: str) -> list[str]:
        return [value for attribute, value in self.attributes if attribute == name]


class Unbalanced(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.found: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in {"meta", "img", "br", "hr"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in {"meta", "img", "br", "hr"}:
            return
        if not self.open or self.open.pop() != tag:
            self.found.append(tag)

    def wrong(self) -> Iterator[str]:
        yield from self.found
        yield from self.open


def balanced(html: str) -> bool:
    """Every element is closed in turn, as far as HTML closes it at all."""
    return list(Unbalanced(html).wrong()) == []


@dataclass(frozen=True)
class Received:
    """A mail as one reader gets it."""

    subject: str
    html: str
    text: str


def mail(content: Content = CONTENT, **wishes: Any) -> Received:
    rendered = render(content, edition_key(content, Wishes(**{"locale": "en", **wishes})), site_url=SITE)
    return Received(rendered.subject, fill(rendered.html, TOKENS), fill(rendered.text, TOKENS))


def seen(content: Content = CONTENT, **wishes: Any) -> Seen:
    return Seen(mail(content, **wishes).html)


def day_of(*entries: EntryContent, words: dict[str, Words] | None = None) -> Content:
    return replace(CONTENT, entries=entries, words=words or {})

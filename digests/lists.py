"""Lists of titles in a mail: a heading, a line for each title, a last line that leads on. Pure.

The layout is compiled once per language and cut; a list is then put together from lines that were made before.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple, Protocol

from django.template.loader import render_to_string

from digests import markup, mjml
from digests.columns import shorten, wrap_all
from digests.fragments import LONGEST_TITLE
from digests.links import Pieces, Place
from digests.looks import look
from digests.parts import Part, cut, marks, part, parts

BELOW = ("#rest",)  # the address of the list that is further down
NAMES = ("heading", "line", "url", "title", "last", "end")


class Lists(Protocol):
    """How lists are written: in HTML or as text."""

    def opening(self, heading: str, *, anchor: str = "") -> Part: ...

    def line(self, title: str, url: str) -> Part: ...

    def closing(self, last: str, address: Pieces) -> tuple[Part, ...]: ...


class Frame(NamedTuple):
    """The layout of a list, cut where words and addresses are put in."""

    opening: tuple[str, str]
    line: tuple[str, str, str]
    last: tuple[str, str, str]
    end: str


@dataclass(frozen=True, slots=True)
class HtmlLists:
    """Lists as table rows of an HTML mail in one language and colour."""

    locale: str
    accent: str

    def opening(self, heading: str, *, anchor: str = "") -> Part:
        before, after = _frame(self.locale, self.accent, anchor).opening
        return part(before + markup.inert(heading) + after)

    def line(self, title: str, url: str) -> Part:
        before, between, after = _frame(self.locale, self.accent).line
        return part(before + markup.inert(url) + between + markup.inert(short(title)) + after)

    def closing(self, last: str, address: Pieces) -> tuple[Part, ...]:
        frame = _frame(self.locale, self.accent)
        if not last:
            return parts(frame.end)
        before, between, after = frame.last
        pieces = [piece if isinstance(piece, Place) else markup.inert(piece) for piece in address]
        return parts(before, *pieces, between + markup.inert(last) + after + frame.end)


@dataclass(frozen=True, slots=True)
class TextLists:
    """Lists as lines of a text mail, without anchors and addresses of titles.

    A list stands below two empty lines, and every line begins with its line end.
    """

    def opening(self, heading: str, *, anchor: str = "") -> Part:
        return part("\n\n\n" + _wrapped(heading))

    def line(self, title: str, url: str) -> Part:
        return part("\n" + _wrapped(short(title), marker="- "))

    def closing(self, last: str, address: Pieces) -> tuple[Part, ...]:
        if not last:
            return ()
        return parts("\n" + _wrapped(last), *(() if address == BELOW else ("\n", *address)))


def short(title: str) -> str:
    return shorten(markup.line(title), LONGEST_TITLE)


def _wrapped(words: str, *, marker: str = "") -> str:
    return wrap_all(marker + markup.inert_text(markup.line(words)))


@lru_cache(maxsize=128)  # of about 2 kB each, whatever anyone writes
def _frame(locale: str, accent: str, anchor: str = "") -> Frame:
    context = {"look": look(locale, accent), "anchor": anchor, "cut": marks(*NAMES)}
    between = cut(mjml.rows(render_to_string("email/digest/titles.mjml", context)))[::2]
    heading, words, line, url, title, last, last_url, last_title, end = between
    return Frame((heading, words), (line, url, title), (last, last_url, last_title), end)

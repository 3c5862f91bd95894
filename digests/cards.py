"""What search engines, feed readers and those who share a page are told of it: its card. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from digests.columns import shorten
from digests.locales import bcp47, open_graph
from digests.markup import line

LONGEST = 200  # columns of a description: what search engines and messengers show
ANY = "x-default"  # the language of who speaks none that a page has
PICTURE = 1200, 630  # of static/card.png, which stands where a page has no picture of its own


@dataclass(frozen=True, slots=True)
class Alternate:
    """The same page in another language; `lang` is ANY for who speaks none of them."""

    lang: str
    url: str


@dataclass(frozen=True, slots=True)
class Feed:
    """An Atom feed that a page offers."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Card:
    """Addresses are whole ones. `image` is empty where the page has no picture of its own."""

    title: str
    description: str
    url: str
    locale: str
    site: str
    kind: str = "website"
    image: str = ""
    published: str = ""
    alternates: tuple[Alternate, ...] = ()
    feeds: tuple[Feed, ...] = ()

    @property
    def og_locale(self) -> str:
        return open_graph(self.locale)

    @property
    def og_alternates(self) -> tuple[str, ...]:
        """The page's other languages, each once."""
        others = (open_graph(other.lang.lower()) for other in self.alternates if other.lang != ANY)
        return tuple(dict.fromkeys(other for other in others if other != self.og_locale))


def described(text: str) -> str:
    """Text from outside on one line, as long as a description may be."""
    return shorten(line(text), LONGEST)


def alternates(versions: Iterable[tuple[str, str]], *, default: str) -> tuple[Alternate, ...]:
    """`versions` are locales with their whole address; `default` is for who speaks none of them."""
    told = tuple(Alternate(bcp47(locale), url) for locale, url in versions)
    return (*told, Alternate(ANY, default)) if told and default else told

"""A language of Greek letters that holds every text of ours: a word in Latin ones is in no catalogue."""

import gettext
import re
from html.parser import HTMLParser
from pathlib import Path

import django
from babel.messages import Catalog
from babel.messages.mofile import write_mo

from tests.catalogues import texts

CODE = "el"  # so that dates, cities and the names of languages come in Greek letters too
KEPT = re.compile(r"%\(\w+\)[sd]|%%|%[sd]|\{\w*\}|<[^>]+>|&\w+;|&#\d+;")
GREEK = str.maketrans("abcdefghijklmnopqrstuvwxyz", "αβψδεφγηιξκλμνοπρςστυωχθζζ".ljust(26, "ω")[:26])
LATIN = re.compile(r"[A-Za-z]{2,}")
# Names, which are the same in every language, and what is no word: addresses of pages and of people.
NAMES = {"Paperboy", "UTC", "HTML", "arXiv", "Atom", "JSON", "RSS", "PDF", "GitHub"}
NO_WORD = re.compile(r"\S+@\S+|https?://\S+|/\S+/|\bU\+\w+|\d{4}\.\d{5}(v\d+)?")
SEEN = ("title", "alt", "aria-label", "placeholder")


def pseudo(text: str) -> str:
    """The text in Greek letters, with its places and tags as they are, a third longer, between brackets."""
    pieces = KEPT.split(text)
    kept = [found[0] for found in KEPT.finditer(text)] + [""]
    greek = "".join(piece.lower().translate(GREEK) + place for piece, place in zip(pieces, kept, strict=True))
    return f"⟦{greek}{'ω' * (len(text) // 3 % 20)}⟧"


def write(folder: Path) -> None:
    """`folder` holds the language, as LOCALE_PATHS has others."""
    catalogue = Catalog(locale=CODE)
    for (context, text), forms in {**_of_django(), **texts()}.items():
        strings = tuple(pseudo(form) for form in forms)
        if len(strings) > 1:
            catalogue.add(forms, (strings[0], strings[-1]), context=context)
        else:
            catalogue.add(text, strings[0], context=context)
    path = folder / CODE / "LC_MESSAGES" / "django.mo"
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        write_mo(file, catalogue)


def words_of(html: str) -> list[str]:
    """Latin words that a reader sees or hears on the page, but for names and what stands in another language."""
    reader = _Reader()
    reader.feed(html)
    return latin(" ".join(reader.said))


def latin(text: str) -> list[str]:
    return [word for word in LATIN.findall(NO_WORD.sub(" ", text)) if word not in NAMES]


class _Reader(HTMLParser):
    """What a page says. Elements in another language, and the cities of the time zones, are passed over."""

    VOID = frozenset({"br", "hr", "img", "input", "link", "meta", "source", "wbr"})

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._silent: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        is_silent = (
            bool(self._silent and self._silent[-1])
            or tag in {"script", "style", "code", "pre", "textarea"}
            or (found.get("lang") or CODE) != CODE
            or (tag == "select" and found.get("name") == "time_zone")
        )
        if not is_silent:
            self.said += [found[name] or "" for name in SEEN if found.get(name)]
            self.said += [found["value"] or ""] if tag == "input" and found.get("type") == "submit" else []
            if tag == "meta" and found.get("name") == "description":
                self.said.append(found.get("content") or "")
        if tag not in self.VOID:
            self._silent.append(is_silent)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID and self._silent:
            self._silent.pop()

    def handle_data(self, data: str) -> None:
        if not (self._silent and self._silent[-1]):
            self.said.append(data)


def _of_django() -> dict[tuple[str | None, str], tuple[str, ...]]:
    """Django's own texts, as far as its German catalogues know them."""
    found: dict[tuple[str | None, str], tuple[str, ...]] = {}
    root = Path(django.__file__).parent
    for path in [*root.glob("conf/locale/de/**/django.mo"), *root.glob("contrib/*/locale/de/**/django.mo")]:
        with path.open("rb") as file:
            catalogue: dict[object, str] = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
        for key in catalogue:
            name = key[0] if isinstance(key, tuple) else key
            context, _mark, text = str(name).rpartition("\4")
            if text:
                found[(context or None, text)] = (text, text) if isinstance(key, tuple) else (text,)
    return found

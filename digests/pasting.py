"""What is pasted from Word or a web page, as Markdown: tags, smart bullets and odd spaces become what we keep. Pure."""

import re
from dataclasses import dataclass
from enum import StrEnum
from html.parser import HTMLParser

from digests import markup

KNOWN = (
    "a abbr article b blockquote body br center code del div em font h1 h2 h3 h4 h5 h6 head html i img li meta o:p ol "
    "p pre s script section small span strong style sub sup table tbody td th thead title tr u ul xml"
)
# Of tags that HTML knows alone: <EOS> and "a < b" are an author's own.
TAG = re.compile(
    rf"</?(?:{KNOWN.replace(' ', '|')})(?:\s[^<>]*)?/?>|<!--(?:(?!<!--).)*?-->|<![A-Za-z\[][^>]*>",
    re.IGNORECASE | re.DOTALL,
)
UNSEEN = {"style", "script", "head", "title", "xml"}
MARKS = {"b": "**", "strong": "**", "i": "*", "em": "*", "code": "`"}
BLOCKS = {"p", "div", "ul", "ol", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "section", "article"}
# Bullets of Word, of Pages and of Symbol fonts; a lone o too, where a tab follows.
SMART = re.compile(
    r"^([ \t]*)(?:[•·‣▪▫◦●○■□◆◇➢➤▶✓✔⁃∙⦁\uf0b7\uf0a7\uf0d8・][ \t]*|o\t\s*|[–—][ \t]+)(?=\S)", re.MULTILINE
)
TABBED = re.compile(r"^([ \t]*(?:[-*+]|\d{1,3}[.)]))\t[ \t]*", re.MULTILINE)
SPACES = re.compile("[\u00a0\u2002-\u200a\u202f\u205f]")
NOTHING = re.compile("[\u00ad\u200b\u2060\ufeff]")
FRENCH = re.compile("[\u00a0\u202f](?=[:;!?»%€])|(?<=«)[\u00a0\u202f]|(?<=\\d)[\u00a0\u202f](?=\\d{3})")
KEPT = "\ue000"  # stands for such a space while the others go


class Change(StrEnum):
    """What was changed, for who pasted it."""

    TAGS = "tags"
    BULLETS = "bullets"
    SPACES = "spaces"
    CONTROLS = "controls"


@dataclass(frozen=True, slots=True)
class Tidied:
    """Markdown, and how many things of each sort were changed in it."""

    text: str
    changes: dict[Change, int]


def tidy(text: str) -> Tidied:
    """The same words as Markdown. What is Markdown already stays letter by letter, but for blanks at its ends."""
    changes: dict[Change, int] = {}
    cleaned = markup.clean(text.replace("\r\n", "\n"))
    if lost := len(text.replace("\r\n", "\n")) - len(cleaned):
        changes[Change.CONTROLS] = lost
    if tags := len(TAG.findall(cleaned)):
        changes[Change.TAGS] = tags
        cleaned = _untagged(cleaned)
    for change, pattern, into in (
        (Change.SPACES, NOTHING, ""),
        (Change.SPACES, SPACES, " "),
        (Change.BULLETS, SMART, r"\1- "),
        (Change.BULLETS, TABBED, r"\1 "),
    ):
        cleaned = FRENCH.sub(lambda found: KEPT, cleaned) if pattern is SPACES and FRENCH.search(cleaned) else cleaned
        cleaned, count = pattern.subn(into, cleaned)
        if count:
            changes[change] = changes.get(change, 0) + count
    if KEPT in cleaned:
        cleaned = cleaned.replace(KEPT, "\u00a0")
    return Tidied(cleaned.strip(" \n\t") if cleaned.strip() else "", changes)


def _untagged(text: str) -> str:
    reader = _Reader()
    reader.feed(_guarded(text))
    reader.close()
    lines = [line.rstrip() for line in "".join(reader.written).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _guarded(text: str) -> str:
    """What is no tag of HTML stays text for the reader: its < is written as &lt;."""
    parts, end = [], 0
    for found in TAG.finditer(text):
        parts += [text[end : found.start()].replace("<", "&lt;"), found[0]]
        end = found.end()
    return "".join(parts) + text[end:].replace("<", "&lt;")


class _Reader(HTMLParser):
    """Writes Markdown for the tags that say something, and the words of the others."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.written: list[str] = []
        self.unseen = 0
        self.hrefs: list[str] = []
        self.lists: list[str] = []
        self.is_opened = False  # a mark, which nothing stands behind so far

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.unseen += tag in UNSEEN
        if tag in MARKS:
            self._write(MARKS[tag])
            self.is_opened = not self.unseen
        elif tag == "a":
            self.hrefs.append(markup.safe_url(dict(attrs).get("href") or ""))
            self._write("[" if self.hrefs[-1] else "")
        elif tag == "li":
            self._break(1)
            numbered = self.lists and self.lists[-1] == "ol"
            self._write("  " * max(len(self.lists) - 1, 0) + ("1. " if numbered else "- "))
        elif tag == "br":
            self._write("\n")
        elif tag in BLOCKS:
            self._open(tag)

    def _open(self, tag: str) -> None:
        in_item = bool(self.written) and self.written[-1].endswith(("- ", "1. "))
        if tag in {"ul", "ol"}:
            self._break(1 if self.lists else 2)
            self.lists.append(tag)
        elif not in_item:
            self._break(2)

    def handle_endtag(self, tag: str) -> None:
        self.unseen -= tag in UNSEEN and self.unseen > 0
        if tag in MARKS:
            self._close(MARKS[tag])
        elif tag == "a" and self.hrefs:
            href = self.hrefs.pop()
            self._write(f"]({href})" if href else "")
        elif tag in {"ul", "ol"}:
            self.lists[-1:] = []
            self._break(1 if self.lists else 2)
        elif tag in {"td", "th"}:
            self._write(" ")  # or the numbers of two cells were one
        elif tag in BLOCKS and not self.lists:
            self._break(2)

    def _close(self, mark: str) -> None:
        """No blank stands before the closing mark: Markdown would not read it as one. Around nothing there is none."""
        if self.is_opened:
            self.written.pop()
            self.is_opened = False
        elif self.written and self.written[-1].endswith(" ") and self.written[-1].strip():
            self.written[-1] = self.written[-1].rstrip()
            self.written += [mark, " "]
        else:
            self._write(mark)

    def handle_data(self, data: str) -> None:
        """Nor does one stand behind the opening mark."""
        if self.is_opened and data[:1].isspace():
            mark = self.written.pop()
            self._write(" ")
            self._write(mark)
            data = data.lstrip()
            self.is_opened = True
        self._write(data)

    def _write(self, text: str) -> None:
        if text and not self.unseen:
            self.written.append(text)
            self.is_opened = False

    def _break(self, lines: int) -> None:
        """So many line ends stand here at least, unless nothing was written yet."""
        so_far = "".join(self.written[-8:])
        if so_far.strip() and not self.unseen:
            there = len(so_far) - len(so_far.rstrip("\n "))
            there = so_far[len(so_far) - there :].count("\n")
            self._write("\n" * max(lines - there, 0))

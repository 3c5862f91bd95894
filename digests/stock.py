"""What mails of one digest have in common, kept while they are sent: papers, lines of lists, headings. Pure.

An edition of papers that others have too costs look-ups alone. The stocks take STOCKS_KEPT bytes at most; parts of a
stock that was let go live on in the wordings that are made of them. Threads may share stocks.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from threading import Lock
from typing import NamedTuple

from django.utils import translation
from django.utils.translation import gettext as _

from digests import fragments, markup, phrases, reasons, shells
from digests.columns import shorten, wrap_all
from digests.content import Content, Words
from digests.fragments import Fragment
from digests.keeping import Kept, weight
from digests.links import WEB, address_of
from digests.lists import BELOW, HtmlLists, Lists, TextLists
from digests.locales import chain, spoken
from digests.parts import Part, cut, marks, part, parts
from digests.selection import EditionKey, Selected

STOCKS_KEPT = 32_000_000  # bytes; a language and detail of a day take about 1 MB
EMPTY = 20_000  # bytes of a stock that has nothing yet
TITLES_BESIDE = 3  # titles that an inbox shows beside the subject

Opening = tuple[str, Part]  # words that stand beside the subject, and the same as HTML
Frame = tuple[Part, tuple[Part, ...]]  # what stands before the lines of a list, and after them
Shown = tuple[int, str, bool]  # an entry, the locale of its summary, and whether it is cut where its reason belongs


class Stock:
    """The parts of mails of one content in one language and detail, each made when it is first asked for."""

    def __init__(self, content: Content, key: EditionKey, *, site_url: str) -> None:
        self.content = content
        self.site_url = site_url
        self.wanted, self.detail = key.locale, key.detail
        self.locale = spoken(key.locale, content.default_locale)
        self.words = _own_words(content, key.locale)
        self.page = fragments.day_address(content, key.locale, site_url=site_url)
        self.entries = {entry.id: entry for entry in content.entries}
        self.size = EMPTY  # bytes of what was made
        self.content_size = sum(weight(said.text) for entry in content.entries for said in entry.summaries.values())
        self._key = replace(key, selection=())
        self._names = fragments.topic_names(content, key.locale)
        self.fragments = Kept(self._fragment, self._grow)
        self.seconds = Kept(self._seconds, self._grow)
        self.reasons = Kept(self._reason, self._grow)
        self.subjects = Kept(self._subject, self._grow)
        self.shares = Kept(self._share, self._grow)
        self.openings = Kept(self._opening, self._grow)
        self.nothing = Kept(self._nothing, self._grow)
        self._own_opening = _opening(markup.line(self.words.preheader))
        rows = HtmlLists(self.locale, content.accent)
        in_html = Writing(fragments.mail, markup.inert, shells.in_html, shells.nothing_in_html)
        in_text = Writing(_text, _text_reason, shells.in_text, shells.nothing_in_text)
        self.html = Side(self, rows, in_html, grow=self._grow)
        self.text = Side(self, TextLists(), in_text, grow=self._grow)

    def shell(self, *, is_bare: bool) -> shells.Shell:
        full = shells.shell(self.content, self.wanted, locale=self.locale, site_url=self.site_url)
        return shells.barer(full) if is_bare else full

    def preheader(self, titles: Sequence[str]) -> list[Opening]:
        """What stands beside the subject, in inboxes: the editor's words, else the top titles."""
        if self._own_opening[0]:
            return [self._own_opening]
        return [opening for title in titles[:TITLES_BESIDE] if (opening := self.openings[title])[0]]

    def _grow(self, more: int) -> None:
        with _lock:
            self.size += more
            _make_room()

    def _fragment(self, shown: tuple[int, str]) -> Fragment:
        key = replace(self._key, selection=(Selected(*shown, reason=""),))
        (fragment,) = fragments.fragments(self.content, key, site_url=self.site_url)
        return fragment

    def _seconds(self, shown: tuple[int, str]) -> int:
        return fragments.seconds(self.fragments[shown])

    def _reason(self, given: tuple[int, str]) -> str:
        entry, code = given
        return reasons.said(code, self.entries[entry], self._names, self.locale, digest=self.content.kind)

    def _subject(self, named: tuple[str, int]) -> tuple[str, Part]:
        """The subject of a mail that begins with this title and has so many papers; as a header and as HTML."""
        title, papers = named
        day, kind = self.content.day, self.content.kind
        with translation.override(self.locale):
            if papers:
                own = markup.line(self.words.subject)
                words = own or phrases.subject([title] * papers, day, self.locale, kind=kind)
            else:
                words = phrases.subject_of_none(day, self.locale, kind=kind)
            if self.content.is_correction:
                words = _("Correction: %(subject)s") % {"subject": words}
        subject = markup.inert_text(shorten(markup.line(words), phrases.SUBJECT_LONGEST))
        return subject, part(markup.inert(subject))

    def _share(self, counts: tuple[int, int, int]) -> tuple[Part, Part]:
        """How many of how many papers in so many minutes; as HTML and as text."""
        shown, total, minutes = counts
        with translation.override(self.locale):
            words = phrases.share(shown, total, 60 * minutes, self.locale)
        return part(markup.inert(words)), part(words)

    def _opening(self, title: str) -> Opening:
        return _opening(phrases.preheader([title]))

    def _nothing(self, total: int) -> Opening:
        with translation.override(self.locale):
            return _opening(phrases.nothing(total, self.locale))


class Writing(NamedTuple):
    """How papers, their reasons and the shell are written: in HTML or as text."""

    paper: Callable[[Fragment, str], str]  # with a mark where the reason belongs, or without one
    reason: Callable[[str], str]
    shell: Callable[[shells.Shell], shells.Cut]
    nothing: Callable[[str, str, str], str]  # in a language and a colour: what a mail says that has no papers


class Side:
    """The HTML or the text of these mails.

    Papers are kept by their entry and summary, whatever they are there for; reasons by their words; lines by the entry,
    `inner` ones linked within the mail and `outer` ones to the web; what stands around a list by the number that its
    words tell; shells by whether they are bare.
    """

    def __init__(self, stock: Stock, lists: Lists, writing: Writing, *, grow: Callable[[int], None]) -> None:
        self._stock = stock
        self._lists = lists
        self._writing = writing
        self.papers = Kept(self._paper, grow)
        self.reasons: Kept[str, Part] = Kept(lambda words: part(writing.reason(words)), grow)
        self.shells: Kept[bool, shells.Cut] = Kept(lambda is_bare: writing.shell(stock.shell(is_bare=is_bare)), grow)
        self.inner = Kept(self._inner, grow)
        self.outer = Kept(self._outer, grow)
        self.contents = Kept(self._contents, grow)
        self.rest = Kept(self._rest, grow)
        self.also = Kept(self._also, grow)
        self.nothing = Kept(self._nothing, grow)

    def paper(self, chosen: Selected) -> tuple[Part, ...]:
        """The paper with its reason, which is a part of its own: a few papers have thousands of reasons."""
        entry, summary, code = chosen
        if words := self._stock.reasons[entry, code]:
            before, *after = self.papers[entry, summary, True]
            return before, self.reasons[words], *after
        return self.papers[entry, summary, False]

    def _paper(self, shown: Shown) -> tuple[Part, ...]:
        entry, summary, is_cut = shown
        mark = marks("reason")["reason"] if is_cut else ""
        written = self._writing.paper(self._stock.fragments[entry, summary], mark)
        return parts(*cut(written)[::2])

    def _nothing(self, total: int) -> Part:
        words, _opening = self._stock.nothing[total]
        return part(self._writing.nothing(words, self._stock.locale, self._stock.content.accent))

    def _inner(self, entry: int) -> Part:
        return self._lists.line(self._stock.entries[entry].title, f"#p{entry}")

    def _outer(self, entry: int) -> Part:
        return self._lists.line(self._stock.entries[entry].title, f"{self._stock.page}#p{entry}")

    def _contents(self, titles_below: int) -> Frame:
        with translation.override(self._stock.locale):
            heading, last = _("In this mail"), phrases.more_below(titles_below, self._stock.locale)
        return self._lists.opening(heading), self._lists.closing(last, BELOW)

    def _rest(self, papers: int) -> Frame:
        with translation.override(self._stock.locale):
            heading, last = phrases.left_over(papers, self._stock.locale), _("Read all of them on the web")
        return self._lists.opening(heading, anchor="rest"), self._lists.closing(
            last, address_of(self._stock.site_url, WEB)
        )

    def _also(self, titles_more: int) -> Frame:
        with translation.override(self._stock.locale):
            headings = phrases.headings(self._stock.content.kind)
            last = phrases.more_titles(titles_more, self._stock.locale) or headings["page"]
        return self._lists.opening(headings["also_today"]), self._lists.closing(last, (self._stock.page,))


def stock(content: Content, key: EditionKey, *, site_url: str) -> Stock:
    """The stock for mails of this content in the key's language and detail: the kept one where there is one."""
    mark = (id(content), key.locale, key.detail, site_url)  # no other has this id while the stock holds its content
    with _lock:
        kept = _stocks.pop(mark, None) or _taken_over(content, key, site_url) or Stock(content, key, site_url=site_url)
        _stocks[mark] = kept  # now the youngest: a dict keeps its order
    return kept


_stocks: dict[tuple[int, str, str, str], Stock] = {}
_lock = Lock()  # around all that changes _stocks, or the size or the content of one of them


def _taken_over(content: Content, key: EditionKey, site_url: str) -> Stock | None:
    """The stock of an equal content, which was read once more: from now on it is the stock of this one."""
    for mark, kept in _stocks.items():
        if mark[1:] == (key.locale, key.detail, site_url) and kept.content == content:
            kept.content = content
            return _stocks.pop(mark)
    return None


def _make_room() -> None:
    """Afterwards the stocks and the contents that they hold take no more than STOCKS_KEPT bytes."""
    while _size(_stocks.values()) > STOCKS_KEPT:
        del _stocks[next(iter(_stocks))]


def _size(stocks: Collection[Stock]) -> int:
    contents = {id(one.content): one.content_size for one in stocks}
    return sum(one.size for one in stocks) + sum(contents.values())


def _opening(words: str) -> Opening:
    return words, part(markup.inert(words))


def _text(fragment: Fragment, reason: str) -> str:
    """As every part of a text mail it stands below two empty lines, and ends where a line does."""
    return "\n\n\n" + fragments.text(fragment, reason)


def _text_reason(words: str) -> str:
    return wrap_all(markup.inert_text(words))


def _own_words(content: Content, locale: str) -> Words:
    """The editor's words in the language itself: a subject in another one would be worse than ours."""
    own = (link for link in chain(locale) if locale == link or locale.startswith(f"{link}-"))
    return next((content.words[link] for link in own if link in content.words), Words())

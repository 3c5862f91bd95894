"""An edition as mail: subject, HTML and text, from frozen content and the key of what is selected. Pure.

A mail is put together from parts that many mails share (see stock.py). It stays cut at its personal places, and
at every part, so that whoever encodes it for sending can do so once for each part.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from digests import markup, phrases
from digests.columns import shorten
from digests.content import Content, EntryContent
from digests.links import Pieces
from digests.parts import Part, part
from digests.selection import HTML, EditionKey, Selected
from digests.stock import Side, stock

HTML_LIMIT = 100_000  # bytes; Gmail hides what comes after about 102,000
TEXT_LIMIT = 200_000  # bytes
REST_LIMIT = 100  # titles of selected papers that a mail has no room for
ALSO_LIMIT = 40  # titles of papers that were not selected
CONTENTS_FROM = 7  # papers that make a list of contents worth its place
FEW_TITLES = 10  # in each list of a mail that is too large without any paper in full
SEPARATOR = " · "
DOT = part(f" {markup.inert(SEPARATOR)} ")


@dataclass(frozen=True, slots=True)
class Rendered:
    """A mail's words, cut at its personal places. `html` is empty for readers who want plain text."""

    subject: str
    html: Pieces
    text: Pieces


@dataclass(frozen=True, slots=True)
class Mail:
    """All that the HTML or the text of one mail is made of. `words` stand in its shell, by their place."""

    side: Side
    papers: Sequence[Selected]
    others: Sequence[EntryContent]
    total: int
    words: Mapping[str, Sequence[Part]]
    preheader: str = ""  # of an HTML mail, in plain words
    titles: int = REST_LIMIT  # at most, in each list below the papers
    is_bare: bool = False


def render(content: Content, key: EditionKey, *, site_url: str, with_text: bool = True) -> Rendered:
    """The mail for this key; what recurs in other mails is the same object there.

    Without its text it is for eyes alone, and made in two thirds of the time.
    """
    kept = stock(content, key, site_url=site_url)
    papers = [chosen for chosen in key.selection if chosen.entry in kept.entries]
    titles = [kept.entries[chosen.entry].title for chosen in papers]
    left_out = others(content, key)
    subject, title = kept.subjects[titles[0] if titles else "", len(titles)]
    minutes = round(sum([kept.seconds[chosen.entry, chosen.summary] for chosen in papers]) / 60)
    share_html, share_text = kept.shares[len(papers), key.total, minutes]
    openings = kept.preheader(titles) if titles else [kept.nothing[key.total]]
    preheader = SEPARATOR.join([said for said, _opening in openings])
    words = {"title": [title], "share": [share_html], "preheader": _dotted([opening for _words, opening in openings])}
    html = Mail(kept.html, papers, left_out, key.total, words, preheader)
    text = Mail(kept.text, papers, left_out, key.total, {"share": [share_text]})
    return Rendered(
        subject=subject,
        html=_fitting(html, limit=HTML_LIMIT) if key.format == HTML else (),
        text=_fitting(text, limit=TEXT_LIMIT) if with_text else (),
    )


def others(content: Content, key: EditionKey) -> tuple[EntryContent, ...]:
    """The day's papers that are not in this selection."""
    selected = {chosen.entry for chosen in key.selection}
    return tuple(entry for entry in content.entries if entry.id not in selected)


def _fitting(mail: Mail, *, limit: int) -> Pieces:
    """The mail with as many papers in full as its limit of bytes allows."""
    full = _first(mail, limit=limit)
    pieces, size = _written(mail, full)
    while full and (over := size - limit) >= 0:
        while full and over >= 0:
            over -= _size(full.pop())
        pieces, size = _written(mail, full)
    barer = _barer(mail)
    while size >= limit and (less := next(barer, None)):
        pieces, size = _written(less, [])
    return pieces


def _first(mail: Mail, *, limit: int) -> list[Sequence[Part]]:
    """The first papers in full, as many as are smaller than the limit: those behind them need not be written."""
    full, size = list[Sequence[Part]](), 0
    for chosen in mail.papers:
        paper = mail.side.paper(chosen)
        size += _size(paper)
        if size >= limit:
            break
        full.append(paper)
    return full


def _size(parts: Sequence[Part]) -> int:
    """Bytes."""
    return sum([one.size for one in parts])


def _barer(mail: Mail) -> Iterator[Mail]:
    """The same mail with less in it each time; the last one is small, whatever its words are."""
    yield replace(mail, titles=FEW_TITLES)
    preheader = part(markup.inert(shorten(mail.preheader, phrases.SUBJECT_LONGEST)))
    yield replace(mail, titles=0, words={**mail.words, "preheader": [preheader]}, is_bare=True)


def _written(mail: Mail, full: Sequence[Sequence[Part]]) -> tuple[Pieces, int]:
    """The pieces of the mail with these first papers in full, and its size in bytes."""
    papers, shown = [one for paper in full for one in paper], len(full)
    within = [*_nothing(mail), *_contents(mail, shown), *papers, *_rest(mail, shown), *_also(mail)]
    words = {"": (), **mail.words, "papers": within}
    parts = [one for name, after in mail.side.shells[mail.is_bare] for one in (*words[name], *after)]
    pieces, sizes = zip(*parts, strict=True)
    return pieces, sum(sizes)


def _nothing(mail: Mail) -> list[Part]:
    return [] if mail.papers else [mail.side.nothing[mail.total]]


def _contents(mail: Mail, shown: int) -> list[Part]:
    if len(mail.papers) < CONTENTS_FROM or not shown:
        return []
    opening, closing = mail.side.contents[len(mail.papers) - shown]
    return [opening, *[mail.side.inner[chosen.entry] for chosen in mail.papers[:shown]], *closing]


def _rest(mail: Mail, shown: int) -> list[Part]:
    rest = mail.papers[shown:]
    if not rest:
        return []
    opening, closing = mail.side.rest[len(rest)]
    return [opening, *[mail.side.outer[chosen.entry] for chosen in rest[: mail.titles]], *closing]


def _also(mail: Mail) -> list[Part]:
    if not mail.others:
        return []
    named = mail.others[: min(mail.titles, ALSO_LIMIT)]
    opening, closing = mail.side.also[len(mail.others) - len(named)]
    return [opening, *[mail.side.outer[entry.id] for entry in named], *closing]


def _dotted(parts: Sequence[Part]) -> list[Part]:
    """The parts in a row, with dots between them."""
    return [one for part in parts for one in (DOT, part)][1:]

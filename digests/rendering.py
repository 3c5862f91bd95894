"""An edition as mail: subject, HTML and text, from frozen content and the key of what is selected. Pure.

Papers are fragments (see fragments.py). The shell around them is compiled once per language and words, cut at
its places, and put together with them by joining: text from outside never passes through a template twice.
"""

import re
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from digests import fragments, markup, mjml, phrases
from digests.columns import shorten
from digests.content import Content, EntryContent, Words
from digests.fragments import LONGEST_TITLE, Fragment
from digests.links import PLACES, WEB, Link
from digests.locales import chain, long_date, spoken
from digests.looks import look
from digests.selection import HTML, EditionKey

HTML_LIMIT = 100_000  # bytes; Gmail hides what comes after about 102,000
TEXT_LIMIT = 200_000  # bytes
REST_LIMIT = 100  # titles of selected papers that a mail has no room for
ALSO_LIMIT = 40  # titles of papers that were not selected
CONTENTS_FROM = 7  # papers that make a list of contents worth its place
FEW_TITLES = 10  # in each list of a mail that is too large without any paper in full
LONGEST_NOTE = 4_000  # characters
SHORTEST_NOTE = 500  # characters that a mail has room for whatever else is in it
# Marks where the shell is cut. Nobody outside this process knows them, so no title can stand for one.
SECRET = secrets.token_hex(8)
CUT = re.compile(f"{SECRET}([a-z]+){SECRET}")
CUTS = {name: f"{SECRET}{name}{SECRET}" for name in ("title", "preheader", "share", "papers", *PLACES)}


@dataclass(frozen=True, slots=True)
class Rendered:
    """A mail's words. `html` is empty for readers who want plain text."""

    subject: str
    html: str
    text: str


@dataclass(frozen=True, slots=True)
class Shell:
    """What stands around the papers: equal ones are compiled once per process."""

    name: str
    accent: str
    postal_address: str
    date: str
    note: str
    note_locale: str
    locale: str


@dataclass(frozen=True, slots=True)
class Line:
    """A title in a list, linked."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Titles:
    """A list of titles under a heading; `last` is its last line, linked to `last_url`."""

    heading: str
    anchor: str
    lines: tuple[Line, ...]
    last: str
    last_url: str


@dataclass(frozen=True, slots=True)
class Mail:
    """All that the HTML and the text of one mail are made of."""

    shell: Shell
    subject: str
    preheader: str
    share: str
    papers: tuple[Fragment, ...]
    others: tuple[EntryContent, ...]
    page: str
    link: Link
    titles: int = REST_LIMIT  # at most, in each list below the papers


def render(content: Content, key: EditionKey, *, site_url: str, link: Link) -> Rendered:
    """The mail for this key. `link` gives the personal addresses: preferences, leave, web."""
    with translation.override(spoken(key.locale, content.default_locale)):
        mail = _mail(content, key, site_url=site_url, link=link)
        return Rendered(
            subject=mail.subject,
            html=_html(mail) if key.format == HTML else "",
            text=_text(mail),
        )


def note(content: Content, locale: str) -> tuple[str, str]:
    """The editor's note and its locale: in the reader's language or the nearest that has one; may be empty."""
    for wish in chain(locale, content.default_locale):
        if said := content.words.get(wish, Words()).note.strip():
            return (said if len(said) <= LONGEST_NOTE else f"{said[:LONGEST_NOTE]}…"), wish
    return "", locale


def others(content: Content, key: EditionKey) -> tuple[EntryContent, ...]:
    """The day's papers that are not in this selection."""
    selected = {chosen.entry for chosen in key.selection}
    return tuple(entry for entry in content.entries if entry.id not in selected)


def share(key: EditionKey, papers: Sequence[Fragment], *, locale: str) -> str:
    """12 of 24 papers, 6 minutes."""
    parts = {
        "papers": phrases.share(len(papers), max(key.total, len(papers)), locale),
        "time": phrases.reading(sum(map(fragments.seconds, papers)), locale),
    }
    return _("%(papers)s, %(time)s") % parts


def _mail(content: Content, key: EditionKey, *, site_url: str, link: Link) -> Mail:
    locale = spoken(key.locale, content.default_locale)
    papers = fragments.fragments(content, key, site_url=site_url)
    titles = [paper.title for paper in papers] or [content.name]
    words = _own_words(content, key.locale)
    subject = markup.line(words.subject) or phrases.subject(titles, content.day, locale)
    return Mail(
        shell=_shell(content, key.locale, locale=locale),
        subject=markup.inert_text(shorten(markup.line(subject), phrases.SUBJECT_LONGEST)),
        preheader=markup.line(words.preheader) or phrases.preheader(titles),
        share=share(key, papers, locale=locale),
        papers=papers,
        others=others(content, key),
        page=fragments.day_address(content, key.locale, site_url=site_url),
        link=link,
    )


def _shell(content: Content, wanted: str, *, locale: str) -> Shell:
    said, said_in = note(content, wanted)
    return Shell(
        name=content.name,
        accent=content.accent,
        postal_address=content.postal_address[:LONGEST_NOTE],
        date=long_date(content.day, locale),
        note=said,
        note_locale=said_in,
        locale=locale,
    )


def _own_words(content: Content, locale: str) -> Words:
    """The editor's words in the language itself: a subject in another one would be worse than ours."""
    own = (link for link in chain(locale) if locale == link or locale.startswith(f"{link}-"))
    return next((content.words[link] for link in own if link in content.words), Words())


def _html(mail: Mail) -> str:
    rows = [fragments.mail(paper) for paper in mail.papers]
    return _fitting(partial(_html_of, rows=rows), mail, parts=rows, limit=HTML_LIMIT)


def _text(mail: Mail) -> str:
    parts = [fragments.text(paper) for paper in mail.papers]
    return _fitting(partial(_text_of, parts=parts), mail, parts=parts, limit=TEXT_LIMIT)


def _fitting(written: Callable[[Mail, int], str], mail: Mail, *, parts: Sequence[str], limit: int) -> str:
    """The mail with as many papers in full as its limit of bytes allows; `written` makes it of the first ones."""
    shown = len(parts)
    text = written(mail, shown)
    while shown and (over := len(text.encode()) - limit) >= 0:
        while shown and over >= 0:
            shown -= 1
            over -= len(parts[shown].encode())
        text = written(mail, shown)
    for barer in _barer(mail):
        if len(text.encode()) < limit:
            break
        text = written(barer, 0)
    return text


def _barer(mail: Mail) -> Iterator[Mail]:
    """The same mail with less in it each time; the last one is small, whatever its words are."""
    yield replace(mail, titles=FEW_TITLES)
    said, address = mail.shell.note, mail.shell.postal_address
    shell = replace(
        mail.shell,
        name=shorten(markup.line(mail.shell.name), phrases.SUBJECT_LONGEST),
        postal_address=address[:SHORTEST_NOTE],
        note=said if len(said) <= SHORTEST_NOTE else f"{said[:SHORTEST_NOTE]}…",
    )
    yield replace(mail, titles=0, preheader=shorten(mail.preheader, phrases.SUBJECT_LONGEST), shell=shell)


def _html_of(mail: Mail, shown: int, *, rows: Sequence[str]) -> str:
    lists = [[_titles_html(one, mail) for one in ones] for ones in _lists(mail, shown)]
    words = {"title": mail.subject, "preheader": mail.preheader, "share": mail.share}
    papers = "".join([*lists[0], *rows[:shown], *lists[1]])
    return _filled(_html_shell(mail.shell), mail, {place: markup.inert(said) for place, said in words.items()}, papers)


def _text_of(mail: Mail, shown: int, *, parts: Sequence[str]) -> str:
    lists = [[_titles_text(one, mail) for one in ones] for ones in _lists(mail, shown)]
    papers = "\n\n\n".join([*lists[0], *parts[:shown], *lists[1]])
    return _filled(_text_shell(mail.shell), mail, {"share": mail.share}, papers)


def _filled(pieces: Sequence[str], mail: Mail, words: Mapping[str, str], papers: str) -> str:
    """The pieces of a shell joined; every other one is the name of a place."""
    filled = {**words, "papers": papers, **{place: mail.link(place) for place in PLACES}}
    return "".join(filled[piece] if number % 2 else piece for number, piece in enumerate(pieces))


@lru_cache(maxsize=256)
def _html_shell(shell: Shell) -> tuple[str, ...]:
    """The compiled shell, cut: HTML and the names of places take turns."""
    said_in = look(shell.note_locale, shell.accent)
    context = {
        "shell": shell,
        "look": look(shell.locale, shell.accent),
        "note": said_in,
        "note_html": fragments.mail_html(shell.note, said_in),
        "cut": CUTS,
    }
    return tuple(CUT.split(mjml.to_html(render_to_string("email/digest/body.mjml", context))))


@lru_cache(maxsize=256)
def _text_shell(shell: Shell) -> tuple[str, ...]:
    context = {"shell": shell, "note": markup.plain(shell.note), "cut": CUTS}
    return tuple(CUT.split(render_to_string("email/digest/body.txt", context).strip("\n") + "\n"))


def _titles_html(titles: Titles, mail: Mail) -> str:
    return _titles_rows(titles, mail.shell.locale, mail.shell.accent).replace(CUTS[WEB], mail.link(WEB))


def _titles_text(titles: Titles, mail: Mail) -> str:
    return _titles_lines(titles).replace(CUTS[WEB], mail.link(WEB))


@lru_cache(maxsize=512)
def _titles_rows(titles: Titles, locale: str, accent: str) -> str:
    return mjml.rows(render_to_string("email/digest/titles.mjml", {"titles": titles, "look": look(locale, accent)}))


@lru_cache(maxsize=512)
def _titles_lines(titles: Titles) -> str:
    return render_to_string("email/digest/titles.txt", {"titles": titles}).strip("\n")


def _lists(mail: Mail, shown: int) -> tuple[list[Titles], list[Titles]]:
    """The lists of titles before and after the papers that are shown in full."""
    return _contents(mail, shown), [*_rest(mail, shown), *_also(mail)]


def _contents(mail: Mail, shown: int) -> list[Titles]:
    if len(mail.papers) < CONTENTS_FROM or not shown:
        return []
    lines = tuple(Line(_short(paper.title), f"#p{paper.entry}") for paper in mail.papers[:shown])
    last = phrases.more_below(len(mail.papers) - shown, mail.shell.locale)
    return [Titles(_("In this mail"), "", lines, last, "#rest")]


def _rest(mail: Mail, shown: int) -> list[Titles]:
    rest = mail.papers[shown:]
    if not rest:
        return []
    lines = tuple(Line(_short(paper.title), paper.web) for paper in rest[: mail.titles])
    heading = phrases.left_over(len(rest), mail.shell.locale)
    return [Titles(heading, "rest", lines, _("Read all of them on the web"), CUTS[WEB])]


def _also(mail: Mail) -> list[Titles]:
    if not mail.others:
        return []
    named = mail.others[: min(mail.titles, ALSO_LIMIT)]
    lines = tuple(Line(_short(entry.title), f"{mail.page}#p{entry.id}") for entry in named)
    last = phrases.more_titles(len(mail.others) - len(lines), mail.shell.locale) or _("This day on the web")
    return [Titles(_("Also today"), "", lines, last, mail.page)]


@lru_cache(maxsize=4096)
def _short(title: str) -> str:
    return shorten(markup.line(title), LONGEST_TITLE)

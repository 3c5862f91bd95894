"""A day's digest as Markdown: reading it, and writing it back. Pure.

Summaries stay as they were written, to the last space. A line of a summary that would begin an entry, a day or
a head is written with a backslash before it, and loses it again when it is read.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from digests.days import day_problem
from digests.sources.head import Head, is_head_line, shortened, write_media, write_names
from digests.sources.listing import BrokenSource, ListedPaper, Listing, Note, paper_key, url_problem

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
DAY = re.compile(r" {0,3}##(?!#)(?P<words>[^\n]*?)\((?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})\)[\s#]*\Z")
ENTRY = re.compile(r" {0,3}###(?!#)(?P<rest>.*)\Z")
LINE_BREAK = re.compile(r"\r\n?|\n")
WORDS = "Daily Papers"

__all__ = ["read", "write"]


@dataclass(slots=True)
class Draft:
    """One entry while it is being read."""

    line: int
    title: str
    url: str
    head: Head = field(default_factory=Head)
    text: list[tuple[int, str]] = field(default_factory=list)


@dataclass(slots=True)
class Reading:
    """The file while it is being read, line by line."""

    day: date | None = None
    preface: list[tuple[int, str]] = field(default_factory=list)
    before: list[tuple[int, str]] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)
    inside: bool = False  # an entry has begun since the last heading of a day
    notes: list[Note] = field(default_factory=list)

    def take(self, line: str, number: int) -> None:
        if match := DAY.match(line):
            self._begin_day(match, number)
        elif match := ENTRY.match(line):
            self._begin_entry(match["rest"].strip(), number)
        elif self.inside:
            self._take_text(self.drafts[-1], line, number)
        else:
            (self.preface if self.day else self.before).append((number, line))

    def _begin_day(self, match: re.Match[str], number: int) -> None:
        day = _date(match["day"], number)
        if self.day is None:
            self.day = day
            if match["words"].strip() != WORDS:
                words = shortened(match["words"].strip())
                self.notes.append(Note(number, f"the heading says '{words}'; it is read as '{WORDS}'"))
        elif day != self.day:
            raise BrokenSource(f"a second day, {day}, in the file of {self.day}", line=number)
        else:
            self.notes.append(Note(number, f"a second heading of {day}: the digest goes on"))
        self.inside = False

    def _begin_entry(self, rest: str, number: int) -> None:
        if self.day is None:
            raise BrokenSource(f"a paper before any heading such as ## {WORDS} (2024-04-05)", line=number)
        title, url = _link(rest, number)
        self.drafts.append(Draft(number, title, url))
        self.inside = True

    def _take_text(self, draft: Draft, line: str, number: int) -> None:
        if draft.text or (line.strip() and not draft.head.take(line, number)):
            draft.text.append((number, line))


def read(text: str, *, locale: str) -> Listing:
    """The Listing that a file's text says, with notes on what a person should look at.

    Raises BrokenSource, which names the line, for what is no digest or seems cut off.
    """
    lines, notes = _lines(text)
    reading = Reading(notes=notes)
    for number, line in enumerate(lines, 1):
        reading.take(line, number)
    if reading.day is None:
        raise BrokenSource(f"no heading such as ## {WORDS} (2024-04-05)", line=1)
    if not reading.drafts:
        raise BrokenSource("no paper in the file", line=len(lines))
    _refuse_cut_off(reading.drafts[-1], lines)
    if lines[-1].strip():
        reading.notes.append(Note(len(lines), "the file does not end with an empty line; is it cut off?"))
    papers = _merged([_paper(draft, reading.notes) for draft in reading.drafts], reading.notes)
    preface = _preface(reading)
    notes = sorted(reading.notes, key=lambda note: note.line)
    return Listing(reading.day, locale, papers, tuple(notes), preface=preface)


def write(listing: Listing) -> str:
    """The digest in its one canonical form, which `read` reads back.

    Characters that no text may hold become spaces: an editor's form lets them pass.
    """
    parts = [f"## {WORDS} ({listing.day})"]
    if listing.preface:
        parts.append(_escaped(listing.preface))
    for paper in listing.papers:
        parts += _entry(paper)
    return CONTROL.sub(" ", "".join(f"{part}\n\n" for part in parts))


def _entry(paper: ListedPaper) -> list[str]:
    title = LINE_BREAK.sub(" ", paper.title).strip()
    parts = [f"### [{title}]({paper.url})", *write_media(paper.media)]
    votes = paper.votes_text if paper.votes is None else str(paper.votes)
    parts += [f"Vote: {votes}"] if votes else []
    parts += [f"Authors: {write_names(paper.authors)}"] if paper.authors else []
    parts += [_escaped(paper.summary)] if paper.summary else []
    return parts


def _lines(text: str) -> tuple[list[str], list[Note]]:
    """The lines without byte order mark and carriage returns, and notes on both."""
    notes = []
    if text.startswith("\ufeff"):
        text = text[1:]
        notes.append(Note(1, "a byte order mark was left out"))
    if "\r" in text:
        line = text[: text.index("\r")].count("\n") + 1
        text = LINE_BREAK.sub("\n", text)
        notes.append(Note(line, "carriage returns were read as line breaks"))
    if match := CONTROL.search(text):
        line = text.count("\n", 0, match.start()) + 1
        raise BrokenSource(f"the character U+{ord(match[0]):04X} does not belong into a text", line=line)
    if text and not text.endswith("\n"):
        line = text.count("\n") + 1
        raise BrokenSource("the file ends within a line, so it seems cut off; end it with a line break", line=line)
    return text.split("\n")[:-1], notes


def _refuse_cut_off(last: Draft, lines: Sequence[str]) -> None:
    if not last.text and lines[-1].strip():
        text = "the file ends within the head of a paper, so it seems cut off; end it with an empty line if it is whole"
        raise BrokenSource(text, line=len(lines))


def _date(text: str, number: int) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise BrokenSource(f"{text} is no date", line=number) from None
    if problem := day_problem(day):
        raise BrokenSource(problem, line=number)
    return day


def _link(rest: str, number: int) -> tuple[str, str]:
    """Title and address of `[title](address)`; the title may hold brackets itself."""
    title, middle, url = rest[1:-1].rpartition("](")
    if not (rest.startswith("[") and rest.endswith(")") and middle):
        form = "### [title](address)"
        raise BrokenSource(f"an entry must begin with {form}, not with '{shortened(rest)}'", line=number)
    if problem := url_problem(url):
        raise BrokenSource(f"the address '{shortened(url)}' {problem}", line=number)
    if not title.strip():
        raise BrokenSource("the title is empty", line=number)
    return title.strip(), url


def _paper(draft: Draft, notes: list[Note]) -> ListedPaper:
    notes += [Note(number, text) for number, text in draft.head.remarks]
    summary = _stripped(draft.text)
    if not summary:
        notes.append(Note(draft.line, f"no summary of '{shortened(draft.title)}'"))
    notes += [
        Note(number, f"'{shortened(line.strip())}' stands within the summary and was kept there as text")
        for number, line in draft.text
        if is_head_line(line) or re.match(r" {0,3}##?(?!#)", line)
    ]
    return ListedPaper(
        line=draft.line,
        url=draft.url,
        title=draft.title,
        authors=draft.head.authors,
        votes=draft.head.votes,
        votes_text=draft.head.votes_text,
        media=tuple(draft.head.media),
        summary=_unescaped(summary),
    )


def _stripped(text: Sequence[tuple[int, str]]) -> str:
    """The lines as one text, without the blank lines around it."""
    lines = [line for _number, line in text]
    while lines and not lines[-1].strip():
        lines.pop()
    while lines and not lines[0].strip():
        lines.pop(0)
    return "\n".join(lines)


def _preface(reading: Reading) -> str:
    for number, line in reading.before:
        if line.strip():
            reading.notes.append(Note(number, f"'{shortened(line.strip())}' stands above the heading and was left out"))
    preface = _stripped(reading.preface)
    if preface:
        first = next(number for number, text in reading.preface if text.strip())
        reading.notes.append(Note(first, "the text above the first paper is read as the editor's note"))
    return _unescaped(preface)


def _merged(papers: Sequence[ListedPaper], notes: list[Note]) -> tuple[ListedPaper, ...]:
    """Each paper once, at its first place; what else a second mention says is added there or named."""
    merged: dict[str, ListedPaper] = {}
    for paper in papers:
        first = merged.setdefault(paper_key(paper.url), paper)
        if first is not paper:
            merged[paper_key(paper.url)] = _joined(first, paper, notes)
    return tuple(merged.values())


def _joined(first: ListedPaper, second: ListedPaper, notes: list[Note]) -> ListedPaper:
    notes.append(Note(second.line, f"'{shortened(second.title)}' stands in line {first.line} already: joined there"))
    said = ((first.title, second.title), (first.url, second.url), (_votes(first), _votes(second)))
    ignored = [theirs for ours, theirs in said if theirs and ours and ours != theirs]
    if second.authors and first.authors and first.authors != second.authors:
        ignored.append(write_names(second.authors))
    if ignored:
        notes.append(Note(second.line, f"line {first.line} counts; here it says otherwise: {'; '.join(ignored)}"))
    has_votes = first.votes is not None or first.votes_text
    texts = dict.fromkeys(text for text in (first.summary, second.summary) if text)
    return replace(
        first,
        authors=first.authors or second.authors,
        votes=first.votes if has_votes else second.votes,
        votes_text=first.votes_text if has_votes else second.votes_text,
        media=first.media + tuple(medium for medium in second.media if medium not in first.media),
        summary="\n\n".join(texts),
    )


def _votes(paper: ListedPaper) -> str:
    return paper.votes_text if paper.votes is None else f"Vote: {paper.votes}"


def _begins_something(line: str) -> bool:
    return bool(ENTRY.match(line) or DAY.match(line))


def _escaped(text: str) -> str:
    """With a backslash before each line that would be read as something else."""
    lines = LINE_BREAK.sub("\n", text).split("\n")
    for index, line in enumerate(lines):
        bare = line.lstrip("\\")
        if _begins_something(bare) or (index == 0 and is_head_line(bare)):
            lines[index] = f"\\{line}"
    return "\n".join(lines)


def _unescaped(text: str) -> str:
    lines = text.split("\n")
    for index, line in enumerate(lines):
        bare = line.lstrip("\\")
        if bare != line and (_begins_something(bare) or (index == 0 and is_head_line(bare))):
            lines[index] = line[1:]
    return "\n".join(lines)

"""Hugging Face daily papers: from their JSON, saved or live, to a Listing.

https://huggingface.co/api/daily_papers?date=&p=&limit= answers with a list of rows. The abstract is called
`summary` there; the rows name the people who submitted and their accounts, which stay out.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from digests.days import day_problem
from digests.sources.http import Patience, fetch_json
from digests.sources.listing import ARXIV, BrokenSource, ListedPaper, Listing, Media, Note, url_problem

PAGE = 100  # rows; more are not given
MOST_PAGES = 10
VIDEO = re.compile(r"\.(mp4|webm|mov|qt|m4v|mkv|avi)(\?|\Z)", re.IGNORECASE)
SPACE = re.compile(r"[\s\x00-\x1f\x7f]+")
ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9./_-]{0,99}\Z")
NAMES = {str: "text", int: "a number", float: "a number", bool: "true or false", list: "a list", dict: "an object"}


class Unlisted(Exception):
    """This row names no paper; the others count all the same."""


def fetch(url: str, day: date, *, agent: str, patience: Patience | None = None) -> Listing:
    """The day's Listing from the live address; `agent` says who asks.

    Raises BrokenSource, also when the papers are another day's; SourceUnreachable, SourceBusy.
    """
    patience = patience or Patience()
    rows: list[object] = []
    seen: set[str] = set()
    for page in range(MOST_PAGES):
        query = urlencode({"date": day.isoformat(), "p": page, "limit": PAGE})
        answer = _rows(fetch_json(f"{url}?{query}", patience=patience, agent=agent))
        fresh = [row for row in answer if repr(_identity(row)) not in seen]
        seen.update(repr(_identity(row)) for row in fresh)
        rows += fresh
        if len(answer) < PAGE or not fresh:
            return _of_that_day(read(rows, day=day), day)
    raise BrokenSource(f"more than {MOST_PAGES * PAGE} papers on one day")


def read(data: object, *, day: date | None) -> Listing:
    """The Listing that parsed JSON says; a paper's line is its row. `day` counts where the rows name none.

    Raises BrokenSource, with the row as its line, for values of a wrong type.
    """
    notes: list[Note] = []
    papers: dict[str, ListedPaper] = {}
    days: dict[date, int] = {}
    for number, row in enumerate(_rows(data), 1):
        try:
            paper = _paper(row, number, notes)
        except Unlisted as problem:
            notes.append(Note(number, f"{problem}; the row was left out"))
            continue
        if papers.setdefault(paper.key, paper) is not paper:
            notes.append(Note(number, f"'{paper.title}' is in row {papers[paper.key].line} already"))
        if listed_on := _listed_on(row):
            days.setdefault(listed_on, number)
    listed_on = _day(days, day, notes)
    return Listing(listed_on, "en", tuple(papers.values()), tuple(notes), original=True)


def _of_that_day(listing: Listing, day: date) -> Listing:
    if listing.day != day:
        raise BrokenSource(f"asked for the papers of {day}, the source answered with those of {listing.day}")
    return listing


def _rows(data: object) -> list[object]:
    if not isinstance(data, list):
        raise BrokenSource(f"a list of papers is expected, not {_kind(data)}", line=1)
    return data


def _identity(row: object) -> object:
    paper = row.get("paper") if isinstance(row, dict) else None
    return paper.get("id") if isinstance(paper, dict) else row


def _day(days: Mapping[date, int], day: date | None, notes: list[Note]) -> date:
    """The day that the rows name, else the one that is given."""
    if len(days) > 1:
        first, second, *_rest = days.items()
        raise BrokenSource(f"rows of different days: {first[0]} and {second[0]}", line=second[1])
    if not days and day is None:
        raise BrokenSource("no row names its day; give it, or name the file after it (2024-05-28.json)", line=1)
    named, row = next(iter(days.items()), (day or date.min, 1))
    if problem := day_problem(named):
        raise BrokenSource(problem, line=row)
    if day and named != day:
        notes.append(Note(row, f"the papers are of {named}, not of {day}"))
    return named


def _paper(row: object, number: int, notes: list[Note]) -> ListedPaper:
    outer = _typed(row, dict, number, "the row")
    if "paper" not in outer:
        raise Unlisted("no paper in it")
    paper = _typed(outer["paper"], dict, number, "paper")
    identity = _text(paper, "id", number)
    title = _text(outer, "title", number, "title") or _text(paper, "title", number)
    if not ID.match(identity) or not title:
        raise Unlisted("without a title" if ID.match(identity) else f"the id '{identity[:40]}' is none")
    return ListedPaper(
        line=number,
        url=_url(identity),
        title=title,
        authors=_authors(paper, number),
        votes=_votes(paper, number),
        media=_media(outer, paper, number, notes),
        abstract=_abstract(paper, number),
        published_on=_date(paper.get("publishedAt")),
        keywords=_keywords(paper, number, notes),
        code_url=_link(paper, "githubRepo", number, notes),
        project_url=_link(paper, "projectPage", number, notes),
    )


def _url(identity: str) -> str:
    arxiv = f"https://arxiv.org/abs/{identity}"
    return arxiv if ARXIV.match(arxiv) else f"https://huggingface.co/papers/{identity}"


def _authors(paper: Mapping[str, Any], number: int) -> tuple[str, ...]:
    authors = []
    for author in _typed(_given(paper, "authors", []), list, number, "paper.authors"):
        one = _typed(author, dict, number, "an author")
        name = _text(one, "name", number, "an author's name")
        if name and not one.get("hidden"):
            authors.append(name)
    return tuple(authors)


def _votes(paper: Mapping[str, Any], number: int) -> int | None:
    value = paper.get("upvotes")
    if value is None:
        return None
    votes: int = _typed(value, int, number, "paper.upvotes")
    if not 0 <= votes < 1_000_000_000:
        raise BrokenSource(f"row {number}: paper.upvotes is {votes}", line=number)
    return votes


def _abstract(paper: Mapping[str, Any], number: int) -> str:
    """Paragraphs stay; line breaks within them are from the source's wrapping."""
    value = _typed(_given(paper, "summary", ""), str, number, "paper.summary")
    paragraphs = (_clean(part) for part in re.split(r"\n[ \t]*\n", value.replace("\r\n", "\n")))
    return "\n\n".join(part for part in paragraphs if part)


def _media(outer: Mapping[str, Any], paper: Mapping[str, Any], number: int, notes: list[Note]) -> tuple[Media, ...]:
    """The thumbnail, then what was uploaded; `mediaUrl` is what rows had before mediaUrls (until 2024-06)."""
    uploads = outer.get("mediaUrls") or paper.get("mediaUrls") or []
    found = [outer.get("thumbnail"), outer.get("mediaUrl"), *(uploads if isinstance(uploads, list) else [uploads])]
    urls = [url for url in dict.fromkeys(map(_media_url, filter(None, found))) if url]
    if len(urls) < len(set(map(repr, filter(None, found)))):
        notes.append(Note(number, "a picture or video has no address that we read; it was left out"))
    return tuple(Media("video" if VIDEO.search(url) else "image", url) for url in urls)


def _media_url(value: object) -> str:
    return value if isinstance(value, str) and not url_problem(value) and value.isprintable() else ""


def _keywords(paper: Mapping[str, Any], number: int, notes: list[Note]) -> tuple[str, ...]:
    value = paper.get("ai_keywords") or []
    if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
        notes.append(Note(number, "ai_keywords is no list of words; left out"))
        return ()
    return tuple(word for word in map(_clean, value) if word)


def _link(paper: Mapping[str, Any], name: str, number: int, notes: list[Note]) -> str:
    value = paper.get(name)
    url = _media_url(value)
    if value and not url:
        notes.append(Note(number, f"{name} is no address; left out"))
    return url


def _listed_on(row: object) -> date | None:
    paper = row.get("paper") if isinstance(row, dict) else None
    values = [part.get("submittedOnDailyAt") for part in (row, paper) if isinstance(part, dict)]
    return next((day for day in map(_date, values) if day), None)


def _date(value: object) -> date | None:
    try:
        return date.fromisoformat(value[:10]) if isinstance(value, str) else None
    except ValueError:
        return None


def _text(part: Mapping[str, Any], name: str, number: int, shown: str = "") -> str:
    """One line of text; empty where there is none."""
    value = part.get(name)
    return "" if value is None else _clean(_typed(value, str, number, shown or f"paper.{name}"))


def _clean(text: str) -> str:
    """On one line, without half characters, which no database takes."""
    return SPACE.sub(" ", text).strip().encode("utf-8", "replace").decode()


def _given(part: Mapping[str, Any], name: str, default: object) -> object:
    return default if part.get(name) is None else part[name]


def _typed(value: Any, kind: type, number: int, name: str) -> Any:
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        text = f"row {number}: {name} should be {NAMES[kind]}, not {_kind(value)}"
        raise BrokenSource(text, line=number)
    return value


def _kind(value: object) -> str:
    return NAMES.get(type(value), "nothing")

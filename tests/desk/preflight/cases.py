"""Cases for the families of checks, made without a database."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from digests.content import Content, EntryContent, SummaryContent
from newsletter.desk.preflight.case import Answer, Case, Identity, Morning, Pages, fingerprint_of
from newsletter.desk.preflight.links import links_in
from newsletter.desk.preflight.report import Line

NOW = datetime(2026, 4, 6, 20, tzinfo=UTC)
DAY = date(2026, 4, 7)
PAGES = Pages(
    digest="/digest/",
    newsletter="/newsletter/",
    days_off="/calendar/",
    paper=lambda paper: f"/paper/{paper}/",
    summary=lambda paper, locale: f"/paper/{paper}/{locale}/",
)
SENDER = Identity(
    address="papers@papers.example.org",
    selector="s1",
    bounce_address="bounces@bounce.papers.example.org",
    way="smtps",
    page="/sender/",
)


def entry(number: int = 1, *, locales: tuple[str, ...] = ("en", "ko"), **values: Any) -> EntryContent:
    defaults = {
        "id": number,
        "paper": 100 + number,
        "title": f"Kite {number}",
        "url": f"https://arxiv.org/abs/{number}",
    }
    says = {locale: SummaryContent(text=f"- It flies, in {locale}.", origin="imported") for locale in locales}
    return EntryContent(**{"summaries": says, **defaults, **values})


def case(*entries: EntryContent, **values: Any) -> Case:
    """A case where everything is well, and nothing far is known."""
    content = Content(
        newsletter="daily-papers",
        name="Daily Papers",
        accent="#B4451F",
        postal_address="1 Breakfast Lane",
        default_locale="en",
        day=DAY,
        kind="daily",
        entries=entries or (entry(),),
    )
    given = Case(
        number=1,
        content=content,
        newsletter=1,
        locales=("en", "ko"),
        time_zone="UTC",
        now=NOW,
        pages=PAGES,
        sender=SENDER,
        first=Morning(datetime(2026, 4, 6, 22, tzinfo=UTC), "Asia/Seoul"),
        last=Morning(datetime(2026, 4, 7, 7, tzinfo=UTC), "UTC"),
    )
    given = replace(given, **values)
    return replace(given, fingerprint=fingerprint_of(given.content), links=links_in(given))


def knowing(given: Case, answers: dict[str, Any], *, at: datetime = NOW) -> Case:
    return replace(given, known={question: Answer(said, at) for question, said in answers.items()})


def kinds(lines: Callable[[Case], Iterator[Line]], given: Case) -> list[tuple[str, str]]:
    """The level and kind of each line."""
    return [(line.level.value, line.kind.partition(".")[2]) for line in lines(given)]

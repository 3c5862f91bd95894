"""What the archive shows of each day: its date, its first papers, and whether it is told in the page's language."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.utils.translation import gettext as _

from digests import archive_queries, days, markup, paths
from digests.columns import shorten
from digests.locales import chain, language_name, long_date, spoken, week_date
from digests.locales import month as month_name
from digests.models import Digest, Newsletter, Printed

TITLES_A_DAY = 3
MONTH = re.compile(r"[0-9]{4}-[0-9]{2}\Z")
LONGEST_TITLE = 140  # columns of a title in a list


@dataclass(frozen=True, slots=True)
class Headline:
    """A paper in a list; `point` is what is said of it first, in the language `lang`."""

    title: str
    url: str
    point: str = ""
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Dated:
    """A paper in a list over many days, and the day that it stands in."""

    paper: Headline
    date: str
    day: str


@dataclass(frozen=True, slots=True)
class Row:
    """A day in a list. `fallback` says which language it is told in, where that is not the page's own.

    `title` is that of a special issue.
    """

    date: str
    short: str
    title: str
    url: str
    papers: int
    headlines: tuple[Headline, ...]
    fallback: str


@dataclass(frozen=True, slots=True)
class Month:
    """A month with its days, or with their number alone."""

    name: str
    url: str
    count: int
    days: tuple[Row, ...] = ()


def first_day(text: str) -> date | None:
    """The first day of the month 2026-04; none for what is no month of our time."""
    if not MONTH.match(text):
        return None
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        return None
    return first if days.FIRST <= first <= days.LAST else None


def rows(newsletter: Newsletter, digests: Sequence[Digest], locale: str, *, titles: int = TITLES_A_DAY) -> list[Row]:
    """The days in the order given, as a page in `locale` shows them; three queries whatever their number."""
    printed = archive_queries.headlines(digests, places=titles)
    languages = archive_queries.languages_of(digests)
    subjects = archive_queries.subjects_of(digest for digest in digests if digest.kind == Digest.Kind.SPECIAL)
    return [
        _row(
            newsletter,
            digest,
            locale,
            printed.get(digest.pk, []),
            languages.get(digest.pk, set()),
            subjects=subjects.get(digest.pk, {}),
        )
        for digest in digests
    ]


def by_month(newsletter: Newsletter, digests: Sequence[Digest], locale: str) -> list[Month]:
    """The days under their months, the newest first."""
    shown = zip(digests, rows(newsletter, digests, locale), strict=True)
    return [
        _month(newsletter, first, locale, days=tuple(row for _digest, row in days))
        for first, days in groupby(shown, key=lambda pair: pair[0].day.replace(day=1))
    ]


def months(newsletter: Newsletter, locale: str) -> list[tuple[str, list[Month]]]:
    """All months with something in them, by year."""
    counted = archive_queries.months(newsletter)
    return [
        (str(year), [_month(newsletter, first, locale, count=count) for first, count in found])
        for year, found in groupby(counted, key=lambda month: month[0].year)
    ]


def headlines(newsletter: Newsletter, printed: Iterable[Printed], locale: str) -> list[Headline]:
    """Papers with what is said of them first, in the nearest language to `locale`."""
    papers = list(printed)
    said = archive_queries.points(papers)
    links = chain(locale, newsletter.default_locale)
    return [_headline(newsletter, paper, locale, said.get(paper.pk, {}), links) for paper in papers]


def dated(newsletter: Newsletter, printed: Sequence[Printed], locale: str, *, told: str = "") -> list[Dated]:
    """Papers with their days, as a page in `locale` shows them; they lead to what is told in `told`."""
    ours, shown = spoken(locale, newsletter.default_locale), told or locale
    names = (days.name(row.digest.day, row.digest.kind) for row in printed)
    return [
        Dated(paper, long_date(row.digest.day, ours), paths.day(newsletter.slug, name, shown))
        for paper, row, name in zip(headlines(newsletter, printed, shown), printed, names, strict=True)
    ]


def _headline(
    newsletter: Newsletter, printed: Printed, locale: str, points: dict[str, str], links: Sequence[str] = ()
) -> Headline:
    told = next((link for link in links if points.get(link)), "")
    name = paths.paper_name(printed.paper_id, printed.paper.key)
    return Headline(
        title=shorten(markup.line(printed.title), LONGEST_TITLE),
        url=paths.paper(newsletter.slug, name, locale),
        point=points.get(told, ""),
        lang=told,
    )


def _row(
    newsletter: Newsletter,
    digest: Digest,
    locale: str,
    printed: Iterable[Printed],
    languages: set[str],
    *,
    subjects: dict[str, str],
) -> Row:
    ours = spoken(locale, newsletter.default_locale)
    subject = next(filter(None, map(subjects.get, chain(locale, newsletter.default_locale))), digest.slug)
    return Row(
        date=long_date(digest.day, ours),
        short=week_date(digest.day, ours),
        title=shorten(markup.line(subject), LONGEST_TITLE),
        url=paths.day(newsletter.slug, days.name(digest.day, digest.kind, digest.slug), locale),
        papers=getattr(digest, "papers_shown", 0),  # comes with queries.published
        headlines=tuple(_headline(newsletter, paper, locale, {}) for paper in printed),
        fallback=_fallback(newsletter, locale, ours, languages),
    )


def _fallback(newsletter: Newsletter, locale: str, ours: str, languages: set[str]) -> str:
    """in English; nothing where the day is told in the page's language, or in none at all."""
    nearest = next((link for link in chain(locale, newsletter.default_locale) if link in languages), "")
    if not nearest or nearest == locale or locale.startswith(f"{nearest}-"):
        return ""
    return _("in %(language)s") % {"language": language_name(nearest, ours)}


def _month(newsletter: Newsletter, first: date, locale: str, *, count: int = 0, days: tuple[Row, ...] = ()) -> Month:
    ours = spoken(locale, newsletter.default_locale)
    url = paths.month(newsletter.slug, first, locale)
    return Month(name=month_name(first, ours), url=url, count=count or len(days), days=days)

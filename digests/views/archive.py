"""A newsletter's front page with its newest days, and the page of one month in one language."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from digests import archive_queries, front, paths, phrases
from digests.content import EntryContent
from digests.editions import content_of, current_revision
from digests.locales import comma, number, spoken
from digests.locales import month as month_name
from digests.models import Digest, Newsletter
from digests.views import heads
from digests.views.answering import is_spoken, missing, page_language, public, shown_in
from digests.views.days import address

NEWEST = 15  # days on the front page: the newest in large, and two weeks of others
WEEKS = 4
LEADS = 7  # papers of the newest day


@public("lang")
def archive(request: HttpRequest, newsletter: Newsletter) -> HttpResponse:
    """The newest day with what its papers say, the days before it, and the way to all others."""
    locale = shown_in(newsletter, request.GET.get("lang", ""))
    digests = archive_queries.newest(newsletter, NEWEST, *archive_queries.DATED)
    lead = next((digest for digest in digests if digest.kind == Digest.Kind.DAILY), next(iter(digests), None))
    context = {
        "newsletter": newsletter,
        "locale": locale,
        "months": front.by_month(newsletter, [digest for digest in digests if digest != lead], locale),
        "years": front.months(newsletter, locale),
        "weeks": _weeks(newsletter, locale),
        "topics": _topics(newsletter, locale),
        "search_address": paths.search(newsletter.slug),
        "feed": paths.feed(newsletter.slug, locale),
        "versions": heads.versions(newsletter, lambda language: paths.archive(newsletter.slug, language)),
    }
    first = _first_entry(lead) if lead else None
    context |= _lead(newsletter, lead, first, locale) if lead else {}
    return render(request, "web/archive.html", context | _front_card(newsletter, first, locale))


@public()
def month(request: HttpRequest, newsletter: Newsletter, month: str, locale: str) -> HttpResponse:
    """All days of a month with their first papers."""
    first = front.first_day(month)
    digests = archive_queries.published_in(newsletter, first) if first else []
    if first is None or not digests:
        return missing(request, _("There is no digest of this month here."), newsletter)
    if not is_spoken(newsletter, locale):
        return missing(request, _("This newsletter is not written in this language."), newsletter)
    ours = page_language(locale, newsletter)
    name = month_name(first, ours)
    rows = front.rows(newsletter, digests, locale)
    told = set().union(*archive_queries.languages_of(digests).values())
    told = {language for language in told if is_spoken(newsletter, language)}
    context = {
        "newsletter": newsletter,
        "locale": locale,
        "name": name,
        "rows": rows,
        "share": _share(len({digest.day for digest in digests}), sum(row.papers for row in rows), ours),
        "versions": heads.versions(newsletter, lambda language: paths.month(newsletter.slug, first, language)),
    } | _neighbours(newsletter, first, locale)
    return render(
        request,
        "web/month.html",
        context
        | heads.card(
            newsletter,
            title=f"{newsletter.name}, {name}",
            description=phrases.preheader([paper.title for row in rows for paper in row.headlines]),
            address=lambda language: paths.month(newsletter.slug, first, language),
            locale=locale,
            told_in=told,
        ),
    )


def _lead(newsletter: Newsletter, digest: Digest, first: EntryContent | None, locale: str) -> dict[str, object]:
    """The newest day, with the picture of its first paper."""
    printed = archive_queries.headlines([digest], places=LEADS).get(digest.pk, [])
    [row] = front.rows(newsletter, [digest], locale, titles=0)
    return {
        "lead": row,
        "headlines": front.headlines(newsletter, printed, locale),
        "more": max(row.papers - len(printed), 0) if printed else 0,
        "picture": f"/media/{first.image}" if first and first.image and printed else "",
    }


def _front_card(newsletter: Newsletter, first: EntryContent | None, locale: str) -> dict[str, object]:
    return heads.card(
        newsletter,
        title=newsletter.name,
        description=newsletter.tagline or _("What the new research papers say, day by day."),
        address=lambda language: paths.archive(newsletter.slug, language),
        locale=locale,
        told_in=newsletter.locales,
        image=heads.picture(first),
    )


def _first_entry(digest: Digest) -> EntryContent | None:
    revision = current_revision(digest)
    return next(iter(content_of(revision).entries), None) if revision else None


def _weeks(newsletter: Newsletter, locale: str) -> list[dict[str, str]]:
    """The newest weekly digests, where the newsletter has them."""
    ours = spoken(locale, newsletter.default_locale)
    return [
        {"name": phrases.period(week.day, week.kind, ours), "url": address(week, locale)}
        for week in archive_queries.newest(newsletter, WEEKS, Digest.Kind.WEEKLY)
    ]


def _topics(newsletter: Newsletter, locale: str) -> list[dict[str, str]]:
    return [
        {"name": topic.name_in(locale), "url": paths.topic(newsletter.slug, topic.slug, locale)}
        for topic in archive_queries.topics(newsletter)
    ]


def _share(count: int, papers: int, locale: str) -> str:
    """22 days, 310 papers."""
    told = ngettext("%(count)s day", "%(count)s days", count) % {"count": number(count, locale)}
    return comma(locale).join([told, phrases.papers(papers, papers, locale)])


def _neighbours(newsletter: Newsletter, first: date, locale: str) -> dict[str, object]:
    """The months with something in them before and after this one."""
    ours = spoken(locale, newsletter.default_locale)
    known = [found for found, _count in archive_queries.months(newsletter)]

    def shown(found: date) -> dict[str, str]:
        return {"date": month_name(found, ours), "url": paths.month(newsletter.slug, found, locale)}

    return {
        "before": next((shown(found) for found in known if found < first), None),
        "after": next((shown(found) for found in reversed(known) if found > first), None),
    }

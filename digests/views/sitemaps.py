"""What search engines are told: which pages there are, and where that is written."""

from collections.abc import Collection, Iterator
from datetime import date
from functools import partial

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from digests import archive_queries, cards, front, paths, queries
from digests.freshness import MOMENT
from digests.models import Newsletter
from digests.views import days, heads
from digests.views.answering import public

XML = "application/xml; charset=utf-8"
Page = dict[str, object]


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Nothing is disallowed: a crawler that may not open a page never reads there that it is not for the index."""
    text = f"User-agent: *\nDisallow:\n\nSitemap: {heads.whole(reverse('sitemap'))}\n"
    return HttpResponse(text, content_type="text/plain; charset=utf-8", headers={"Cache-Control": MOMENT})


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """A sitemap for each newsletter's month: with all papers in nine languages it has some 7,000 addresses."""
    parts = [
        heads.whole(reverse("sitemap_of_month", args=[newsletter.slug, f"{first:%Y-%m}"]))
        for newsletter in queries.newsletters()
        for first, _count in archive_queries.months(newsletter)
    ]
    response = render(request, "web/sitemaps.xml", {"parts": parts}, content_type=XML)
    response.headers["Cache-Control"] = MOMENT
    return response


@public(is_kept=False)
def sitemap_of_month(request: HttpRequest, newsletter: Newsletter, month: str) -> HttpResponse:
    """The pages of the month, of its days and of their papers; of the newest month the front page and topics too."""
    first = front.first_day(month)
    digests = archive_queries.published_in(newsletter, first) if first else []
    if first is None or not digests:
        raise Http404
    told_by_day = set().union(*archive_queries.languages_of(digests).values())
    pages = [*_pages_of(newsletter, first, told_by_day)]
    digests += archive_queries.weekly_in(newsletter, first)
    told = archive_queries.languages_of(digests)
    for digest in digests:
        pages += _versions(newsletter, told.get(digest.pk, ()), partial(days.address, digest))
    context = {"pages": pages, "papers": list(_papers(newsletter, first))}
    return render(request, "web/sitemap.xml", context, content_type=XML)


def _pages_of(newsletter: Newsletter, first: date, told_in: Collection[str]) -> Iterator[Page]:
    if archive_queries.months(newsletter)[0][0] == first:
        yield from _versions(newsletter, newsletter.locales, lambda locale: paths.archive(newsletter.slug, locale))
        yield from _topics(newsletter)
    yield from _versions(newsletter, told_in, lambda locale: paths.month(newsletter.slug, first, locale))


def _topics(newsletter: Newsletter) -> Iterator[Page]:
    told_in = archive_queries.languages_by_topic(newsletter)
    for topic, _names in archive_queries.topics_told(newsletter):
        yield from _versions(newsletter, told_in.get(topic, ()), partial(paths.topic, newsletter.slug, topic))


def _versions(newsletter: Newsletter, told_in: Collection[str], address: heads.Address) -> list[Page]:
    """A page in each language on offer in which it says something, and where its others are."""
    versions = [(locale, heads.whole(address(locale))) for locale in newsletter.locales if locale in told_in]
    others = cards.alternates(versions, default="")
    return [{"url": url, "alternates": others} for _locale, url in versions]


def _papers(newsletter: Newsletter, first: date) -> Iterator[str]:
    """Papers stand without their other languages: their own pages name them, and a month would have megabytes."""
    for number, key, locale in archive_queries.papers_told_in(newsletter, first):
        if locale in newsletter.locales:
            yield heads.whole(paths.paper(newsletter.slug, paths.paper_name(number, key), locale))

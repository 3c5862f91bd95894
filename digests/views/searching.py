"""Looking for words in everything that a newsletter has published."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from digests import archive_queries, finding, front, paths
from digests.locales import long_date, spoken
from digests.models import Newsletter, Printed
from digests.views import days, heads
from digests.views.answering import public, shown_in

A_PAGE = 20
LAST_PAGE = 50  # beyond it nobody reads, and a program may count


@dataclass(frozen=True, slots=True)
class Found:
    """A paper that was found, and the day that it stands in."""

    paper: front.Headline
    date: str
    day: str


@public("lang", "q", "page", is_kept=False)
def search(request: HttpRequest, newsletter: Newsletter) -> HttpResponse:
    """The papers that say all of it, in any language, the newest first; each is shown in the page's language."""
    asked = request.GET.get("q", "")[: finding.LONGEST]
    page = _page(request.GET.get("page", ""))
    locale = shown_in(newsletter, request.GET.get("lang", ""))
    words = finding.asked(asked)
    start = A_PAGE * (page - 1)
    printed = archive_queries.printed_that_say(newsletter, words, start=start, count=A_PAGE + 1)
    address = paths.search(newsletter.slug)

    def other(number: int) -> str:
        return f"{address}?{urlencode({'q': asked, 'lang': locale, 'page': number})}"

    context = {
        "newsletter": newsletter,
        "locale": locale,
        "private": True,  # what somebody typed is nothing for search engines
        "asked": asked.strip(),
        "search_address": address,
        "has_words": bool(words),
        "found": _found(newsletter, printed[:A_PAGE], locale),
        "newer": other(page - 1) if page > 1 else "",
        "older": other(page + 1) if len(printed) > A_PAGE and page < LAST_PAGE else "",
        "versions": heads.versions(newsletter, lambda other: f"{address}?{urlencode({'q': asked, 'lang': other})}"),
    }
    return render(request, "web/search.html", context)


def _found(newsletter: Newsletter, printed: list[Printed], locale: str) -> list[Found]:
    ours = spoken(locale, newsletter.default_locale)
    papers = front.headlines(newsletter, printed, locale)
    return [
        Found(paper, long_date(row.digest.day, ours), days.address(row.digest, locale))
        for paper, row in zip(papers, printed, strict=True)
    ]


def _page(text: str) -> int:
    """The number of a page; the first for whatever is none."""
    return min(int(text), LAST_PAGE) if text.isascii() and text.isdigit() and 0 < len(text) < 4 and int(text) else 1

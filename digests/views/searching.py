"""Looking for words in everything that a newsletter has published."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from digests import archive_queries, finding, front, paths
from digests.locales import month as month_name
from digests.locales import native_name, spoken
from digests.models import Newsletter, Printed
from digests.views import heads
from digests.views.answering import public, shown_in

A_PAGE = 20
LAST_PAGE = 50  # beyond it nobody reads, and a program may count
Choice = tuple[str, str, bool]  # its value, its name, and whether it is the one


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asks for, as the address says it; `told` is the language to look in, `locale` the page's."""

    text: str
    month: str
    told: str
    locale: str

    def query(self, *, locale: str = "", page: int = 1) -> str:
        """The query of the same search in another language, or of another page of it."""
        said = {"q": self.text, "month": self.month, "in": self.told, "lang": locale or self.locale}
        said |= {"page": str(page)} if page > 1 else {}
        return urlencode({name: value for name, value in said.items() if value})


@public("lang", "q", "month", "in", "page", is_kept=False)
def search(request: HttpRequest, newsletter: Newsletter) -> HttpResponse:
    """The papers that say all of it, the newest first; each is shown in the language looked in, else in the page's."""
    asked = Asked(
        text=request.GET.get("q", "")[: finding.LONGEST],
        month=request.GET.get("month", ""),
        told=request.GET.get("in", ""),
        locale=shown_in(newsletter, request.GET.get("lang", "")),
    )
    page = _page(request.GET.get("page", ""))
    address = paths.search(newsletter.slug)
    months = [first for first, _count in archive_queries.months(newsletter)]
    problem = _problem(newsletter, asked, months)
    printed = [] if problem else _printed(newsletter, asked, page)
    context = {
        "newsletter": newsletter,
        "locale": asked.locale,
        "private": True,  # what somebody typed is nothing for search engines
        "asked": asked.text.strip(),
        "search_address": address,
        "months": _months(newsletter, asked, months),
        "told": [(told, native_name(told), told == asked.told) for told in newsletter.locales],
        "problem": problem,
        "has_words": bool(finding.asked(asked.text)),
        "found": front.dated(newsletter, printed[:A_PAGE], asked.locale, told=asked.told),
        "newer": f"{address}?{asked.query(page=page - 1)}" if page > 1 else "",
        "older": f"{address}?{asked.query(page=page + 1)}" if len(printed) > A_PAGE and page < LAST_PAGE else "",
        "versions": heads.versions(newsletter, lambda language: f"{address}?{asked.query(locale=language)}"),
    }
    return render(request, "web/search.html", context, status=404 if problem else 200)


def _problem(newsletter: Newsletter, asked: Asked, months: Collection[date]) -> str:
    """Where there is nothing to look in, in words; nothing where there is."""
    if asked.month and front.first_day(asked.month) not in months:
        return _("There is no digest of this month here.")
    if asked.told and asked.told not in newsletter.locales:
        return _("This newsletter is not written in this language.")
    return ""


def _printed(newsletter: Newsletter, asked: Asked, page: int) -> list[Printed]:
    """One more than the page shows, if there is one."""
    words, within = finding.asked(asked.text), finding.Within(front.first_day(asked.month), asked.told)
    return archive_queries.printed_that_say(newsletter, words, within, start=A_PAGE * (page - 1), count=A_PAGE + 1)


def _months(newsletter: Newsletter, asked: Asked, months: Collection[date]) -> list[Choice]:
    ours = spoken(asked.locale, newsletter.default_locale)
    named = [(f"{first:%Y-%m}", month_name(first, ours)) for first in months]
    return [(value, name, value == asked.month) for value, name in named]


def _page(text: str) -> int:
    """The number of a page; the first for whatever is none."""
    return min(int(text), LAST_PAGE) if text.isascii() and text.isdigit() and 0 < len(text) < 4 and int(text) else 1

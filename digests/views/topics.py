"""The page of one topic in one language: its papers over all days, the newest first."""

import re

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from digests import archive_queries, front, paths, phrases
from digests.models import Newsletter, Printed, Topic
from digests.views import heads
from digests.views.answering import is_spoken, missing, page_language, public

A_PAGE = 20  # papers
# Of a page after the first, which has none, in one spelling: each that is answered is kept.
NUMBER = re.compile(r"([2-9]|[1-9][0-9]{1,3})\Z")


@public("page")
def topic(request: HttpRequest, newsletter: Newsletter, topic: str, locale: str) -> HttpResponse:
    """What was published of it, page by page."""
    found = archive_queries.topic_called(newsletter, topic)
    if found is None:
        return missing(request, _("There is no such topic in this newsletter."), newsletter)
    if not is_spoken(newsletter, locale):
        return missing(request, _("This newsletter is not written in this language."), newsletter)
    number = request.GET.get("page")
    page = 1 if number is None else int(number) if NUMBER.match(number) else 0
    printed = _printed(newsletter, topic, page) if page else []
    if not printed and page != 1:
        return missing(request, _("There is no such page."), newsletter)
    page_language(locale, newsletter)
    papers = front.dated(newsletter, printed[:A_PAGE], locale)
    context = {
        "newsletter": newsletter,
        "locale": locale,
        "name": found.name_in(locale),
        "papers": papers,
        "newer": paths.topic(newsletter.slug, topic, locale, page - 1) if page > 1 else "",
        "older": paths.topic(newsletter.slug, topic, locale, page + 1) if len(printed) > A_PAGE else "",
        "feed": paths.feed(newsletter.slug, locale, topic) if locale in newsletter.locales else "",
        "versions": heads.versions(newsletter, lambda language: paths.topic(newsletter.slug, topic, language, page)),
    }
    return render(request, "web/topic.html", context | _card(newsletter, found, papers, locale, page))


def _printed(newsletter: Newsletter, topic: str, page: int) -> list[Printed]:
    """One more than the page shows, if there is one."""
    return archive_queries.printed_about(newsletter, topic, start=A_PAGE * (page - 1), count=A_PAGE + 1)


def _card(newsletter: Newsletter, topic: Topic, papers: list[front.Dated], locale: str, page: int) -> dict[str, object]:
    return heads.card(
        newsletter,
        title=f"{newsletter.name}: {topic.name_in(locale)}",
        description=phrases.preheader([one.paper.title for one in papers]) or topic.name_in(locale),
        address=lambda language: paths.topic(newsletter.slug, topic.slug, language, page),
        locale=locale,
        told_in=archive_queries.languages_about(newsletter, topic.slug),
        topic=topic,
    )

"""The page of one paper in one language, as the newest digest has it that it stands in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from digests import archive_queries, front, markup, pages, paths, phrases
from digests.content import EntryContent
from digests.editions import content_of
from digests.locales import chain
from digests.models import Newsletter, Printed
from digests.views import days, heads
from digests.views.answering import is_spoken, missing, page_language, public


@public()
def paper(request: HttpRequest, newsletter: Newsletter, paper: str, locale: str) -> HttpResponse:
    """What an editor approved of it, not what is being worked on."""
    found = archive_queries.paper_named(paper)
    printed = archive_queries.printed_of(newsletter, found) if found else []
    if found is None or not printed or paths.paper_name(found.pk, found.key) != paper:
        return missing(request, _("There is no such paper in this newsletter."), newsletter)
    newest = printed[0]
    content = content_of(newest.revision)
    entry = content.entry(newest.entry)
    if not (is_spoken(newsletter, locale) or days.was_told(newest.digest, content, locale)):
        return missing(request, _("This newsletter is not written in this language."), newsletter)
    ours = page_language(locale, newsletter)
    context = pages.paper_context(content, entry, locale, topics=_topics(newsletter, locale)) | {
        "newsletter": newsletter,
        "locale": locale,
        "days": [_day(place, locale, ours) for place in printed],
        "versions": heads.versions(newsletter, lambda language: paths.paper(newsletter.slug, paper, language)),
    }
    context |= _neighbours(newsletter, newest, locale)
    return render(request, "web/paper_page.html", context | _card(newsletter, newest, entry, locale, paper))


def _day(printed: Printed, locale: str, ours: str) -> dict[str, str]:
    address = days.address(printed.digest, locale)
    return {"date": phrases.period(printed.digest.day, printed.digest.kind, ours), "url": f"{address}#p{printed.entry}"}


def _topics(newsletter: Newsletter, locale: str) -> dict[str, str]:
    """The addresses of the newsletter's topics: one that the paper came with may be gone since."""
    if not is_spoken(newsletter, locale):
        return {}
    slugs = (slug for slug, _names in archive_queries.topics_told(newsletter))
    return {slug: paths.topic(newsletter.slug, slug, locale) for slug in slugs}


def _neighbours(newsletter: Newsletter, printed: Printed, locale: str) -> dict[str, object]:
    """The papers before and after it on its day."""
    beside = archive_queries.beside(printed)
    shown = dict(zip((paper.place for paper in beside), front.headlines(newsletter, beside, locale), strict=True))
    return {"before": shown.get(printed.place - 1), "after": shown.get(printed.place + 1)}


def _card(newsletter: Newsletter, printed: Printed, entry: EntryContent, locale: str, name: str) -> dict[str, object]:
    told = next((link for link in chain(locale, newsletter.default_locale) if link in entry.summaries), "")
    said = entry.summaries[told] if told else None
    point = markup.plain(markup.main_point(said.text, prose=said.origin == "original")) if said else ""
    return heads.card(
        newsletter,
        title=markup.line(entry.title),
        description=point or markup.line(entry.title),
        address=lambda language: paths.paper(newsletter.slug, name, language),
        locale=locale,
        told_in=set(entry.summaries),
        kind="article",
        image=heads.picture(entry),
        published=(printed.digest.approved_at or printed.revision.approved_at).isoformat(timespec="seconds"),
    )

"""Atom feeds: a newsletter's digests in one language, and the papers of one topic."""

from collections.abc import Iterable, Iterator

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html_join
from django.utils.translation import gettext as _

from digests import archive_queries, feeds, markup, paths, phrases
from digests.content import Content, EntryContent
from digests.editions import content_of, current_revision
from digests.locales import bcp47, chain, native_name, spoken
from digests.models import Digest, Newsletter, Printed
from digests.views import days, heads
from digests.views.answering import missing, page_language, public

DIGESTS, PAPERS = 10, 20  # in a feed


@public()
def feed(request: HttpRequest, newsletter: Newsletter, locale: str) -> HttpResponse:
    """The newest digests in which something is said in the language, an entry each."""
    if locale not in newsletter.locales:
        return missing(request, _("This newsletter is not written in this language."), newsletter)
    ours = page_language(locale, newsletter)
    about = feeds.About(
        title=f"{newsletter.name} ({native_name(locale)})",
        subtitle=newsletter.tagline,
        path=paths.feed(newsletter.slug, locale),
        page=paths.archive(newsletter.slug, locale),
        locale=locale,
        author=newsletter.name,
    )
    digests = archive_queries.newest_in(newsletter, locale, DIGESTS)
    return _answer(about, _days(digests, locale, ours), locale)


@public()
def topic_feed(request: HttpRequest, newsletter: Newsletter, locale: str, topic: str) -> HttpResponse:
    """The newest papers of the topic, an entry each."""
    if locale not in newsletter.locales:
        return missing(request, _("This newsletter is not written in this language."), newsletter)
    found = archive_queries.topic_called(newsletter, topic)
    if found is None:
        return missing(request, _("There is no such topic in this newsletter."), newsletter)
    page_language(locale, newsletter)
    about = feeds.About(
        title=heads.feed_title(found, locale),
        subtitle=newsletter.tagline,
        path=paths.feed(newsletter.slug, locale, found.slug),
        page=paths.topic(newsletter.slug, found.slug, locale),
        locale=locale,
        author=newsletter.name,
    )
    papers = archive_queries.printed_about(newsletter, found.slug, count=PAPERS)
    return _answer(about, _papers(newsletter, papers, locale), locale)


def _answer(about: feeds.About, stories: Iterable[feeds.Story], locale: str) -> HttpResponse:
    written = feeds.atom(about, stories, site_url=settings.SITE_URL, host=settings.SITE_HOST)
    return HttpResponse(written, content_type=feeds.CLEARLY, headers={"Content-Language": bcp47(locale)})


def _days(digests: Iterable[Digest], locale: str, ours: str) -> Iterator[feeds.Story]:
    for digest in digests:
        revision = current_revision(digest)
        if revision is not None:
            content = content_of(revision)
            yield feeds.Story(
                title=phrases.subject([entry.title for entry in content.entries], digest.day, ours),
                path=days.address(digest, locale),
                day=digest.day,
                published=digest.approved_at or revision.approved_at,
                updated=revision.approved_at,
                html=_of_a_day(content, digest, locale),
            )


def _of_a_day(content: Content, digest: Digest, locale: str) -> str:
    """The papers' titles with what is said of each first."""
    page = f"{settings.SITE_URL}{days.address(digest, locale)}"
    links = chain(locale, content.default_locale)
    return format_html_join(
        "\n",
        '<h3><a href="{}#p{}">{}</a></h3>{}',
        ((page, entry.id, markup.line(entry.title), _said(entry, links, whole=False)) for entry in content.entries),
    )


def _papers(newsletter: Newsletter, papers: Iterable[Printed], locale: str) -> Iterator[feeds.Story]:
    links = chain(locale, newsletter.default_locale)
    for printed in papers:
        entry = content_of(printed.revision).entry(printed.entry)
        yield feeds.Story(
            title=entry.title,
            path=paths.paper(newsletter.slug, paths.paper_name(printed.paper_id, printed.paper.key), locale),
            day=printed.digest.day,
            published=printed.digest.approved_at or printed.revision.approved_at,
            updated=printed.revision.approved_at,
            html=_said(entry, links, whole=True),
            authors=phrases.authors(entry.authors, spoken(locale, newsletter.default_locale)),
        )


def _said(entry: EntryContent, links: Iterable[str], *, whole: bool) -> str:
    """The summary, or its main point, in the nearest language that there is one in."""
    summary = next((entry.summaries[link] for link in links if link in entry.summaries), None)
    if summary is None:
        return ""
    prose = summary.origin == "original"
    return markup.html(summary.text if whole else markup.main_point(summary.text, prose=prose), prose=prose)

"""The page of one day in one language."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from digests import archive_queries, days, pages, paths, phrases, queries
from digests.content import Content
from digests.editions import content_of, current_revision
from digests.locales import FORM, spoken
from digests.locales import month as month_name
from digests.models import Digest, Newsletter, Revision
from digests.views import heads
from digests.views.answering import is_spoken, missing, page_language, public


@public()
def day(request: HttpRequest, newsletter: Newsletter, day: str, locale: str) -> HttpResponse:
    """One day's digest as it is now; what is personal in mails is not here."""
    named = days.named(day)
    digest = queries.published_on(newsletter, *named) if named else None
    revision = current_revision(digest) if digest else None
    if digest is None or revision is None:
        return missing(request, _("There is no digest of this day here."), newsletter)
    content = content_of(revision)
    if not (is_spoken(newsletter, locale) or was_told(digest, content, locale)):
        return missing(request, _("This newsletter is not written in this language."), newsletter)
    ours = page_language(locale, newsletter)
    keys = archive_queries.paper_keys(entry.paper for entry in content.entries)
    names = {number: paths.paper_name(number, key) for number, key in keys.items()}
    context = pages.page_context(content, pages.public_key(content, locale), site_url="", names=names)
    context |= {
        "newsletter": newsletter,
        "locale": locale,
        "versions": heads.versions(newsletter, lambda language: address(digest, language)),
        "before": _neighbour(newsletter, digest, locale, -1),
        "after": _neighbour(newsletter, digest, locale, 1),
        "month": _month(newsletter, digest, locale, ours),
    }
    return render(request, "web/digest.html", context | _card(newsletter, digest, revision, content, locale))


def address(digest: Digest, locale: str) -> str:
    return paths.day(digest.newsletter.slug, days.name(digest.day, digest.kind, digest.slug), locale)


def _card(
    newsletter: Newsletter, digest: Digest, revision: Revision, content: Content, locale: str
) -> dict[str, object]:
    date_said = phrases.period(digest.day, digest.kind, spoken(locale, newsletter.default_locale))
    return heads.card(
        newsletter,
        title=f"{newsletter.name}, {date_said}",
        description=phrases.preheader([entry.title for entry in content.entries]),
        address=lambda language: address(digest, language),
        locale=locale,
        told_in=pages.languages(content),
        kind="article",
        image=next(filter(None, map(heads.picture, content.entries)), ""),
        published=(digest.approved_at or revision.approved_at).isoformat(timespec="seconds"),
    )


def was_told(digest: Digest, content: Content, locale: str) -> bool:
    """Whether this day was told in the language: its address stays, though it is not on offer any more."""
    if not FORM.match(locale):
        return False  # PostgreSQL refuses some characters
    return locale in pages.languages(content) or queries.was_sent_in(digest, locale)


def _month(newsletter: Newsletter, digest: Digest, locale: str, ours: str) -> dict[str, str] | None:
    """The page of its month, where there is one: a week may be printed before any day of the month is."""
    first = digest.day.replace(day=1)
    if not is_spoken(newsletter, locale) or first not in dict(archive_queries.months(newsletter)):
        return None
    return {"url": paths.month(newsletter.slug, first, locale), "name": month_name(first, ours)}


def _neighbour(newsletter: Newsletter, digest: Digest, locale: str, step: int) -> dict[str, str] | None:
    find = queries.published_before if step < 0 else queries.published_after
    other = find(newsletter, digest.day, digest.kind)
    ours = spoken(locale, newsletter.default_locale)
    shown = locale if is_spoken(newsletter, locale) else ours
    return {"date": phrases.period(other.day, other.kind, ours), "url": address(other, shown)} if other else None

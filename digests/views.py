"""Public pages: a newsletter's archive, one day in one language, and the images that we serve ourselves."""

from datetime import date
from itertools import groupby
from pathlib import Path

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from digests import queries
from digests.content import Content
from digests.editions import content_of, current_revision
from digests.locales import bcp47, long_date, month, native_name, offered, spoken
from digests.looks import look
from digests.models import Digest, Newsletter
from digests.pages import page_context, public_key

FOR_EVER = "public, max-age=31536000, immutable"  # a year: an image's name is its content, a colour stands in its URL


@require_safe
def archive(request: HttpRequest, newsletter: str) -> HttpResponse:
    """Every day that was published, the newest first."""
    found = queries.newsletter_by_slug(newsletter)
    if found is None:
        return _missing(request, _("There is no newsletter of this name here."))
    digests = list(queries.published(found))
    locale = translation.get_language() or settings.LANGUAGE_CODE
    months = [
        {"name": month(first, locale), "days": [_day(one, locale) for one in ones]}
        for first, ones in groupby(digests, key=lambda digest: digest.day.replace(day=1))
    ]
    return render(request, "web/archive.html", {"newsletter": found, "months": months})


@require_safe
def day(request: HttpRequest, newsletter: str, day: str, locale: str) -> HttpResponse:
    """One day's digest in full, as it is now; what is personal in mails is not here."""
    found = queries.newsletter_by_slug(newsletter)
    digest = queries.published_on(found, when) if found and (when := _date(day)) else None
    revision = current_revision(digest) if digest else None
    if found is None or digest is None or revision is None:
        return _missing(request, _("There is no digest of this day here."), found)
    content = content_of(revision)
    if not (_is_spoken(found, locale) or _was_told(digest, content, locale)):
        return _missing(request, _("This newsletter is not written in this language."), found)
    # The middleware puts the request's own language back.
    translation.activate(spoken(locale, content.default_locale))
    context = page_context(content, public_key(content, locale), site_url="")
    context |= {"newsletter": found, "versions": _versions(found, digest), "locale": locale}
    context |= {"before": _neighbour(found, digest, locale, -1), "after": _neighbour(found, digest, locale, 1)}
    return render(request, "web/digest.html", context)


@require_safe
def accent(request: HttpRequest, newsletter: str) -> HttpResponse:
    """The newsletter's own colour as a style sheet, since no page may carry styles within it."""
    found = queries.newsletter_by_slug(newsletter)
    if found is None:
        raise Http404
    seen = look(found.default_locale, found.accent)
    dark = f"@media (prefers-color-scheme: dark) {{ :root {{ --accent: {seen.dark.accent} }} }}"
    css = f":root {{ --accent: {seen.light.accent} }}\n{dark}\n"
    return HttpResponse(css, content_type="text/css; charset=utf-8", headers={"Cache-Control": FOR_EVER})


@require_safe
def image(request: HttpRequest, name: str) -> FileResponse:
    """One of our own images. The address admits names of hexadecimal digits alone."""
    path = Path(settings.MEDIA_ROOT) / "images" / name
    if not path.is_file():
        raise Http404(_("There is no such image."))
    return FileResponse(path.open("rb"), content_type="image/jpeg", headers={"Cache-Control": FOR_EVER})


def _missing(request: HttpRequest, words: str, newsletter: Newsletter | None = None) -> HttpResponse:
    return render(request, "web/missing.html", {"words": words, "newsletter": newsletter}, status=404)


def _is_spoken(newsletter: Newsletter, locale: str) -> bool:
    """Whether every day has a page in this language."""
    return locale in (newsletter.default_locale, *newsletter.locales, *dict(settings.LANGUAGES))


def _was_told(digest: Digest, content: Content, locale: str) -> bool:
    """Whether this day was told in the language: its address stays, though it is not on offer any more."""
    return any(locale in entry.summaries for entry in content.entries) or queries.was_sent_in(digest, locale)


def _date(text: str) -> date | None:
    """The date of YYYY-MM-DD; none for any other spelling, so that a page has one address."""
    try:
        when = date.fromisoformat(text)
    except ValueError:
        return None
    return when if when.isoformat() == text else None


def _day(digest: Digest, locale: str) -> dict[str, object]:
    """A line of the archive; `papers_shown` comes with queries.published."""
    newsletter = digest.newsletter
    shown = offered(locale, newsletter.locales) or newsletter.default_locale
    return {
        "date": long_date(digest.day, locale),
        "url": _address(digest, shown),
        "papers": getattr(digest, "papers_shown", 0),
    }


def _address(digest: Digest, locale: str) -> str:
    return reverse("day", args=[digest.newsletter.slug, digest.day.isoformat(), locale])


def _versions(newsletter: Newsletter, digest: Digest) -> list[dict[str, str]]:
    """The same day in the newsletter's languages."""
    return [
        {"locale": locale, "lang": bcp47(locale), "name": native_name(locale), "url": _address(digest, locale)}
        for locale in newsletter.locales
    ]


def _neighbour(newsletter: Newsletter, digest: Digest, locale: str, step: int) -> dict[str, str] | None:
    find = queries.published_before if step < 0 else queries.published_after
    other = find(newsletter, digest.day)
    ours = spoken(locale, newsletter.default_locale)
    shown = locale if _is_spoken(newsletter, locale) else ours
    return {"date": long_date(other.day, ours), "url": _address(other, shown)} if other else None

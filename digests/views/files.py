"""What belongs to the pages: a newsletter's colour, and the images that we serve ourselves."""

from pathlib import Path
from urllib.parse import unquote

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from digests import queries
from digests.freshness import MOMENT
from digests.looks import look

FOR_EVER = "public, max-age=31536000, immutable"  # a year: an image's name is its content, a colour stands in its URL


@require_safe
def accent(request: HttpRequest, newsletter: str) -> HttpResponse:
    """The newsletter's own colour as a style sheet, since no page may carry styles within it."""
    found = queries.newsletter_by_slug(newsletter)
    if found is None:
        raise Http404
    seen = look(found.default_locale, found.accent)
    dark = f"@media (prefers-color-scheme: dark) {{ :root {{ --accent: {seen.dark.accent} }} }}"
    css = f":root {{ --accent: {seen.light.accent} }}\n{dark}\n"
    is_named = unquote(request.META.get("QUERY_STRING", "")) == found.accent  # else the next colour may be kept as this
    kept = FOR_EVER if is_named else MOMENT
    return HttpResponse(css, content_type="text/css; charset=utf-8", headers={"Cache-Control": kept})


@require_safe
def image(request: HttpRequest, name: str) -> FileResponse:
    """One of our own images. The address admits names of hexadecimal digits alone."""
    path = Path(settings.MEDIA_ROOT) / "images" / name
    if not path.is_file():
        raise Http404(_("There is no such image."))
    return FileResponse(path.open("rb"), content_type="image/jpeg", headers={"Cache-Control": FOR_EVER})

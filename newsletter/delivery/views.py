"""The web version of a mail, as it was sent to one reader."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from digests.editions import content_of, key_of
from digests.locales import bcp47, spoken
from digests.pages import page_context
from newsletter.delivery.queries import web_version
from newsletter.subscribers import tokens
from newsletter.subscribers.token_pages import PRIVATE


@require_safe
def web(request: HttpRequest, token: str) -> HttpResponse:
    """The reader's selection, in the reader's language, from the revision that was sent."""
    response = _web(request, token)
    for name, value in PRIVATE.items():
        response.headers[name] = value
    return response


def _web(request: HttpRequest, token: str) -> HttpResponse:
    said = tokens.read(token, tokens.Purpose.WEB, keys=settings.LINK_KEYS, now=timezone.now())
    delivery = web_version(said.number) if said.problem is None else None
    if delivery is None or delivery.edition is None:
        return render(request, "web/link_broken.html", {"private": True}, status=404)
    key, content = key_of(delivery.edition), content_of(delivery.edition.revision)
    locale = spoken(key.locale, content.default_locale)
    with translation.override(locale):
        context = page_context(content, key, site_url="", personal=True)
        response = render(request, "web/digest.html", context)
    response.headers["Content-Language"] = bcp47(locale)
    return response

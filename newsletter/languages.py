"""Which language a page speaks: what the address asks for (?lang=ko), else what the browser prefers."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import TooManyFieldsSent
from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.views.defaults import bad_request

from digests.locales import bcp47, direction, native_name, offered


class LanguageMiddleware:
    """Django's LocaleMiddleware without its cookie: reading pages leaves nothing in the browser.

    Views of a reader's own pages activate that reader's language over it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        # A cookie of this name is not ours; Django would obey it, and a shared cache give its page to others.
        request.COOKIES.pop(settings.LANGUAGE_COOKIE_NAME, None)
        garbled = _garbled(request)
        asked = offered(request.GET.get("lang", ""), dict(settings.LANGUAGES))
        with translation.override(asked or translation.get_language_from_request(request)):
            response = bad_request(request, garbled) if garbled else self.get_response(request)
            response.headers.setdefault("Content-Language", bcp47(translation.get_language() or "en"))
        patch_vary_headers(response, ("Accept-Language",))
        return response


def _garbled(request: HttpRequest) -> TooManyFieldsSent | None:
    """What is wrong with the query, if anything. It is empty then: the page that says so looks at it as well."""
    try:
        request.GET.get("lang")
    except TooManyFieldsSent as problem:
        request.GET = QueryDict()
        return problem
    return None


def page_language(request: HttpRequest) -> dict[str, object]:
    """`lang` and `dir` of the page, and the languages that a reader can switch to, for every template."""
    locale = translation.get_language() or settings.LANGUAGE_CODE
    return {
        "lang": bcp47(locale),
        "dir": direction(locale),
        "languages": [(code, bcp47(code), native_name(code)) for code, _name in settings.LANGUAGES],
    }

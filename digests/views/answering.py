"""How every public page answers: by the newsletter that its address names, in its language, from what is kept."""

from collections.abc import Callable, Collection
from functools import wraps
from typing import TYPE_CHECKING, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from digests import freshness
from digests.locales import bcp47, offered, spoken
from digests.models import Newsletter

if TYPE_CHECKING:
    from django.http.request import _ImmutableQueryDict

View = Callable[..., HttpResponse]
Answer = Callable[..., HttpResponseBase]


def public(*asked: str, is_kept: bool = True) -> Callable[[View], Answer]:
    """The view gets the Newsletter that its address names, and is asked only when nothing fresh is at hand.

    `asked` are the words of the query that it knows; it never sees others, so they cannot make one page many.
    """

    def wrap(view: View) -> Answer:
        @require_safe
        @wraps(view)
        def answer(request: HttpRequest, newsletter: str, **place: str) -> HttpResponseBase:
            known = freshness.known(newsletter)
            if known is None:
                return missing(request, _("There is no newsletter of this name here."))
            speak(place.get("locale", ""))

            def make(told: HttpRequest) -> HttpResponse:
                return view(told, known.newsletter, **place)

            return answer_from(known, request, make, asked=asked, is_kept=is_kept)

        return answer

    return wrap


def answer_from(
    known: freshness.Known,
    request: HttpRequest,
    make: Callable[[HttpRequest], HttpResponse],
    *,
    asked: Collection[str] = (),
    more: object = None,
    is_kept: bool = True,
) -> HttpResponseBase:
    """304, the page as it is kept, or as `make` makes it: one page for each address, language and words asked for.

    `more` is what the page shows beside what is published.
    """
    said = _said(request, known.newsletter, asked)
    request.GET = _query(said)
    mark = freshness.mark(known, request.path, sorted(said.items()), translation.get_language(), more)
    return freshness.answer(request, mark=mark, make=lambda: _told(make(request)), is_kept=is_kept)


def speak(locale: str) -> None:
    """From now on in the language of the address, where our own words are there in it.

    The middleware puts the request's own language back.
    """
    ours = offered(locale, dict(settings.LANGUAGES))
    if ours:
        translation.activate(ours)


def missing(request: HttpRequest, words: str, newsletter: Newsletter | None = None) -> HttpResponse:
    return render(request, "web/missing.html", {"words": words, "newsletter": newsletter}, status=404)


def is_spoken(newsletter: Newsletter, locale: str) -> bool:
    """Whether everything of the newsletter has a page in this language."""
    return locale in (newsletter.default_locale, *newsletter.locales, *dict(settings.LANGUAGES))


def shown_in(newsletter: Newsletter, wish: str = "") -> str:
    """The newsletter's own language that serves the wish, else the page's language; its default where none does."""
    page = translation.get_language() or settings.LANGUAGE_CODE
    found = offered(wish, newsletter.locales) or offered(page, newsletter.locales)
    return found or newsletter.default_locale


def page_language(locale: str, newsletter: Newsletter) -> str:
    """The language in which a page about `locale` speaks; it is active from now on."""
    ours = spoken(locale, newsletter.default_locale)
    translation.activate(ours)
    return ours


def _said(request: HttpRequest, newsletter: Newsletter, asked: Collection[str]) -> dict[str, str]:
    """The words of the query that the page knows, as far as they say something.

    A language has one spelling, and one that nobody offers is none: else each would make a page to be kept.
    """
    said = {name: request.GET[name] for name in asked if name in request.GET}
    if "lang" in said:
        said["lang"] = offered(said["lang"], [*newsletter.locales, *dict(settings.LANGUAGES)]) or ""
    return {name: value for name, value in said.items() if value}


def _query(said: dict[str, str]) -> "_ImmutableQueryDict":
    query = QueryDict(mutable=True)
    query.update(said)
    return cast("_ImmutableQueryDict", query)


def _told(response: HttpResponse) -> HttpResponse:
    response.headers.setdefault("Content-Language", bcp47(translation.get_language() or settings.LANGUAGE_CODE))
    return response

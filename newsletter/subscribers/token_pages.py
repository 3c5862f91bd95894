"""What all pages behind a signed link share: the reader's language, privacy, and answers to links that do not hold."""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from digests.locales import bcp47
from newsletter.subscribers import queries, tokens
from newsletter.subscribers.audience import page_locale
from newsletter.subscribers.forms import LinkForm
from newsletter.subscribers.models import Subscription
from newsletter.subscribers.tokens import Problem, Purpose

PRIVATE = {"Cache-Control": "private, no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}
Page = Callable[[HttpRequest, Subscription], HttpResponse]
TokenPage = Callable[[HttpRequest, str], HttpResponse]


def token_page(purpose: Purpose) -> Callable[[Page], TokenPage]:
    """The page gets the subscription that the token names, and speaks its language.

    A forged token is answered with 404, an expired one with 410; both pages have a way on and name nobody.
    """

    def wrap(page: Page) -> TokenPage:
        # The token is the proof that the request is the reader's: a cookie would prove less, and RFC 8058
        # demands that one-click requests work without any.
        @csrf_exempt
        @require_http_methods(["GET", "HEAD", "POST"])
        @wraps(page)
        def answer(request: HttpRequest, token: str) -> HttpResponse:
            response = _answer(request, token, purpose, page)
            for name, value in PRIVATE.items():
                response.headers[name] = value
            return response

        return answer

    return wrap


def speaking(subscription: Subscription) -> translation.override:
    """Within it, words are in the reader's language."""
    return translation.override(page_locale(subscription))


def private_page(
    request: HttpRequest, template: str, subscription: Subscription, *, status: int = 200, **context: object
) -> HttpResponse:
    """A page of one subscription in the language that is active, without a switch to others."""
    shown = {"newsletter": subscription.newsletter, "subscription": subscription, "private": True, **context}
    response = render(request, template, shown, status=status)
    response.headers["Content-Language"] = bcp47(translation.get_language() or settings.LANGUAGE_CODE)
    return response


def _answer(request: HttpRequest, token: str, purpose: Purpose, page: Page) -> HttpResponse:
    said = tokens.read(token, purpose, keys=settings.LINK_KEYS, now=timezone.now())
    subscription = None if said.problem == Problem.FORGED else queries.subscription_numbered(said.number)
    if subscription is None:
        return render(request, "web/link_broken.html", {"private": True}, status=404)
    with speaking(subscription):
        if said.problem == Problem.EXPIRED:
            template = f"web/{purpose.name.lower()}_expired.html"
            return private_page(request, template, subscription, status=410, form=LinkForm())
        return page(request, subscription)

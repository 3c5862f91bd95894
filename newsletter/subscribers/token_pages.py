"""What all pages behind a signed link share: the reader's language, privacy, and answers to links that do not hold."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from digests.locales import bcp47
from newsletter.subscribers import mornings, queries, tokens
from newsletter.subscribers.audience import page_locale
from newsletter.subscribers.forms import LinkForm
from newsletter.subscribers.membership import ConsentFacts
from newsletter.subscribers.models import Subscription
from newsletter.subscribers.networks import network_of
from newsletter.subscribers.schedule import next_morning
from newsletter.subscribers.tokens import Problem, Purpose

PRIVATE = {"Cache-Control": "private, no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}
# For a form that was understood and not accepted: 200 would tell caches and monitors that it worked.
UNPROCESSABLE = 422
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


def consent_of(request: HttpRequest, wording: str, *, page: str) -> ConsentFacts:
    """Proof of what is done on this page: the words beside the button, and where from."""
    return ConsentFacts(
        wording=wording, page=page, network=callers_network(request), locale=translation.get_language() or ""
    )


def callers_network(request: HttpRequest) -> str:
    """Which network the request came from; empty where that cannot be said."""
    return network_of(
        request.META.get("REMOTE_ADDR", ""),
        forwarded=request.headers.get("X-Forwarded-For", ""),
        proxies=settings.TRUSTED_PROXIES,
    )


def in_words(sentence: mornings.Sentence, subscription: Subscription, now: datetime) -> str:
    """The sentence about the reader's next morning, in the reader's language."""
    zone = ZoneInfo(subscription.time_zone)
    chosen, paused_until = subscription.weekdays, subscription.paused_until
    morning = next_morning(hour=subscription.hour, zone=zone, weekdays=chosen, after=now, not_before=paused_until)
    return sentence(morning, zone=subscription.time_zone, locale=page_locale(subscription), now=now)


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

"""What all pages behind a signed link share: the reader's language, privacy, and answers to links that do not hold."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import wraps
from typing import Generic, TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from digests.locales import bcp47
from newsletter.callers import callers_network
from newsletter.subscribers import coming, mornings, queries, tokens
from newsletter.subscribers.audience import page_locale
from newsletter.subscribers.forms import LinkForm
from newsletter.subscribers.membership import ConsentFacts
from newsletter.subscribers.models import Subscription
from newsletter.subscribers.tokens import Problem, Purpose

PRIVATE = {"Cache-Control": "private, no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}
# For a form that was understood and not accepted: 200 would tell caches and monitors that it worked.
UNPROCESSABLE = 422
# What these name is deleted when their links expire, or another change is asked for.
FORGOTTEN = frozenset({Purpose.MOVE, Purpose.ARRIVE})
# What opens nothing of a reader's own: the mailbox that they moved away from may leave for them, and take it back.
HARMLESS = frozenset({Purpose.LEAVE, Purpose.UNDO})
T = TypeVar("T")
TokenPage = Callable[[HttpRequest, str], HttpResponse]


@dataclass(frozen=True, slots=True)
class Named(Generic[T]):
    """What a link names, and the subscription in whose language and newsletter its page speaks.

    Links that were made before the whole minute of `since` have expired. `made_at` is that of the link that led here.
    """

    subject: T
    voice: Subscription
    since: datetime | None = None
    made_at: datetime = tokens.EPOCH

    def outdates(self, made_at: datetime) -> bool:
        return self.since is not None and made_at < self.since.replace(second=0, microsecond=0)


SubscriptionPage = Callable[[HttpRequest, Subscription], HttpResponse]
Page = Callable[[HttpRequest, Named[T]], HttpResponse]
Find = Callable[[int], Named[T] | None]


def token_page(purpose: Purpose) -> Callable[[SubscriptionPage], TokenPage]:
    """The page gets the subscription that the token names, and speaks its language."""

    def wrap(page: SubscriptionPage) -> TokenPage:
        @wraps(page)
        def show(request: HttpRequest, named: Named[Subscription]) -> HttpResponse:
            return page(request, named.subject)

        return page_of(purpose, subscription_of)(show)

    return wrap


def page_of(purpose: Purpose, find: Find[T]) -> Callable[[Page[T]], TokenPage]:
    """The page gets what `find` finds by the number that the token names.

    A forged token is answered with 404, an expired one with 410; both pages have a way on and name nobody.
    """

    def wrap(page: Page[T]) -> TokenPage:
        # The token is the proof that the request is the reader's: a cookie would prove less, and RFC 8058
        # demands that one-click requests work without any.
        @csrf_exempt
        @require_http_methods(["GET", "HEAD", "POST"])
        @wraps(page)
        def answer(request: HttpRequest, token: str) -> HttpResponse:
            response = _answer(request, token, purpose, find, page)
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


def in_words(sentence: mornings.Sentence, subscription: Subscription, now: datetime) -> str:
    """The sentence about the reader's next digest, in the reader's language."""
    morning = coming.next_digest(subscription, now)
    return sentence(morning, zone=subscription.time_zone, locale=page_locale(subscription), now=now)


def subscription_of(number: int) -> Named[Subscription] | None:
    """The subscription that a link names. A link that was made before the address changed went to the old mailbox."""
    subscription = queries.subscription_numbered(number)
    return Named(subscription, subscription, since=subscription.subscriber.moved_at) if subscription else None


def _answer(request: HttpRequest, token: str, purpose: Purpose, find: Find[T], page: Page[T]) -> HttpResponse:
    said = tokens.read(token, purpose, keys=settings.LINK_KEYS, now=timezone.now())
    named = None if said.problem == Problem.FORGED else find(said.number)
    expired = f"web/{purpose.name.lower()}_expired.html"
    if named is None:
        # What a link named may be forgotten by now: it is no broken one for that.
        is_forgotten = said.problem != Problem.FORGED and purpose in FORGOTTEN
        template, status = (expired, 410) if is_forgotten else ("web/link_broken.html", 404)
        return render(request, template, {"private": True}, status=status)
    with speaking(named.voice):
        if said.problem == Problem.EXPIRED or (purpose not in HARMLESS and named.outdates(said.made_at)):
            return private_page(request, expired, named.voice, status=410, form=LinkForm())
        return page(request, replace(named, made_at=said.made_at))

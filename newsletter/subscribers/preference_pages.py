"""The page of a reader's preferences, with what the next digest would be, and with more newsletters to add."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from digests.models import Newsletter
from digests.selection import Wishes
from newsletter.subscribers import adding, audience, membership, mornings, previewing, queries
from newsletter.subscribers.links import link_to
from newsletter.subscribers.membership import Outcome
from newsletter.subscribers.models import Subscription
from newsletter.subscribers.preference_forms import PreferencesForm
from newsletter.subscribers.token_pages import (
    UNPROCESSABLE,
    consent_of,
    in_words,
    private_page,
    speaking,
    token_page,
)
from newsletter.subscribers.tokens import Purpose

FRAGMENT = "X-Preview"  # says that the caller shows the answer within the page that it has


@token_page(Purpose.PREFERENCES)
def preferences(request: HttpRequest, subscription: Subscription) -> HttpResponse:
    if subscription.status == Subscription.Status.ENDED:
        return private_page(request, "web/ended.html", subscription)
    now = timezone.now()
    if request.method != "POST":
        return _choosing(request, subscription, PreferencesForm(subscription, now=now), now=now)
    form = PreferencesForm(subscription, request.POST, now=now)
    if not form.is_valid():
        return _choosing(request, subscription, form, now=now, status=UNPROCESSABLE)
    outcome = membership.change(subscription, form.preferences(), now=now)
    subscription.refresh_from_db()
    with speaking(subscription):
        if outcome != Outcome.DONE:
            return private_page(request, "web/ended.html", subscription)
        return _choosing(request, subscription, PreferencesForm(subscription, now=now), now=now, saved=True)


@token_page(Purpose.PREFERENCES)
def preview(request: HttpRequest, subscription: Subscription) -> HttpResponse:
    """What the choices as typed would bring. Nothing is saved: a part of the page for preview.js, else all of it."""
    if subscription.status == Subscription.Status.ENDED:
        return private_page(request, "web/ended.html", subscription)
    if request.method != "POST":
        return redirect("preferences", _token(request))
    now = timezone.now()
    form = PreferencesForm(subscription, request.POST, now=now)
    if not form.is_valid():
        return _choosing(request, subscription, form, now=now, status=UNPROCESSABLE)
    chosen = form.preferences()
    wishes, would_be = audience.wishes_of(chosen), previewing.as_if(subscription, chosen)
    if FRAGMENT in request.headers:
        shown = _shown(would_be, wishes, now=now)
        return private_page(request, "web/preferences/preview.html", subscription, status=200, unsaved=True, **shown)
    return _choosing(request, would_be, form, now=now, wishes=wishes, unsaved=True)


@token_page(Purpose.PREFERENCES)
def add(request: HttpRequest, subscription: Subscription) -> HttpResponse:
    """One more newsletter for the same reader."""
    if subscription.status == Subscription.Status.ENDED:
        return private_page(request, "web/ended.html", subscription)
    newsletter = queries.newsletter_called(request.POST.get("newsletter", ""))
    if newsletter is None:  # so it is with every GET
        return redirect("preferences", _token(request))
    now = timezone.now()
    consent = consent_of(request, _wording(newsletter), page="/preferences/add/")
    outcome = adding.add(subscription, newsletter, consent=consent, now=now)
    form = PreferencesForm(subscription, now=now)
    return _choosing(request, subscription, form, now=now, asked_for=newsletter, added=outcome)


def _choosing(
    request: HttpRequest,
    subscription: Subscription,
    form: PreferencesForm,
    *,
    now: datetime,
    status: int = 200,
    wishes: Wishes | None = None,
    **context: object,
) -> HttpResponse:
    """The page with this form; the preview shows what is stored unless other wishes are given."""
    return private_page(
        request,
        "web/preferences.html",
        subscription,
        status=status,
        form=form,
        token=_token(request),
        leave_url=link_to(Purpose.LEAVE, subscription, now=now),
        others=[_other(other, now=now) for other in adding.others(subscription)],
        **_shown(subscription, wishes or audience.wishes(subscription), now=now),
        **context,
    )


def _shown(subscription: Subscription, wishes: Wishes, *, now: datetime) -> dict[str, object]:
    """The context of web/preferences/preview.html."""
    return {
        "preview": previewing.preview(subscription.newsletter, wishes, rhythm=subscription.rhythm),
        "next_digest": in_words(mornings.next_digest, subscription, now),
    }


def _other(other: adding.Other, *, now: datetime) -> dict[str, object]:
    if other.subscription is None:
        return {"newsletter": other.newsletter, "wording": _wording(other.newsletter)}
    return {
        "newsletter": other.newsletter,
        "preferences_url": link_to(Purpose.PREFERENCES, other.subscription, now=now),
        "leave_url": link_to(Purpose.LEAVE, other.subscription, now=now),
    }


def _wording(newsletter: Newsletter) -> str:
    return _("Send me %(newsletter)s too") % {"newsletter": newsletter.name}


def _token(request: HttpRequest) -> str:
    """The token of the link that led here: the page's own forms lead no further than it."""
    _root, _preferences, token, *_rest = request.path_info.split("/")
    return token

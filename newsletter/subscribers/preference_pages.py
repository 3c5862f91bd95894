"""The page of a reader's preferences."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from newsletter.subscribers import membership, mornings
from newsletter.subscribers.links import link_to
from newsletter.subscribers.membership import Outcome
from newsletter.subscribers.models import Subscription
from newsletter.subscribers.preference_forms import PreferencesForm
from newsletter.subscribers.token_pages import UNPROCESSABLE, in_words, private_page, speaking, token_page
from newsletter.subscribers.tokens import Purpose


@token_page(Purpose.PREFERENCES)
def preferences(request: HttpRequest, subscription: Subscription) -> HttpResponse:
    if subscription.status == Subscription.Status.ENDED:
        return private_page(request, "web/ended.html", subscription)
    if request.method != "POST":
        return _preferences_page(request, subscription, PreferencesForm(subscription))
    form = PreferencesForm(subscription, request.POST)
    if not form.is_valid():
        return _preferences_page(request, subscription, form, status=UNPROCESSABLE)
    outcome = membership.change(subscription, form.preferences(), now=timezone.now())
    subscription.refresh_from_db()
    with speaking(subscription):
        if outcome != Outcome.DONE:
            return private_page(request, "web/ended.html", subscription)
        return _preferences_page(request, subscription, PreferencesForm(subscription), saved=True)


def _preferences_page(
    request: HttpRequest,
    subscription: Subscription,
    form: PreferencesForm,
    *,
    status: int = 200,
    saved: bool = False,
) -> HttpResponse:
    now = timezone.now()
    return private_page(
        request,
        "web/preferences.html",
        subscription,
        status=status,
        form=form,
        saved=saved,
        next_digest=in_words(mornings.next_digest, subscription, now),
        leave_url=link_to(Purpose.LEAVE, subscription, now=now),
    )

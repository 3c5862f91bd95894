"""The page behind the link of the first letter: yes, send me this newsletter."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from digests.models import Newsletter
from newsletter.subscribers import membership, mornings
from newsletter.subscribers.links import link_to
from newsletter.subscribers.models import Subscription
from newsletter.subscribers.token_pages import consent_of, in_words, private_page, token_page
from newsletter.subscribers.tokens import Purpose


@token_page(Purpose.CONFIRM)
def confirm(request: HttpRequest, subscription: Subscription) -> HttpResponse:
    wording = _confirm_wording(subscription.newsletter)
    if request.method == "POST":
        consent = consent_of(request, wording, page="/confirm/")
        membership.confirm(subscription.pk, consent=consent, now=timezone.now())
        subscription.refresh_from_db()
    if request.method != "POST" and membership.waits(subscription):
        return private_page(request, "web/confirm.html", subscription, wording=wording)
    if subscription.status != Subscription.Status.ACTIVE:
        return private_page(request, "web/ended.html", subscription)
    now = timezone.now()
    return private_page(
        request,
        "web/confirmed.html",
        subscription,
        first_digest=in_words(mornings.first_digest, subscription, now),
        preferences_url=link_to(Purpose.PREFERENCES, subscription, now=now),
    )


def _confirm_wording(newsletter: Newsletter) -> str:
    return _("Yes, send me %(newsletter)s") % {"newsletter": newsletter.name}

"""The page behind the leave link of every mail. It works for years."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from newsletter.subscribers import membership
from newsletter.subscribers.links import link_to
from newsletter.subscribers.models import Subscription
from newsletter.subscribers.token_pages import consent_of, private_page, token_page
from newsletter.subscribers.tokens import Purpose


@token_page(Purpose.LEAVE)
def leave(request: HttpRequest, subscription: Subscription) -> HttpResponse:
    """POST leaves at once, be it from the button or by one click in a mail program (RFC 8058)."""
    if request.method == "POST":
        consent = consent_of(request, _("Leave"), page="/leave/")
        membership.leave(subscription.pk, consent=consent, now=timezone.now())
        subscription.refresh_from_db()
    if subscription.status == Subscription.Status.ENDED:
        return private_page(request, "web/left.html", subscription)
    preferences_url = link_to(Purpose.PREFERENCES, subscription, now=timezone.now())
    return private_page(request, "web/leave.html", subscription, preferences_url=preferences_url)

"""Visitors who sign up while a digest goes out, and wait for the letter that asks them to confirm."""

from collections import Counter

from django.utils import timezone

from digests.models import Newsletter
from newsletter.postbox.models import Letter
from newsletter.subscribers.membership import ConsentFacts, join
from newsletter.subscribers.preferences import Preferences

OPEN = (Letter.Status.PLANNED, Letter.Status.SENDING)
WISHES = Preferences(locale="en", time_zone="UTC", hour=7, weekdays=127)
CONSENT = ConsentFacts(wording="Subscribe", page="/n/", network="192.0.2.0/24", locale="en")


def sign_up(newsletter: Newsletter, number: int) -> str:
    """Newcomer `number` has a letter in the outbox, due now; the address."""
    address = f"newcomer-{number}@example.com"
    join(newsletter, address, preferences=WISHES, consent=CONSENT, now=timezone.now())
    return address


def letter_counts() -> Counter[str]:
    """How many letters have which status."""
    return Counter(Letter.objects.order_by().values_list("status", flat=True))

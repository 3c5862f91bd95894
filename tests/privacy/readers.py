"""A reader of whom everything is known that can be."""

from datetime import UTC, datetime, timedelta

from django.utils import timezone

from newsletter.feedback.models import Event
from newsletter.subscribers import asking, membership, moving, writing
from newsletter.subscribers.models import Ask, Consent, Subscription, Suppression
from tests.factories import address_hash, make_approved, make_delivery, make_newsletter, make_subscription, make_topic

ALICE, NEW = "alice.of.wonderland@example.org", "alice.at.home@example.org"
THEN = datetime(2026, 4, 6, 7, tzinfo=UTC)


def make_alice() -> Subscription:
    """She reads one newsletter and left another, has letters, reports, wishes, and a change of address that waits."""
    newsletter = make_newsletter(slug="daily-papers", name="Daily Papers")
    alice = make_subscription(
        newsletter,
        address=ALICE,
        authors="Ada Lovelace",
        words="looms",
        avoided="slide rules",
        locale="ko",
        topics=[make_topic(newsletter, "agents")],
    )
    Consent.objects.create(
        subscription=alice, act="confirmed", at=THEN, wording="Yes", page="/confirm/", network="203.0.113.0/24"
    )
    sent = make_delivery(make_approved(newsletter=newsletter), alice, status="sent", sent_at=THEN)
    told = {"source": "brevo", "at": THEN + timedelta(seconds=9)}
    Event.objects.create(delivery=sent, kind="delivered", external_id="1", payload={"email": ALICE}, **told)
    Event.objects.create(delivery=None, kind="delivered", external_id="2", payload={"to": [ALICE.title()]}, **told)
    weekly = make_newsletter(slug="weekly-papers", name="Weekly Papers")
    Subscription.objects.create(
        subscriber=alice.subscriber, newsletter=weekly, status="ended", end_reason="complained", ended_at=THEN
    )
    membership.suppress(address_hash(ALICE), weekly, Suppression.Reason.COMPLAINED)
    writing.write_link(alice, now=timezone.now())
    moving.ask(alice.subscriber, NEW, now=timezone.now())
    asking.ask_for(Ask.Kind.LINK, ALICE, now=timezone.now())
    return alice

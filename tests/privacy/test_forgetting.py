"""Erasing in every room: what no table may name any more, and what stays."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.utils import timezone

from newsletter.delivery.models import Delivery
from newsletter.feedback import events
from newsletter.feedback.models import Event
from newsletter.privacy.forgetting import forget
from newsletter.subscribers.models import Consent, Subscription
from tests.factories import make_subscription
from tests.privacy.readers import make_alice

pytestmark = pytest.mark.django_db
# What is Alice's and nobody else's, as pieces of text.
HERS = ("wonderland", "alice", "lovelace", "looms", "slide rules", "203.0.113")


def every_text() -> str:
    """All values of all columns of all tables."""
    rows = [row for model in apps.get_models() for row in model._default_manager.values_list()]
    return "\n".join(map(str, rows)).casefold()


def without_her_papers(text: str) -> str:
    """The papers of the tests have an author whom she follows; that is no trace of her."""
    return "\n".join(line for line in text.splitlines() if "charles babbage" not in line)


def test_after_erasing_no_column_of_any_table_names_the_reader() -> None:
    alice = make_alice()
    assert all(piece in without_her_papers(every_text()) for piece in HERS)

    forget(alice.subscriber, now=timezone.now())

    assert [piece for piece in HERS if piece in without_her_papers(every_text())] == []


def test_the_numbers_stay() -> None:
    alice = make_alice()

    forget(alice.subscriber, now=timezone.now())

    assert (Subscription.objects.count(), Delivery.objects.count(), Event.objects.count()) == (2, 1, 2)
    assert Consent.objects.values_list("act", "wording").get() == ("confirmed", "Yes")
    alice.refresh_from_db()
    assert (alice.end_reason, alice.locale) == ("erased", "ko")


def test_reports_about_others_keep_their_payload() -> None:
    alice, bob = make_alice(), make_subscription(address="bob@example.net")
    told = {"source": "brevo", "at": timezone.now(), "kind": "delivered"}
    Event.objects.create(delivery=None, external_id="3", payload={"email": bob.subscriber.address}, **told)

    forget(alice.subscriber, now=timezone.now())

    assert Event.objects.filter(payload__isnull=False).values_list("external_id", flat=True).get() == "3"


def test_erasing_may_run_twice_and_a_late_report_changes_nothing() -> None:
    alice = make_alice()
    forget(alice.subscriber, now=timezone.now())
    alice.subscriber.refresh_from_db()
    erased_at = alice.subscriber.erased_at

    forget(alice.subscriber, now=timezone.now() + timedelta(days=1))
    events.record(
        kind="bounced_hard",
        source="brevo",
        external_id="4",
        at=timezone.now(),
        delivery_id=Delivery.objects.get().pk,
    )

    alice.subscriber.refresh_from_db()
    assert (alice.subscriber.address, alice.subscriber.erased_at) == ("", erased_at)

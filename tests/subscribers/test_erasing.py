"""Forgetting: what is gone, what stays, and who may sign up again."""

from datetime import datetime, timedelta

import pytest

from newsletter.postbox.models import Letter
from newsletter.subscribers import erasing, membership
from newsletter.subscribers.models import Consent, Subscriber, Subscription, Suppression
from tests.factories import address_hash, make_subscription

pytestmark = pytest.mark.django_db
ALICE = "alice@example.org"
WEEK = timedelta(days=7)


def test_an_erased_reader_is_gone_from_every_row_and_the_numbers_stay(now: datetime) -> None:
    subscription = make_subscription(address=ALICE)
    Consent.objects.create(subscription=subscription, act="confirmed", at=now)
    membership.send_link(ALICE, now=now)

    erasing.erase(subscription.subscriber, now=now)

    subscriber = Subscriber.objects.get()
    assert (subscriber.address, subscriber.address_hash, subscriber.erased_at) == ("", None, now)
    subscription.refresh_from_db()
    assert (subscription.status, subscription.end_reason) == ("ended", "erased")
    assert Consent.objects.count() == 1
    assert not Letter.objects.exists()


def test_an_erased_address_is_suppressed_by_its_hash(now: datetime) -> None:
    subscriber = make_subscription(address=ALICE).subscriber

    erasing.erase(subscriber, now=now)
    erasing.erase(subscriber, now=now)

    suppression = Suppression.objects.get()
    assert (suppression.address_hash, suppression.reason) == (address_hash(ALICE), "erased")
    assert suppression.newsletter is None


def test_erasing_one_reader_leaves_the_letters_of_others(now: datetime) -> None:
    alice, bob = make_subscription(address=ALICE), make_subscription(address="bob@example.org")
    membership.send_link("bob@example.org", now=now)

    erasing.erase(alice.subscriber, now=now)

    assert Letter.objects.get().to == "bob@example.org"
    bob.refresh_from_db()
    assert bob.status == "active"


def test_an_address_that_nobody_confirmed_is_forgotten_after_a_week(now: datetime) -> None:
    waiting = make_subscription(address=ALICE, status="pending", confirmed_at=None, asked_at=now)

    assert erasing.forget_unconfirmed(now=now + WEEK) == 0
    assert erasing.forget_unconfirmed(now=now + WEEK + timedelta(seconds=1)) == 1
    assert erasing.forget_unconfirmed(now=now + 2 * WEEK) == 0

    waiting.refresh_from_db()
    assert (waiting.status, waiting.subscriber.address) == ("ended", "")
    assert not Suppression.objects.exists()


def test_forgetting_spares_who_confirmed(now: datetime) -> None:
    make_subscription(address=ALICE, asked_at=now)

    assert erasing.forget_unconfirmed(now=now + 2 * WEEK) == 0
    assert Subscription.objects.get().status == "active"


def test_a_reader_of_one_newsletter_is_not_forgotten_for_another(now: datetime) -> None:
    reads = make_subscription(address=ALICE)
    other = make_subscription(address="other@example.org").newsletter
    Subscription.objects.create(subscriber=reads.subscriber, newsletter=other, asked_at=now)

    assert erasing.forget_unconfirmed(now=now + 2 * WEEK) == 1

    reads.refresh_from_db()
    assert (reads.status, reads.subscriber.address) == ("active", ALICE)

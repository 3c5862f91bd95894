"""The letter that opens one's data: who gets it, and who hears nothing."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from newsletter.postbox.models import Letter, SenderAssignment
from newsletter.subscribers import disclosing, erasing, membership
from newsletter.subscribers.membership import Joined
from newsletter.subscribers.models import Subscription, Suppression
from tests.factories import address_hash, make_newsletter, make_subscriber, make_subscription

pytestmark = pytest.mark.django_db
ALICE = "alice@example.org"


@pytest.mark.parametrize(
    "state",
    [
        {},
        {"status": "pending", "confirmed_at": None},
        {"status": "ended", "end_reason": "left", "ended_at": timezone.now()},
    ],
)
def test_whoever_is_known_gets_the_link_whether_they_read_or_not(state: dict[str, Any], now: datetime) -> None:
    make_subscription(address=ALICE, **state)

    assert disclosing.send_data_link("Alice@Example.org", now=now) == Joined.REMINDED
    assert Letter.objects.values_list("kind", "to").get() == ("data", ALICE)


def test_one_letter_speaks_for_all_newsletters_and_by_the_one_that_is_read(now: datetime) -> None:
    read = make_subscription(make_newsletter(name="Read"), address=ALICE)
    ended = {"status": "ended", "end_reason": "left", "ended_at": now}
    Subscription.objects.create(subscriber=read.subscriber, newsletter=make_newsletter(name="Left"), **ended)

    disclosing.send_data_link(ALICE, now=now)

    assert Letter.objects.get().subject == "Your data: Read"


def test_a_newsletter_that_can_send_speaks_for_one_that_cannot(now: datetime) -> None:
    mute = make_subscription(make_newsletter(name="Mute"), address=ALICE)
    SenderAssignment.objects.filter(newsletter=mute.newsletter).delete()
    assert disclosing.send_data_link(ALICE, now=now) == Joined.SILENT

    ended = {"status": "ended", "end_reason": "left", "ended_at": now}
    Subscription.objects.create(subscriber=mute.subscriber, newsletter=make_newsletter(name="Other"), **ended)

    assert disclosing.send_data_link(ALICE, now=now) == Joined.REMINDED
    assert Letter.objects.get().subject == "Your data: Other"


def test_nobody_is_written_to_twice_in_ten_minutes(now: datetime) -> None:
    make_subscription(address=ALICE)
    now = timezone.now()

    sent = [
        disclosing.send_data_link(ALICE, now=now + wait)
        for wait in (timedelta(0), timedelta(minutes=9), timedelta(minutes=11))
    ]

    assert sent == [Joined.REMINDED, Joined.SILENT, Joined.REMINDED]


def test_strangers_the_erased_and_the_suppressed_hear_nothing(now: datetime) -> None:
    make_subscriber("nothing@example.org")
    erasing.erase(make_subscription(address=ALICE).subscriber, now=now)
    make_subscription(address="bob@example.org")
    membership.suppress(address_hash("bob@example.org"), None, Suppression.Reason.BOUNCED)

    sent = [disclosing.send_data_link(f"{name}@example.org", now=now) for name in ("zoe", "nothing", "alice", "bob")]

    assert set(sent) == {Joined.SILENT}
    assert not Letter.objects.exists()


def test_asking_for_data_does_not_keep_an_unconfirmed_address_alive(now: datetime) -> None:
    make_subscription(address=ALICE, status="pending", confirmed_at=None, asked_at=now)

    disclosing.send_data_link(ALICE, now=now + timedelta(days=6))

    assert erasing.forget_unconfirmed(now=now + timedelta(days=7, seconds=1)) == 1

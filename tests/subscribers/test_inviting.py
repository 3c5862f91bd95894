"""Readers of a list are asked to confirm, gently."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from digests.models import Newsletter
from newsletter.postbox.models import Letter, Sender
from newsletter.subscribers import erasing, inviting, membership
from newsletter.subscribers.membership import ConsentFacts
from newsletter.subscribers.models import Invitation, Suppression
from tests.factories import address_hash, make_newsletter, make_sender
from tests.subscribers.importing.lists import NOW, imported
from tests.subscribers.pages import browser

pytestmark = pytest.mark.django_db


def to_ask(count: int, **sender: object) -> Newsletter:
    """A newsletter with so many readers of a list to ask."""
    newsletter = make_newsletter(sender=make_sender(**sender))
    text = "email\n" + "".join(f"reader-{number}@example.com\n" for number in range(count))
    imported(newsletter, text, asks=True)
    return newsletter


def test_a_reader_of_a_list_gets_one_letter_and_confirms_as_anybody_does(consent: ConsentFacts) -> None:
    newsletter = to_ask(1)

    written = [inviting.invite(now=NOW), inviting.invite(now=NOW)]

    assert written == [1, 0]
    letter = Letter.objects.get()
    assert (letter.kind, letter.to) == ("confirm", "reader-0@example.com")
    subscription = newsletter.subscriptions.get()
    membership.confirm(subscription.pk, consent=consent, now=NOW)
    subscription.refresh_from_db()
    assert subscription.status == "active"


def test_not_more_are_written_than_a_round_and_the_outbox_bear(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inviting, "AT_ONCE", 3)
    monkeypatch.setattr(inviting, "WAITING", 5)
    to_ask(9)

    assert [inviting.invite(now=NOW) for _round in range(3)] == [3, 2, 0]


def test_a_day_has_no_more_than_the_part_of_the_quota_that_letters_have() -> None:
    to_ask(9, per_day=80)

    assert [inviting.invite(now=NOW) for _round in range(2)] == [4, 0]


def test_a_paused_sender_asks_nobody() -> None:
    to_ask(2)
    Sender.objects.update(paused_at=NOW, pause_reason="too many complaints")

    assert inviting.invite(now=NOW) == 0
    assert Invitation.objects.count() == 2


def test_who_was_suppressed_or_erased_meanwhile_is_not_written_to() -> None:
    newsletter = to_ask(2)
    membership.suppress(address_hash("reader-0@example.com"), newsletter, Suppression.Reason.ASKED)
    erasing.erase(newsletter.subscriptions.get(subscriber__address="reader-1@example.com").subscriber, now=NOW)

    assert inviting.invite(now=NOW) == 0
    assert not Invitation.objects.exists()


def test_who_still_waits_for_the_letter_is_not_forgotten_for_not_having_answered() -> None:
    newsletter = to_ask(1)
    later = NOW + timedelta(days=20)
    newsletter.subscriptions.update(created_at=NOW)

    assert erasing.forget_unconfirmed(now=later) == 0


@pytest.mark.parametrize(("days", "forgotten"), [(8, 0), (29, 0), (31, 1)])
def test_who_was_asked_has_thirty_days_to_answer(days: int, forgotten: int) -> None:
    newsletter = to_ask(1)
    inviting.invite(now=NOW + timedelta(days=20))
    newsletter.subscriptions.update(created_at=NOW)
    later = NOW + timedelta(days=20 + days)

    inviting.forget(now=later)

    assert erasing.forget_unconfirmed(now=later) == forgotten


@pytest.mark.parametrize(("days", "status"), [(0, 200), (29, 200), (31, 410)])
def test_the_letter_says_why_it_comes_and_its_link_holds_for_thirty_days(days: int, status: int) -> None:
    to_ask(1)
    asked_at = timezone.now() - timedelta(days=days)

    inviting.invite(now=asked_at)

    letter = Letter.objects.get()
    for part in (letter.text, letter.html):
        words = " ".join(part.split())
        assert "a list of readers that this address stands on" in words
        assert "after 30 days" in words
        assert "sign-up page" not in words
    link = re.search(r"/confirm/[\w-]{40}/", letter.text)
    assert link
    assert browser().get(link[0]).status_code == status


def test_who_was_asked_is_not_asked_again() -> None:
    to_ask(1)

    written = [inviting.invite(now=NOW + timedelta(days=day)) for day in range(3)]

    assert written == [1, 0, 0]


def test_who_could_not_be_asked_for_thirty_days_is_forgotten() -> None:
    newsletter = to_ask(1)
    newsletter.subscriptions.update(created_at=NOW)
    later = NOW + timedelta(days=31)

    assert inviting.forget(now=later) == 1
    assert erasing.forget_unconfirmed(now=later) == 1
    assert newsletter.subscriptions.get().subscriber.address == ""

"""Forgetting: what is gone, what stays, and who may sign up again."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Thread

import pytest
from django.db import connection, transaction

from newsletter.postbox.models import Letter
from newsletter.subscribers import asking, erasing, membership, moving, waiting
from newsletter.subscribers.membership import ConsentFacts, Joined
from newsletter.subscribers.models import Ask, Consent, Move, Subscriber, Subscription, Suppression
from newsletter.subscribers.preferences import Preferences
from newsletter.subscribers.tokens import Purpose
from tests.factories import address_hash, make_newsletter, make_subscription
from tests.subscribers.pages import browser, link

pytestmark = pytest.mark.django_db
ALICE = "alice@example.org"
WEEK, LEFT = timedelta(days=7), timedelta(days=90)


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


def test_who_left_ninety_days_ago_is_a_stranger_and_may_come_back(now: datetime) -> None:
    left = make_subscription(address=ALICE, status="ended", end_reason="left", ended_at=now, words="diffusion")

    assert erasing.forget_left(now=now + LEFT) == 0
    assert erasing.forget_left(now=now + LEFT + timedelta(seconds=1)) == 1
    assert erasing.forget_left(now=now + 2 * LEFT) == 0

    left.refresh_from_db()
    assert (left.subscriber.address, left.words, left.end_reason) == ("", "", "left")
    assert not Suppression.objects.exists()
    assert browser().get(link(Purpose.LEAVE, left)).status_code == 200


@pytest.mark.parametrize("status", ["active", "pending"])
def test_who_reads_or_may_still_confirm_something_is_not_forgotten_for_what_ended(now: datetime, status: str) -> None:
    left = make_subscription(address=ALICE, status="ended", end_reason="left", ended_at=now)
    confirmed_at = now if status == "active" else None
    Subscription.objects.create(
        subscriber=left.subscriber, newsletter=make_newsletter(), status=status, confirmed_at=confirmed_at
    )

    assert erasing.forget_left(now=now + 2 * LEFT) == 0
    left.refresh_from_db()
    assert left.subscriber.address == ALICE


def test_an_address_that_bounced_stays_suppressed_when_it_is_forgotten(now: datetime) -> None:
    make_subscription(address=ALICE, status="ended", end_reason="bounced", ended_at=now)
    membership.suppress(address_hash(ALICE), None, Suppression.Reason.BOUNCED)

    assert erasing.forget_left(now=now + 2 * LEFT) == 1
    assert Suppression.objects.get().address_hash == address_hash(ALICE)


def test_a_change_of_address_is_forgotten_after_a_week(now: datetime) -> None:
    moving.ask(make_subscription(address=ALICE).subscriber, "new@example.org", now=now)

    assert erasing.forget_moves(now=now + WEEK) == 0
    assert erasing.forget_moves(now=now + WEEK + timedelta(seconds=1)) == 1
    assert not Move.objects.exists()


def test_an_erased_readers_words_networks_and_asks_are_gone(now: datetime) -> None:
    alice = make_subscription(address=ALICE, authors="Ada Lovelace", words="looms", avoided="slide rules")
    Consent.objects.create(subscription=alice, act="confirmed", at=now, wording="Yes", network="203.0.113.0/24")
    asking.ask_for(Ask.Kind.LINK, ALICE, now=now)
    moving.ask(alice.subscriber, "new@example.org", now=now)

    erasing.erase(alice.subscriber, now=now)

    alice.refresh_from_db()
    assert (alice.authors, alice.words, alice.avoided) == ("", "", "")
    assert Consent.objects.values("wording", "network").get() == {"wording": "Yes", "network": ""}
    assert not any(table.objects.exists() for table in (Ask, Move, Letter))


def test_erasing_takes_the_address_out_of_a_change_that_somebody_else_asked_for(now: datetime) -> None:
    alice, bob = make_subscription(address=ALICE), make_subscription(address="bob@example.org")
    moving.ask(bob.subscriber, ALICE, now=now)

    erasing.erase(alice.subscriber, now=now)

    assert not Move.objects.filter(address=ALICE).exists()


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one write at a time; on PostgreSQL it runs")
@pytest.mark.django_db(transaction=True)
def test_erasing_waits_for_no_worker_that_answers_the_same_reader(now: datetime) -> None:
    alice = make_subscription(address=ALICE)
    asking.ask_for(Ask.Kind.LINK, ALICE, now=now)

    with transaction.atomic():
        assert waiting.ask_locked(Ask.objects.get().pk) is not None
        erased = beside(lambda: erasing.erase(alice.subscriber, now=now))
        erased.join(timeout=10)
        is_done = not erased.is_alive()

    erased.join(timeout=10)
    assert is_done


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one write at a time; on PostgreSQL it runs")
@pytest.mark.django_db(transaction=True)
def test_who_is_erased_while_somebody_signs_them_up_stays_erased(now: datetime) -> None:
    alice, outcomes = make_subscription(address=ALICE), []
    wishes = Preferences(locale="en", time_zone="UTC", hour=7, weekdays=127)
    consent = ConsentFacts(wording="Yes", page="/join/", network="", locale="en")

    def join() -> None:
        outcomes.append(membership.join(alice.newsletter, ALICE, preferences=wishes, consent=consent, now=now))

    with transaction.atomic():
        erasing.erase(alice.subscriber, now=now)
        joining = beside(join)
        until_somebody_waits()
    joining.join(timeout=10)

    assert outcomes == [Joined.SILENT]
    assert Subscriber.objects.values_list("address", flat=True).get() == ""


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one write at a time; on PostgreSQL it runs")
@pytest.mark.django_db(transaction=True)
def test_who_is_erased_while_their_link_is_asked_for_gets_no_letter(now: datetime) -> None:
    alice = make_subscription(address=ALICE)

    with transaction.atomic():
        erasing.erase(alice.subscriber, now=now)
        sending = beside(lambda: membership.send_link(ALICE, now=now))
        until_somebody_waits()
    sending.join(timeout=10)

    assert not Letter.objects.exists()


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one write at a time; on PostgreSQL it runs")
@pytest.mark.django_db(transaction=True)
def test_words_that_are_saved_while_their_reader_is_erased_are_not_kept(now: datetime) -> None:
    alice = make_subscription(address=ALICE)
    wishes = Preferences(locale="en", time_zone="UTC", hour=7, weekdays=127, words=("looms",))

    with transaction.atomic():
        erasing.erase(alice.subscriber, now=now)
        saving = beside(lambda: membership.change(alice, wishes, now=now))
        until_somebody_waits()
    saving.join(timeout=10)

    alice.refresh_from_db()
    assert (alice.status, alice.words) == ("ended", "")


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one write at a time; on PostgreSQL it runs")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("has_left", [False, True])
def test_who_is_erased_while_their_mail_bounces_is_erased_and_the_bounce_is_recorded(
    now: datetime, has_left: bool
) -> None:
    alice = make_subscription(address=ALICE)
    if has_left:
        membership.end(alice.pk, reason=Subscription.EndReason.LEFT, now=now)

    with transaction.atomic():
        Subscription.objects.select_for_update().get(pk=alice.pk)
        erased = beside(lambda: erasing.erase(alice.subscriber, now=now))
        until_somebody_waits()
        membership.suppress(address_hash(ALICE), None, Suppression.Reason.BOUNCED)
    erased.join(timeout=10)

    assert Subscriber.objects.values_list("address", flat=True).get() == ""
    assert Suppression.objects.get().reason == "bounced"


def beside(verb: Callable[[], object]) -> Thread:
    """The verb runs in a thread with a connection of its own."""

    def run() -> None:
        try:
            verb()
        finally:
            connection.close()

    thread = Thread(target=run)
    thread.start()
    return thread


def until_somebody_waits() -> None:
    """For a lock of PostgreSQL."""
    for _ in range(200):
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_locks WHERE NOT granted")
            if cursor.fetchone():
                return
        time.sleep(0.05)
    raise AssertionError("nobody waits")

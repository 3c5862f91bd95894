"""A new address: what both mailboxes have to agree to, what stays, and who cannot be moved to."""

from datetime import datetime, timedelta
from itertools import permutations
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from newsletter.delivery import sending
from newsletter.feedback import events
from newsletter.postbox.models import Letter
from newsletter.subscribers import erasing, limits, membership, moving
from newsletter.subscribers.membership import ConsentFacts
from newsletter.subscribers.models import Consent, Move, Subscriber, Subscription, Suppression
from newsletter.subscribers.moving import Agreed, Asked, End
from newsletter.subscribers.tokens import Purpose
from tests.conftest import Outbox
from tests.factories import (
    MORNING,
    address_hash,
    make_approved,
    make_delivery,
    make_newsletter,
    make_subscription,
)
from tests.subscribers.pages import browser, chosen, everything, link, links_in

pytestmark = pytest.mark.django_db
OLD, NEW = "alice@old.example.org", "alice@new.example.org"
YES = ConsentFacts(wording="Yes, send it to this address", page="/arrive/", network="", locale="en")


def letters() -> list[tuple[str, str]]:
    return [(letter.kind, letter.to) for letter in Letter.objects.order_by("pk")]


def waiting(subscription: Subscription, *, now: datetime, address: str = NEW) -> Move:
    """A change of the reader's address that nobody has agreed to."""
    assert moving.ask(subscription.subscriber, address, now=now) == Asked.DONE
    return Move.objects.get(subscriber=subscription.subscriber)


def both_agree(move: Move, *, now: datetime) -> Agreed:
    moving.agree(move.pk, End.OLD, consent=YES, now=now)
    return moving.agree(move.pk, End.NEW, consent=YES, now=now)


def address_of(subscription: Subscription) -> str:
    return Subscriber.objects.get(subscriptions=subscription).address


def test_both_mailboxes_are_asked(now: datetime) -> None:
    alice = make_subscription(address=OLD)

    waiting(alice, now=now)

    assert letters() == [("move", OLD), ("arrive", NEW)]
    assert address_of(alice) == OLD


@pytest.mark.parametrize("order", list(permutations(End)))
def test_the_address_changes_when_both_have_agreed_in_whichever_order(now: datetime, order: tuple[End, End]) -> None:
    alice = make_subscription(address=OLD)
    move = waiting(alice, now=now)

    first = moving.agree(move.pk, order[0], consent=YES, now=now)
    assert (first, address_of(alice)) == (Agreed.WAITS, OLD)
    second = moving.agree(move.pk, order[1], consent=YES, now=now)

    moved = Subscriber.objects.get(subscriptions=alice)
    assert (second, moved.address, moved.address_hash) == (Agreed.DONE, NEW, address_hash(NEW))
    assert moved.moved_at == now


def test_one_mailbox_that_agrees_twice_moves_nothing(now: datetime) -> None:
    alice = make_subscription(address=OLD)
    move = waiting(alice, now=now)

    outcomes = [moving.agree(move.pk, End.NEW, consent=YES, now=now) for _ in range(2)]

    assert outcomes == [Agreed.WAITS, Agreed.WAITS]
    assert address_of(alice) == OLD


def test_agreeing_again_after_it_is_done_changes_nothing(now: datetime) -> None:
    move = waiting(make_subscription(address=OLD), now=now)
    both_agree(move, now=now)
    before = everything()

    again = [moving.agree(move.pk, end, consent=YES, now=now + timedelta(days=1)) for end in End]

    assert again == [Agreed.DONE, Agreed.DONE]
    assert everything() == before


def test_a_done_change_keeps_no_address_and_the_proof_of_consent(now: datetime) -> None:
    alice = make_subscription(address=OLD)

    both_agree(waiting(alice, now=now), now=now)

    assert Move.objects.values_list("address", "address_hash").get() == ("", "")
    assert Consent.objects.values_list("act", "wording").get() == ("moved", YES.wording)
    assert not Letter.objects.filter(to=OLD).exists()


def test_links_of_old_mails_still_leave_after_a_move(now: datetime) -> None:
    alice = make_subscription(address=OLD)
    old_link = link(Purpose.LEAVE, alice, age=timedelta(days=400))

    both_agree(waiting(alice, now=now), now=now)
    browser().post(old_link)

    alice.refresh_from_db()
    assert (alice.status, alice.end_reason) == ("ended", "left")


@pytest.mark.parametrize("purpose", [Purpose.CONFIRM, Purpose.PREFERENCES])
def test_what_old_mails_open_of_the_readers_own_is_closed_by_a_move(purpose: Purpose) -> None:
    alice = make_subscription(address=OLD)
    old_link = link(purpose, alice, age=timedelta(days=2))
    assert browser().get(old_link).status_code == 200

    both_agree(waiting(alice, now=timezone.now()), now=timezone.now())
    answers = [browser().get(old_link), browser().post(old_link, chosen(hour="3"))]

    assert [answer.status_code for answer in answers] == [410, 410]
    assert not any(links_in(answer.text, "/preferences/") for answer in answers)
    assert Subscription.objects.get().hour == alice.hour
    assert browser().get(link(purpose, alice)).status_code == 200


def test_from_the_old_mailbox_one_can_leave_and_take_it_back_and_see_nothing_else() -> None:
    alice = make_subscription(address=OLD, words="diffusion", time_zone="Asia/Seoul")
    old_link = link(Purpose.LEAVE, alice, age=timedelta(days=2))
    both_agree(waiting(alice, now=timezone.now()), now=timezone.now())

    before = browser().get(old_link)
    left = browser().post(old_link)
    undone = browser().post(links_in(left.text, "/undo/")[0])
    opened = [browser().get(path) for page in (before, left, undone) for path in links_in(page.text, "/preferences/")]

    assert "You are a reader again" in undone.text
    assert "Seoul" not in undone.text
    assert [page.status_code for page in opened] == [410]
    assert not any("diffusion" in page.text or NEW in page.text for page in (before, left, undone, *opened))


def test_a_digest_that_was_planned_before_goes_to_the_new_address(now: datetime, outbox: Outbox) -> None:
    alice = make_subscription(address=OLD)
    delivery = make_delivery(make_approved(newsletter=alice.newsletter), alice)

    both_agree(waiting(alice, now=now), now=now)
    sending.send_due(delivery.sender, now=MORNING)

    assert outbox.recipients() == [NEW]


def test_a_second_change_replaces_the_first(now: datetime) -> None:
    alice = make_subscription(address=OLD)
    first = waiting(alice, now=now, address="typo@new.example.org")

    second = waiting(alice, now=now)

    assert both_agree(first, now=now) == Agreed.UNKNOWN
    assert both_agree(second, now=now) == Agreed.DONE
    assert letters() == [("arrive", NEW)]  # the one with the slip never left, and the old mailbox is nobody's now


def test_a_reader_may_ask_three_times_a_day(now: datetime) -> None:
    alice = make_subscription(address=OLD)

    asked = [moving.ask(alice.subscriber, f"{number}@new.example.org", now=now) for number in range(4)]

    assert asked == [Asked.DONE, Asked.DONE, Asked.DONE, Asked.OFTEN]


def test_nobody_can_flood_another_mailbox_with_changes(now: datetime) -> None:
    readers = [make_subscription() for _ in range(limits.PER_ADDRESS + 2)]

    asked = {moving.ask(reader.subscriber, NEW, now=now) for reader in readers}

    assert asked == {Asked.DONE}
    assert Letter.objects.filter(to=NEW).count() == limits.PER_ADDRESS


def test_the_same_address_is_no_change(now: datetime) -> None:
    alice = make_subscription(address=OLD)

    assert moving.ask(alice.subscriber, OLD.upper(), now=now) == Asked.SAME
    assert letters() == []


def test_who_reads_nothing_has_nothing_to_move(now: datetime) -> None:
    left = make_subscription(address=OLD, status="ended", end_reason="left", ended_at=now)

    assert moving.ask(left.subscriber, NEW, now=now) == Asked.NOBODY
    assert not Move.objects.exists()


def test_a_suppressed_new_address_is_not_written_to_and_never_arrives(now: datetime) -> None:
    alice = make_subscription(address=OLD)
    membership.suppress(address_hash(NEW), None, Suppression.Reason.ERASED)

    move = waiting(alice, now=now)

    assert letters() == [("move", OLD)]
    assert both_agree(move, now=now) == Agreed.IMPOSSIBLE
    assert address_of(alice) == OLD


def test_asking_takes_as_long_for_a_suppressed_address_as_for_any(now: datetime) -> None:
    membership.suppress(address_hash(NEW), None, Suppression.Reason.ERASED)
    alice, bob = make_subscription(address=OLD), make_subscription(address="bob@example.org")

    written = []
    for reader, address in ((alice, NEW), (bob, "bob@new.example.org")):
        with CaptureQueriesContext(connection) as asked:
            waiting(reader, now=now, address=address)
        written.append(sum("INSERT" in query["sql"] and "postbox_letter" in query["sql"] for query in asked))

    assert written == [2, 2]


@pytest.mark.parametrize("status", ["active", "pending"])
def test_an_address_that_reads_here_is_told_so_and_nothing_is_joined(now: datetime, status: str) -> None:
    alice = make_subscription(address=OLD)
    confirmed_at = now if status == "active" else None
    other = make_subscription(address=NEW, status=status, confirmed_at=confirmed_at)

    move = waiting(alice, now=now)

    assert letters() == [("move", OLD), ("taken", NEW)]
    assert both_agree(move, now=now) == Agreed.IMPOSSIBLE
    assert (address_of(alice), address_of(other)) == (OLD, NEW)


def test_an_address_that_left_may_be_moved_to_and_its_leave_links_hold(now: datetime) -> None:
    alice = make_subscription(address=OLD)
    before = make_subscription(address=NEW, status="ended", end_reason="left", ended_at=now)

    assert both_agree(waiting(alice, now=now), now=now) == Agreed.DONE

    assert (address_of(alice), address_of(before)) == (NEW, "")
    assert browser().get(link(Purpose.LEAVE, before)).status_code == 200


def test_what_changed_between_the_two_yeses_counts(now: datetime) -> None:
    alice = make_subscription(address=OLD)
    move = waiting(alice, now=now)
    moving.agree(move.pk, End.NEW, consent=YES, now=now)
    make_subscription(address=NEW)

    assert moving.agree(move.pk, End.OLD, consent=YES, now=now) == Agreed.IMPOSSIBLE
    assert address_of(alice) == OLD


def test_who_is_erased_in_between_is_not_moved(now: datetime) -> None:
    alice = make_subscription(address=OLD)
    move = waiting(alice, now=now)
    moving.agree(move.pk, End.NEW, consent=YES, now=now)

    erasing.erase(alice.subscriber, now=now)

    assert moving.agree(move.pk, End.OLD, consent=YES, now=now) == Agreed.UNKNOWN
    assert Subscriber.objects.get().address == ""
    assert not Letter.objects.exists()


def test_a_bounce_from_the_old_address_ends_nothing_at_the_new_one(now: datetime) -> None:
    alice = make_subscription(address=OLD, confirmed_at=now - timedelta(days=9))
    sent = make_delivery(
        make_approved(newsletter=alice.newsletter), alice, status="sent", sent_at=now - timedelta(hours=1)
    )
    both_agree(waiting(alice, now=now), now=now)

    events.record(kind="bounced_hard", source="brevo", external_id="1", at=now, delivery_id=sent.pk)

    alice.refresh_from_db()
    assert alice.status == "active"
    assert not Suppression.objects.exists()


@pytest.mark.parametrize(("kind", "reason"), [("complained", "complained"), ("left", "left")])
def test_what_the_reader_said_at_the_old_address_counts_at_the_new_one(now: datetime, kind: str, reason: str) -> None:
    alice = make_subscription(address=OLD, confirmed_at=now - timedelta(days=9))
    sent = make_delivery(
        make_approved(newsletter=alice.newsletter), alice, status="sent", sent_at=now - timedelta(hours=1)
    )
    both_agree(waiting(alice, now=now), now=now)

    events.record(kind=kind, source="brevo", external_id="1", at=now, delivery_id=sent.pk)

    alice.refresh_from_db()
    assert (alice.status, alice.end_reason) == ("ended", reason)


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one write at a time; on PostgreSQL it runs")
@pytest.mark.django_db(transaction=True)
def test_of_two_who_move_to_one_address_at_once_one_arrives(now: datetime) -> None:
    newsletter, start, outcomes = make_newsletter(), Barrier(2), []
    moves = [waiting(make_subscription(newsletter), now=now) for _ in range(2)]
    for move in moves:
        moving.agree(move.pk, End.OLD, consent=YES, now=now)

    def arrive(move: Move) -> None:
        start.wait(timeout=10)
        try:
            outcomes.append(moving.agree(move.pk, End.NEW, consent=YES, now=now))
        finally:
            connection.close()

    threads = [Thread(target=arrive, args=[move]) for move in moves]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert sorted(outcomes) == [Agreed.DONE, Agreed.IMPOSSIBLE]
    assert Subscriber.objects.filter(address=NEW).count() == 1


def test_an_address_in_another_spelling_is_the_same_mailbox(now: datetime) -> None:
    alice = make_subscription(address=OLD)

    move = waiting(alice, now=now, address="Alice@NEW.example.org")

    assert (move.address, move.address_hash) == (NEW, address_hash(NEW))

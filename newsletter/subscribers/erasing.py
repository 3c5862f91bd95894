"""Forgetting people: who asks for it, who left long ago, and addresses that nobody confirmed."""

from datetime import datetime, timedelta

from django.db import transaction

from newsletter.subscribers import queries, waiting
from newsletter.subscribers.membership import end, suppress
from newsletter.subscribers.models import Move, Subscriber, Subscription, Suppression

UNCONFIRMED = timedelta(days=7)
MOVES_KEPT = timedelta(days=7)
LEFT_KEPT = timedelta(days=90)
MOST = 5000  # subscribers a round: the timetable comes back for the rest
# What readers type in words of their own.
WORDS = {"authors": "", "words": "", "avoided": ""}


@transaction.atomic
def erase(subscriber: Subscriber, *, now: datetime) -> None:
    """The address is gone from every row and never written to again; subscriptions and consents stay, nameless."""
    locked = queries.locked(subscriber.pk)
    address_hash = locked.address_hash
    if address_hash is None:
        return
    for subscription in queries.live_ones_of(locked):
        end(subscription.pk, reason=Subscription.EndReason.ERASED, now=now)
    waiting.moves_to(locked.address).delete()
    blank(locked, now=now)
    # Last, for whoever records a bounce holds the subscription before the suppression, too.
    suppress(address_hash, None, Suppression.Reason.ERASED)


def forget_unconfirmed(*, now: datetime) -> int:
    """Subscriptions that nobody confirmed within 7 days have ended, without a trace of their address; how many."""
    return sum(_forget(subscription, now=now) for subscription in queries.unconfirmed_since(now - UNCONFIRMED))


def forget_left(*, now: datetime) -> int:
    """Who has read nothing for 90 days is a stranger and may come back; how many. Their leave links still open."""
    found = queries.readers_of_nothing_since(now - LEFT_KEPT).order_by("pk").values_list("pk", flat=True)[:MOST]
    return sum(_forget_left(subscriber_id, now=now) for subscriber_id in list(found))


def forget_moves(*, now: datetime) -> int:
    """Changes of address are gone after 7 days, whatever became of them; how many."""
    _total, rows = waiting.moves_asked_before(now - MOVES_KEPT).delete()
    return rows.get(Move._meta.label, 0)


def blank(subscriber: Subscriber, *, now: datetime) -> None:
    """Nothing in any row of this room or the outbox names the reader any more. The row must be locked."""
    move = waiting.move_of(subscriber)
    if move is not None:
        waiting.letters_of_moving_to(move.address).delete()
        move.delete()
    for ask in waiting.waiting_asks_of(subscriber.address):
        ask.delete()
    queries.letters_to(subscriber.address).delete()
    queries.all_of(subscriber).update(**WORDS)
    queries.consents_of(subscriber).update(network="")
    subscriber.address, subscriber.address_hash, subscriber.erased_at = "", None, now
    subscriber.save(update_fields=["address", "address_hash", "erased_at"])


@transaction.atomic
def _forget(subscription: Subscription, *, now: datetime) -> int:
    """No suppression: whoever mistyped an address must not keep its owner from signing up."""
    subscriber = queries.locked(subscription.subscriber_id)
    overdue = queries.unconfirmed_since(now - UNCONFIRMED).filter(pk=subscription.pk)
    ended = overdue.update(status=Subscription.Status.ENDED, ended_at=now, end_reason=Subscription.EndReason.ERASED)
    if ended and not queries.live_ones_of(subscriber).exists():
        blank(subscriber, now=now)
    return ended


@transaction.atomic
def _forget_left(subscriber_id: int, *, now: datetime) -> int:
    """Looked at again under the lock: they may have come back. No suppression, for they never asked for that."""
    subscriber = queries.locked(subscriber_id)
    if not queries.readers_of_nothing_since(now - LEFT_KEPT).filter(pk=subscriber_id).exists():
        return 0
    blank(subscriber, now=now)
    return 1

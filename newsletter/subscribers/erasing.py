"""Forgetting people: a reader who asks for it, and addresses that were never confirmed."""

from datetime import datetime, timedelta

from django.db import transaction

from newsletter.subscribers import queries
from newsletter.subscribers.membership import end, suppress
from newsletter.subscribers.models import Subscriber, Subscription, Suppression

UNCONFIRMED = timedelta(days=7)


@transaction.atomic
def erase(subscriber: Subscriber, *, now: datetime) -> None:
    """The address is gone from every row and never written to again; subscriptions and consents stay, nameless."""
    locked = Subscriber.objects.select_for_update().get(pk=subscriber.pk)
    if locked.address_hash is None:
        return
    suppress(locked.address_hash, None, Suppression.Reason.ERASED)
    for subscription in queries.live_ones_of(locked):
        end(subscription.pk, reason=Subscription.EndReason.ERASED, now=now)
    queries.asks_of(locked.address).delete()
    _blank(locked, now=now)


def forget_unconfirmed(*, now: datetime) -> int:
    """Subscriptions that nobody confirmed within 7 days have ended, without a trace of their address; how many."""
    return sum(_forget(subscription, now=now) for subscription in queries.unconfirmed_since(now - UNCONFIRMED))


@transaction.atomic
def _forget(subscription: Subscription, *, now: datetime) -> int:
    """No suppression: whoever mistyped an address must not keep its owner from signing up."""
    subscriber = Subscriber.objects.select_for_update().get(pk=subscription.subscriber_id)
    overdue = queries.unconfirmed_since(now - UNCONFIRMED).filter(pk=subscription.pk)
    ended = overdue.update(status=Subscription.Status.ENDED, ended_at=now, end_reason=Subscription.EndReason.ERASED)
    if ended and not queries.live_ones_of(subscriber).exists():
        _blank(subscriber, now=now)
    return ended


def _blank(subscriber: Subscriber, *, now: datetime) -> None:
    queries.letters_to(subscriber.address).delete()
    subscriber.address, subscriber.address_hash, subscriber.erased_at = "", None, now
    subscriber.save(update_fields=["address", "address_hash", "erased_at"])

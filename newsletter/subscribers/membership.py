"""What happens to a subscription: join, confirm, change, leave, end. Each verb may run twice.

A status changes by compare-and-set alone, so of two requests at once one acts and the other finds it done.
"""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.db import transaction

from digests.models import Newsletter
from newsletter.subscribers import addresses, queries, tokens, writing
from newsletter.subscribers.models import Consent, Subscriber, Subscription, Suppression
from newsletter.subscribers.preferences import Preferences

PENDING, ACTIVE, ENDED = Subscription.Status.PENDING, Subscription.Status.ACTIVE, Subscription.Status.ENDED
BETWEEN_LETTERS = timedelta(minutes=10)
NOT_ENDED = {"ended_at": None, "end_reason": "", "leave_answer": ""}
UNDO = tokens.LIFETIMES[tokens.Purpose.UNDO]  # so long leaving can be taken back


@dataclass(frozen=True, slots=True)
class ConsentFacts:
    """Proof of an act: the words beside the button, the page's path without tokens, the caller's network.

    `entered_by` is the id of the user who acted for the reader, if one did.
    """

    wording: str
    page: str
    network: str
    locale: str
    entered_by: int | None = None


class Joined(StrEnum):
    """What `join` and `send_link` did. For staff and tests: a visitor must not be able to tell."""

    ASKED = "asked"  # a letter asks to confirm
    REMINDED = "reminded"  # it is active already: a letter brings the link
    SILENT = "silent"  # suppressed, unknown, or written to less than ten minutes ago


class Outcome(StrEnum):
    """What a verb did: it acted, it found the subscription active or ended before, or found none."""

    DONE = "done"
    ALREADY = "already"
    ENDED = "ended"
    UNKNOWN = "unknown"


@transaction.atomic
def join(
    newsletter: Newsletter, address: str, *, preferences: Preferences, consent: ConsentFacts, now: datetime
) -> Joined:
    """The address is asked by letter to confirm; an active one gets its link, a suppressed one nothing.

    Preferences count with the letter that asks about them. Those of an active subscription, or one that was left
    today, or typed where no letter is written, change nothing: whoever typed the address need not own it.
    Raises ValueError for what is no address.
    """
    address = addresses.normal(address)
    address_hash = addresses.hashed(address, key=settings.SUPPRESSION_KEY)
    if queries.is_suppressed(address_hash, newsletter):
        return Joined.SILENT
    subscriber = _subscriber(address, address_hash)
    if queries.is_suppressed(address_hash, newsletter):  # whoever held the row until now has erased its reader
        transaction.set_rollback(True)  # so that no new row has the address
        return Joined.SILENT
    subscription = _open(newsletter, subscriber, preferences, now=now)
    if subscription.status == ACTIVE:
        return _remind(subscription, now=now)
    if not _may_write(subscription, now=now):
        return Joined.SILENT
    if subscription.status == PENDING:
        _apply(subscription, preferences)
    _record(subscription.pk, Consent.Act.ASKED, consent, now=now)
    writing.write_confirm(subscription, now=now)
    return Joined.ASKED


@transaction.atomic
def confirm(subscription_id: int, *, consent: ConsentFacts, now: datetime) -> Outcome:
    """A pending subscription is active. An ended one stays ended until its reader signs up again."""
    is_new = queries.in_state(subscription_id, PENDING).update(status=ACTIVE, confirmed_at=now)
    if is_new or _start_again(subscription_id, now=now):
        _record(subscription_id, Consent.Act.CONFIRMED, consent, now=now)
        return Outcome.DONE
    return _found(subscription_id)


def waits(subscription: Subscription) -> bool:
    """Whether a letter asks to confirm it. `confirm` looks again, and at more than this."""
    if subscription.status == PENDING:
        return True
    asked_at, ended_at = subscription.asked_at, subscription.ended_at
    is_left = subscription.end_reason == Subscription.EndReason.LEFT and subscription.subscriber.erased_at is None
    return is_left and asked_at is not None and ended_at is not None and asked_at > ended_at


@transaction.atomic
def change(subscription: Subscription, preferences: Preferences, *, now: datetime) -> Outcome:
    """The preferences hold from the next digest that is claimed. An ended subscription stays as it is."""
    # In one statement: of a reader who is erased at this moment no words may be written once more.
    if not queries.in_state(subscription.pk, PENDING, ACTIVE).update(**preferences.columns()):
        return _found(subscription.pk)
    _set_topics(subscription, preferences)
    return Outcome.DONE


@transaction.atomic
def leave(subscription_id: int, *, consent: ConsentFacts, now: datetime) -> Outcome:
    """The subscription has ended because its reader left. No letter that asked to confirm it starts it again."""
    withdrawn = queries.left_and_asked_again(subscription_id).update(asked_at=None)
    outcome = end(subscription_id, reason=Subscription.EndReason.LEFT, now=now)
    if outcome == Outcome.DONE or withdrawn:
        _record(subscription_id, Consent.Act.LEFT, consent, now=now)
    return outcome


def end(subscription_id: int, *, reason: Subscription.EndReason, now: datetime) -> Outcome:
    """The subscription has ended for `reason`, or keeps the reason it had ended for before."""
    ended = queries.in_state(subscription_id, PENDING, ACTIVE).update(status=ENDED, ended_at=now, end_reason=reason)
    return Outcome.DONE if ended else _found(subscription_id)


def suppress(address_hash: str, newsletter: Newsletter | None, reason: Suppression.Reason) -> None:
    """The address gets nothing more from `newsletter`, or from any where it is None; the first reason stays."""
    Suppression.objects.get_or_create(address_hash=address_hash, newsletter=newsletter, defaults={"reason": reason})


@transaction.atomic
def send_link(address: str, *, now: datetime) -> tuple[Joined, ...]:
    """Each active subscription of the address gets a letter with its link; one result per subscription.

    Raises ValueError for what is no address.
    """
    address_hash = addresses.hashed(addresses.normal(address), key=settings.SUPPRESSION_KEY)
    if queries.known_as(address_hash) is None:  # the row is locked, so that no letter follows its erasing
        return ()
    return tuple(
        _remind(subscription, now=now)
        for subscription in queries.read_by(address_hash)
        if not queries.is_suppressed(address_hash, subscription.newsletter)
    )


def _subscriber(address: str, address_hash: str) -> Subscriber:
    """The row is locked until the transaction ends, so that it cannot be erased meanwhile."""
    subscriber, _created = Subscriber.objects.select_for_update().get_or_create(
        address_hash=address_hash, defaults={"address": address}
    )
    return subscriber


def _open(newsletter: Newsletter, subscriber: Subscriber, preferences: Preferences, *, now: datetime) -> Subscription:
    """The subscription, new or as it was; an ended one waits for confirmation again.

    One that was left today stays as it is until it is confirmed: a stranger who types the address would else keep its
    reader from taking that back. Who left may be written to at once, as often as somebody with the link leaves.
    """
    subscription, _created = Subscription.objects.get_or_create(
        subscriber=subscriber, newsletter=newsletter, defaults=preferences.columns()
    )
    queries.left_after_asking(subscription.pk).update(asked_at=None)
    if queries.left_by_a_reader(subscription.pk, since=now - UNDO).exists():
        return subscription
    if queries.in_state(subscription.pk, ENDED).update(status=PENDING, confirmed_at=None, **NOT_ENDED):
        subscription.refresh_from_db()
    return subscription


def _start_again(subscription_id: int, *, now: datetime) -> int:
    """What its reader left, and signed up for again while it could be taken back, is active; 1 where it is so.

    Not that of somebody who complained, or was erased, since then.
    """
    subscription = queries.subscription_numbered(subscription_id)
    if subscription is None:
        return 0
    queries.locked(subscription.subscriber_id)
    left = list(queries.left_and_asked_again(subscription_id))
    again = {one.pk for one in left if one.subscriber.address_hash} - queries.suppressed_among(left)
    return queries.numbered(again).update(status=ACTIVE, confirmed_at=now, **NOT_ENDED)


def _apply(subscription: Subscription, preferences: Preferences) -> None:
    for name, value in preferences.columns().items():
        setattr(subscription, name, value)
    subscription.save(update_fields=list(preferences.columns()))
    _set_topics(subscription, preferences)


def _set_topics(subscription: Subscription, preferences: Preferences) -> None:
    subscription.topics.set(queries.topics_of(subscription.newsletter, preferences.topics))


def _remind(subscription: Subscription, *, now: datetime) -> Joined:
    if not _may_write(subscription, now=now):
        return Joined.SILENT
    writing.write_link(subscription, now=now)
    return Joined.REMINDED


def _may_write(subscription: Subscription, *, now: datetime) -> bool:
    """Takes the one letter that a subscription may get in ten minutes: nobody can flood another's mailbox."""
    return bool(queries.not_asked_since(subscription.pk, now - BETWEEN_LETTERS).update(asked_at=now))


def _record(subscription_id: int, act: Consent.Act, consent: ConsentFacts, *, now: datetime) -> None:
    Consent.objects.create(subscription_id=subscription_id, act=act, at=now, **asdict(consent))


def _found(subscription_id: int) -> Outcome:
    subscription = queries.subscription_numbered(subscription_id)
    if subscription is None:
        return Outcome.UNKNOWN
    return Outcome.ENDED if subscription.status == ENDED else Outcome.ALREADY

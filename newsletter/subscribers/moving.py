"""A new address: asked for by the reader, agreed to by both mailboxes. Each verb may run twice."""

from dataclasses import asdict
from datetime import datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.db import IntegrityError, transaction

from newsletter.postbox.models import Letter
from newsletter.subscribers import addresses, limits, queries, waiting, writing
from newsletter.subscribers.erasing import blank
from newsletter.subscribers.membership import ConsentFacts
from newsletter.subscribers.models import Consent, Move, Subscriber

MOST = 3  # changes that a reader may ask for in a day
DAY = timedelta(days=1)


class End(StrEnum):
    """The two mailboxes of a change, and the moment that each of them sets."""

    OLD = "left_at"
    NEW = "arrived_at"


class Asked(StrEnum):
    """What `ask` did. Nothing of it depends on what is known of the new address."""

    DONE = "done"
    SAME = "same"  # it is the reader's address already
    OFTEN = "often"  # the reader has asked three times in a day
    NOBODY = "nobody"  # the reader reads nothing, or is erased


class Agreed(StrEnum):
    """What became of a change when one mailbox agreed."""

    WAITS = "waits"  # for the other mailbox
    DONE = "done"
    IMPOSSIBLE = "impossible"  # the new address reads here, or gets nothing more; the change is gone
    UNKNOWN = "unknown"


@transaction.atomic
def ask(subscriber: Subscriber, address: str, *, now: datetime) -> Asked:
    """Both mailboxes are asked by letter, and a change that waited before is gone.

    A suppressed new address is not written to, and one that reads here is told so: neither can ever agree. Nor is one
    written to that somebody typed too often today.
    Raises ValueError for what is no address.
    """
    address = addresses.normal(address)
    locked, voice = queries.locked(subscriber.pk), queries.voice_of(subscriber.pk)
    if voice is None or not queries.reads(locked).exists() or not queries.takes_readers(voice.newsletter):
        return Asked.NOBODY
    if locked.address == address:
        return Asked.SAME
    if queries.letters_of_kind(Letter.Kind.MOVE, locked.address, since=now - DAY).count() >= MOST:
        return Asked.OFTEN
    _withdraw(locked)
    address_hash = addresses.hashed(address, key=settings.SUPPRESSION_KEY)
    move = Move.objects.create(subscriber=locked, address=address, address_hash=address_hash, asked_at=now)
    writing.write_move(move, voice, now=now)
    write = writing.write_taken if queries.reads_at(address_hash).exists() else writing.write_arrive
    letter = write(move, voice, now=now)
    if not limits.may_be_written_to(address, now=now) or queries.is_suppressed_anywhere(address_hash):
        letter.delete()  # nobody has seen it; written it was, or the page came sooner and told what is known
    return Asked.DONE


@transaction.atomic
def agree(move_id: int, end: End, *, consent: ConsentFacts, now: datetime) -> Agreed:
    """One mailbox has agreed; with the second one the address has changed, and of the links in old mails only those
    to leave hold, for whoever reads the old mailbox.
    """
    found = waiting.move_numbered(move_id)
    # Readers before their changes, in the order of their ids: as erasing takes them, and two that change places.
    both = queries.by_id_and_hash(found.subscriber_id, found.address_hash) if found else []
    waiting.waiting_move(move_id, end).update(**{end: now})
    move = waiting.move_numbered(move_id)
    if move is None:
        return Agreed.UNKNOWN
    if move.done_at is not None:
        return Agreed.DONE
    if move.left_at is None or move.arrived_at is None:
        return Agreed.WAITS
    other = next((one for one in both if one.pk != move.subscriber_id), None)
    if not _is_free(move, other, now=now) or not _take(move, now=now):
        move.delete()
        return Agreed.IMPOSSIBLE
    for subscription in queries.live_ones_of(move.subscriber):
        Consent.objects.create(subscription=subscription, act=Consent.Act.MOVED, at=now, **asdict(consent))
    return Agreed.DONE


def _withdraw(subscriber: Subscriber) -> None:
    """The links of a change that waits are dead, and no letter brings them any more."""
    move = waiting.move_of(subscriber)
    if move is not None:
        waiting.letters_of_moving_to(move.address).filter(status=Letter.Status.PLANNED).delete()
        move.delete()


def _is_free(move: Move, other: Subscriber | None, *, now: datetime) -> bool:
    """Whether the new address may be taken. Who had it and reads nothing any more is a stranger from now on."""
    if queries.is_suppressed_anywhere(move.address_hash):
        return False
    if other is None:
        return True
    if queries.live_ones_of(other).exists():
        return False
    blank(other, now=now)
    return True


def _take(move: Move, *, now: datetime) -> bool:
    """The subscriber has the new address. False where somebody signed up with it, or moved to it, at this moment."""
    subscriber, address, address_hash = move.subscriber, move.address, move.address_hash
    try:
        with transaction.atomic():
            queries.letters_to(subscriber.address).delete()
            subscriber.address, subscriber.address_hash, subscriber.moved_at = address, address_hash, now
            subscriber.save(update_fields=["address", "address_hash", "moved_at"])
    except IntegrityError:
        return False
    move.address, move.address_hash, move.done_at = "", "", now
    move.save(update_fields=["address", "address_hash", "done_at"])
    return True

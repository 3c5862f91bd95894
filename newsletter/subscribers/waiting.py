"""What waits, and is asked for by name: forms to answer, visitors who knocked, changes of address, lists."""

from datetime import datetime

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from digests.models import Newsletter
from newsletter.postbox.models import Letter, Sender
from newsletter.subscribers.models import Ask, Invitation, Knock, Move, Subscriber


def letters_of_moving_to(address: str) -> QuerySet[Letter]:
    """The letters to an address that somebody wants to read at."""
    return Letter.objects.filter(to=address, kind__in=[Letter.Kind.ARRIVE, Letter.Kind.TAKEN])


def move_numbered(number: int) -> Move | None:
    """The change of address that a link names, with its subscriber."""
    return Move.objects.select_related("subscriber").filter(pk=number).first()


def waiting_move(number: int, moment: str) -> QuerySet[Move]:
    """The change of address while it waits for `moment` ("left_at" or "arrived_at"): the base of a compare-and-set."""
    return Move.objects.filter(pk=number, done_at__isnull=True, **{f"{moment}__isnull": True})


def move_of(subscriber: Subscriber) -> Move | None:
    return Move.objects.filter(subscriber=subscriber).first()


def moves_to(address: str) -> QuerySet[Move]:
    """Changes of others that wait for this address."""
    return Move.objects.filter(address=address)


def moves_asked_before(moment: datetime) -> QuerySet[Move]:
    return Move.objects.filter(asked_at__lt=moment)


def asks_to_answer(now: datetime, limit: int) -> list[int]:
    """The ids of what visitors wait for, the oldest first."""
    return list(Ask.objects.filter(ready_at__lte=now).order_by("ready_at", "pk").values_list("pk", flat=True)[:limit])


def asks_numbered(number: int) -> QuerySet[Ask]:
    return Ask.objects.filter(pk=number)


def ask_locked(number: int) -> Ask | None:
    """The ask, locked until the transaction ends; none where it is answered, or about to be by another worker."""
    return _not_locked(asks_numbered(number)).first()


def asks_of(address: str) -> QuerySet[Ask]:
    return Ask.objects.filter(address=address)


def waiting_asks_of(address: str) -> QuerySet[Ask]:
    """Those that no worker acts on, locked. A worker may wait for a row that we hold, so we wait for none of theirs."""
    return _not_locked(asks_of(address))


def _not_locked(asks: QuerySet[Ask]) -> QuerySet[Ask]:
    """Locked until the transaction ends, without those that another one has locked."""
    if connection.features.has_select_for_update_skip_locked:
        return asks.select_for_update(skip_locked=True)
    return asks


def asks_before(moment: datetime) -> QuerySet[Ask]:
    return Ask.objects.filter(at__lt=moment)


def knocks_before(moment: datetime) -> QuerySet[Knock]:
    return Knock.objects.filter(since__lt=moment)


def newsletters_with_invitations() -> list[Newsletter]:
    """Those that have readers of a list to ask."""
    some = _unwritten().filter(subscription__newsletter=OuterRef("pk"))
    return list(Newsletter.objects.filter(Exists(some)).order_by("pk"))


def invited(newsletter: Newsletter, limit: int) -> list[int]:
    """The subscriptions whose turn it is, who waited longest first."""
    rows = _unwritten().filter(subscription__newsletter=newsletter).order_by("pk")
    return list(rows.values_list("subscription", flat=True)[:limit])


def invitation_of(subscription: int) -> QuerySet[Invitation]:
    return Invitation.objects.filter(subscription=subscription)


def unwritten(subscription: int) -> QuerySet[Invitation]:
    """The invitation while nobody has written its letter: the base of a compare-and-set."""
    return _unwritten().filter(subscription=subscription)


def _unwritten() -> QuerySet[Invitation]:
    return Invitation.objects.filter(written_at__isnull=True)


def invitations_before(moment: datetime) -> QuerySet[Invitation]:
    """Those that have waited since before `moment`: for their letter, or for an answer to it."""
    return Invitation.objects.filter(Q(written_at__isnull=True) | Q(written_at__lt=moment), since__lt=moment)


def planned_letters(sender: Sender) -> QuerySet[Letter]:
    """What waits in the outbox of a Sender."""
    return Letter.objects.filter(sender=sender, status=Letter.Status.PLANNED)


def letters_of_sender(sender: Sender, kind: str, *, since: datetime) -> QuerySet[Letter]:
    return Letter.objects.filter(sender=sender, kind=kind, created_at__gte=since)

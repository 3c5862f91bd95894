"""What importing asks of the tables: a handful of statements for a whole chunk of records."""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection
from django.db.models import Q, QuerySet

from digests.models import Newsletter
from newsletter.subscribers.models import ReaderImport, Subscriber, Subscription, Suppression

State = ReaderImport.State
AT_WORK = (State.LOOKING, State.IMPORTING)
OPEN = (*AT_WORK, State.LOOKED)


def at_work() -> list[int]:
    """The ids of the imports that a worker should go on with, oldest first."""
    return list(ReaderImport.objects.filter(state__in=AT_WORK).order_by("pk").values_list("pk", flat=True))


def numbered(number: int) -> ReaderImport:
    return ReaderImport.objects.select_related("newsletter").get(pk=number)


def in_state(number: int, *states: ReaderImport.State) -> QuerySet[ReaderImport]:
    """The import if its state is one of `states`: the base of every compare-and-set."""
    return ReaderImport.objects.filter(pk=number, state__in=states)


def held(seen: ReaderImport) -> ReaderImport | None:
    """The import, locked until the transaction ends, if nobody works on it and it is as far as was `seen`."""
    rows = in_state(seen.pk, State(seen.state)).filter(position=seen.position)
    skip = connection.features.has_select_for_update_skip_locked
    return rows.select_for_update(skip_locked=skip, of=("self",) if skip else ()).first()


def brought_before(moment: datetime) -> QuerySet[ReaderImport]:
    return ReaderImport.objects.filter(created_at__lt=moment)


def locked_readers(hashes: Iterable[str]) -> dict[str, int]:
    """The ids of the subscribers by hash, locked until the transaction ends in the order of their ids."""
    rows = Subscriber.objects.filter(address_hash__in=hashes).order_by("pk").select_for_update()
    return {str(address_hash): number for address_hash, number in rows.values_list("address_hash", "pk")}


def readers(hashes: Iterable[str]) -> dict[str, int]:
    """The same, without a lock."""
    rows = Subscriber.objects.filter(address_hash__in=hashes).values_list("address_hash", "pk")
    return {str(address_hash): number for address_hash, number in rows}


def suppressed(hashes: Iterable[str], newsletter: Newsletter) -> set[str]:
    """Those that get nothing more from this newsletter, or from any."""
    rows = Suppression.objects.filter(Q(newsletter=newsletter) | Q(newsletter__isnull=True), address_hash__in=hashes)
    return set(rows.values_list("address_hash", flat=True))


def statuses(numbers: Iterable[int], newsletter: Newsletter) -> dict[int, str]:
    """The status of these subscribers' subscriptions to the newsletter, by subscriber."""
    rows = Subscription.objects.filter(newsletter=newsletter, subscriber__in=numbers)
    return dict(rows.values_list("subscriber_id", "status"))

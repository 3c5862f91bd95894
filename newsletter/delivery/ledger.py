"""The only place where a Delivery's status changes: by compare-and-set, the state before stands in the WHERE.

PLANNED -> SENDING | SKIPPED;  SENDING -> SENT | FAILED | UNCERTAIN | PLANNED;  UNCERTAIN -> SENT | FAILED | PLANNED;
FAILED -> PLANNED. SENT is final. Each function says whether, or for how many rows, it was so.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import F
from django.db.models.functions import Now

from digests.models import Digest
from newsletter.delivery.models import Delivery
from newsletter.postbox.models import Sender

Status = Delivery.Status

IN_THE_AIR = (Status.SENDING, Status.UNCERTAIN)
FREE: dict[str, None] = {"claim": None, "lease_until": None}
LEASE = timedelta(minutes=10)  # a batch must be sent and recorded within it
CHUNK = 1000  # rows an INSERT


def plan(rows: Iterable[Delivery]) -> None:
    """Adds PLANNED rows; a reader who has a row for that digest keeps the one there is."""
    Delivery.objects.bulk_create(rows, batch_size=CHUNK, ignore_conflicts=True)


def assign(digest: Digest, sender: Sender) -> int:
    """PLANNED rows of a digest leave under its newsletter's Sender, also where that is another one since."""
    planned = Delivery.objects.filter(digest=digest, status=Status.PLANNED)
    return planned.exclude(sender=sender).update(sender=sender)


def lock_due(sender: Sender, *, now: datetime, limit: int) -> list[Delivery]:
    """Up to `limit` PLANNED rows that are ready, locked with their digests until the transaction ends.

    What others have locked is passed over, and so are rows of a digest that is a draft again.
    """
    rows = (
        Delivery.objects.filter(sender=sender, status=Status.PLANNED, ready_at__lte=now)
        .exclude(digest__status="draft")
        .order_by("ready_at", "pk")
    )
    if connection.features.has_select_for_update_skip_locked:
        rows = rows.select_for_update(skip_locked=True, of=("self", "digest"), no_key=True)
    return list(
        rows.select_related("subscription__subscriber", "digest__newsletter").prefetch_related("subscription__topics")[
            :limit
        ]
    )


def claim(deliveries: Sequence[tuple[int, int | None]], *, claim_id: UUID, worker: str) -> list[int]:
    """PLANNED -> SENDING for (delivery id, edition id) pairs; the ids that are now ours, under a lease.

    A row without an edition is one that could not be prepared: it is claimed in order to fail.
    """
    for edition_id in {edition for _delivery, edition in deliveries}:
        ids = [delivery for delivery, edition in deliveries if edition == edition_id]
        Delivery.objects.filter(pk__in=ids, status=Status.PLANNED).update(
            status=Status.SENDING,
            edition_id=edition_id,
            claim=claim_id,
            worker=worker,
            lease_until=Now() + LEASE,
            attempts=F("attempts") + 1,
        )
    return list(Delivery.objects.filter(claim=claim_id, status=Status.SENDING).values_list("pk", flat=True))


def skip(ids: Iterable[int], why: Delivery.Skip) -> int:
    """PLANNED -> SKIPPED."""
    return _change(Status.PLANNED, ids, status=Status.SKIPPED, skip=why)


def move(delivery_id: int, *, due_at: datetime) -> int:
    """A PLANNED row whose reader's hour has moved is due at that hour."""
    return _change(Status.PLANNED, [delivery_id], due_at=due_at, ready_at=due_at)


def sent(delivery: Delivery, *, at: datetime) -> int:
    """SENDING -> SENT: the provider has taken it."""
    return _answer(delivery, status=Status.SENT, sent_at=at, reason="")


def failed(delivery: Delivery, *, reason: str) -> int:
    """SENDING -> FAILED: the provider refused this reader, or the retries are used up."""
    return _answer(delivery, status=Status.FAILED, reason=reason[:300] or "no reason was given")


def uncertain(delivery: Delivery, *, reason: str) -> int:
    """SENDING -> UNCERTAIN: the mail may have left, and no answer came."""
    return _answer(delivery, status=Status.UNCERTAIN, reason=reason[:300])


def back(delivery: Delivery, *, ready_at: datetime, reason: str = "", attempted: bool = True) -> int:
    """SENDING -> PLANNED: nothing has left; again at `ready_at`. What was not `attempted` does not count."""
    attempts = F("attempts") if attempted else F("attempts") - 1
    return _answer(delivery, status=Status.PLANNED, ready_at=ready_at, reason=reason[:300], attempts=attempts)


def settle_leases() -> int:
    """SENDING rows whose lease ran out -> UNCERTAIN: their worker is gone, and how far it got is not known.

    They keep their claim: should its holder be alive after all, its answer still settles them.
    """
    return Delivery.objects.filter(status=Status.SENDING, lease_until__lt=Now()).update(
        status=Status.UNCERTAIN, reason="the worker did not come back", lease_until=None
    )


def prove_sent(delivery_id: int, *, at: datetime) -> int:
    """SENDING or UNCERTAIN -> SENT: the provider reported an event about the mail, so it has left."""
    rows = Delivery.objects.filter(pk=delivery_id, status__in=IN_THE_AIR, edition__isnull=False)
    return rows.update(status=Status.SENT, sent_at=at, reason="", **FREE)


def settle_as_sent(ids: Iterable[int], *, at: datetime) -> int:
    """UNCERTAIN -> SENT, on an editor's word."""
    rows = Delivery.objects.filter(pk__in=list(ids), status=Status.UNCERTAIN, edition__isnull=False)
    return rows.update(status=Status.SENT, sent_at=at, reason="settled by hand", **FREE)


def plan_again(ids: Iterable[int], *, ready_at: datetime) -> int:
    """UNCERTAIN or FAILED -> PLANNED, on an editor's word, who takes the risk of a second mail."""
    rows = Delivery.objects.filter(pk__in=list(ids), status__in=[Status.UNCERTAIN, Status.FAILED])
    return rows.update(status=Status.PLANNED, ready_at=ready_at, attempts=0, reason="planned again by hand", **FREE)


def _change(before: Status, ids: Iterable[int], **changes: object) -> int:
    return Delivery.objects.filter(pk__in=list(ids), status=before).update(**changes)


def _answer(delivery: Delivery, **changes: object) -> int:
    """What the holder of a claim knows of its row, also when the lease ran out before it could say so."""
    rows = Delivery.objects.filter(pk=delivery.pk, status__in=IN_THE_AIR, claim=delivery.claim, claim__isnull=False)
    return rows.update(**FREE, **changes)

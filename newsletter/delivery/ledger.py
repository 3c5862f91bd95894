"""The only place where a Delivery's status changes: by compare-and-set, the state before stands in the WHERE.

PLANNED -> SENDING | SKIPPED;  SENDING -> SENT | FAILED | UNCERTAIN | PLANNED;  UNCERTAIN -> SENT | FAILED | PLANNED;
FAILED -> PLANNED. SENT is final. Each function says whether, or for how many rows, it was so.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, models
from django.db.models.functions import Now

from newsletter.delivery.models import Delivery
from newsletter.postbox.models import Sender

Status = Delivery.Status

LEASE = timedelta(minutes=10)  # a batch must be sent and recorded within it
CHUNK = 1000  # rows an INSERT


def plan(rows: Iterable[Delivery]) -> None:
    """Adds PLANNED rows; a reader who has a row for that digest keeps the one there is."""
    Delivery.objects.bulk_create(rows, batch_size=CHUNK, ignore_conflicts=True)


def lock_due(sender: Sender, *, now: datetime, limit: int) -> list[Delivery]:
    """Up to `limit` PLANNED rows that are ready, locked until the transaction ends; others' locks are passed over.

    Rows of a digest that is a draft again are left alone.
    """
    rows = (
        Delivery.objects.filter(sender=sender, status=Status.PLANNED, ready_at__lte=now)
        .exclude(digest__status="draft")
        .order_by("ready_at", "pk")
    )
    if connection.features.has_select_for_update_skip_locked:
        rows = rows.select_for_update(skip_locked=True, of=("self",))
    return list(
        rows.select_related("subscription__subscriber", "digest__newsletter").prefetch_related("subscription__topics")[
            :limit
        ]
    )


def claim(deliveries: Sequence[tuple[int, int]], *, claim_id: UUID, worker: str) -> list[int]:
    """PLANNED -> SENDING for (delivery id, edition id) pairs; the ids that are now ours, under a lease."""
    for edition_id in {edition for _delivery, edition in deliveries}:
        ids = [delivery for delivery, edition in deliveries if edition == edition_id]
        Delivery.objects.filter(pk__in=ids, status=Status.PLANNED).update(
            status=Status.SENDING,
            edition_id=edition_id,
            claim=claim_id,
            worker=worker,
            lease_until=Now() + LEASE,
            attempts=models.F("attempts") + 1,
        )
    return list(Delivery.objects.filter(claim=claim_id, status=Status.SENDING).values_list("pk", flat=True))


def skip(ids: Iterable[int], *, reason: str) -> int:
    """PLANNED -> SKIPPED."""
    return _change(Status.PLANNED, ids, status=Status.SKIPPED, reason=reason)


def move(delivery_id: int, *, due_at: datetime) -> int:
    """A PLANNED row whose reader's hour has moved is due at that hour."""
    return _change(Status.PLANNED, [delivery_id], due_at=due_at, ready_at=due_at)


def sent(delivery_id: int, *, claim_id: UUID | None, at: datetime) -> int:
    """SENDING -> SENT: the provider has taken it."""
    return _answer(delivery_id, claim_id, status=Status.SENT, sent_at=at, reason="")


def failed(delivery_id: int, *, claim_id: UUID | None, reason: str) -> int:
    """SENDING -> FAILED: the provider refused this reader, or the retries are used up."""
    return _answer(delivery_id, claim_id, status=Status.FAILED, reason=reason[:300] or "no reason was given")


def uncertain(delivery_id: int, *, claim_id: UUID | None, reason: str) -> int:
    """SENDING -> UNCERTAIN: the mail may have left, and no answer came."""
    return _answer(delivery_id, claim_id, status=Status.UNCERTAIN, reason=reason[:300])


def back(delivery_id: int, *, claim_id: UUID | None, ready_at: datetime, reason: str = "") -> int:
    """SENDING -> PLANNED: nothing has left; to be tried again at `ready_at`."""
    return _answer(delivery_id, claim_id, status=Status.PLANNED, ready_at=ready_at, reason=reason[:300])


def settle_leases() -> int:
    """SENDING rows whose lease ran out -> UNCERTAIN: their worker is gone, and how far it got is not known."""
    return Delivery.objects.filter(status=Status.SENDING, lease_until__lt=Now()).update(
        status=Status.UNCERTAIN, reason="the worker did not come back", claim=None, lease_until=None
    )


def prove_sent(delivery_id: int, *, at: datetime) -> int:
    """SENDING or UNCERTAIN -> SENT: the provider reported an event about the mail, so it has left."""
    return Delivery.objects.filter(pk=delivery_id, status__in=[Status.SENDING, Status.UNCERTAIN]).update(
        status=Status.SENT, sent_at=at, reason="", claim=None, lease_until=None
    )


def settle_as_sent(ids: Iterable[int], *, at: datetime) -> int:
    """UNCERTAIN -> SENT, on an editor's word."""
    return _change(Status.UNCERTAIN, ids, status=Status.SENT, sent_at=at, reason="settled by hand")


def plan_again(ids: Iterable[int], *, ready_at: datetime) -> int:
    """UNCERTAIN or FAILED -> PLANNED, on an editor's word, who takes the risk of a second mail."""
    chosen = list(ids)
    changes = {"status": Status.PLANNED, "ready_at": ready_at, "attempts": 0, "reason": "planned again by hand"}
    return _change(Status.UNCERTAIN, chosen, **changes) + _change(Status.FAILED, chosen, **changes)


def _change(before: Status, ids: Iterable[int], **changes: object) -> int:
    return Delivery.objects.filter(pk__in=list(ids), status=before).update(**changes)


def _answer(delivery_id: int, claim_id: UUID | None, **changes: object) -> int:
    rows = Delivery.objects.filter(pk=delivery_id, status=Status.SENDING, claim=claim_id)
    return rows.update(claim=None, lease_until=None, **changes)

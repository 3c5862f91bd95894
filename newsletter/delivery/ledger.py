"""Where a Delivery's status changes: by compare-and-set, the state before stands in the WHERE.

PLANNED -> SENDING | SKIPPED;  SENDING -> SENT | FAILED | UNCERTAIN | PLANNED;  UNCERTAIN -> SENT | FAILED | PLANNED;
FAILED -> PLANNED. SENT is final. Besides, PLANNED or SKIPPED -> UNCERTAIN where a backup was restored, and SKIPPED ->
PLANNED where a cancelled digest is taken up again, or (in planned.py alone) where its reader takes back what it was
skipped for. Each function says whether, or for how many rows, it was so.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Now

from digests.models import Digest
from newsletter.delivery import statements
from newsletter.delivery.models import Delivery
from newsletter.delivery.statements import POSTGRESQL, many, moment
from newsletter.postbox.models import Sender
from newsletter.postbox.outcomes import NOT_BACK, Outcome
from newsletter.staff.models import User

Status = Delivery.Status

IN_THE_AIR = (Status.SENDING, Status.UNCERTAIN)
FREE: dict[str, None] = {"claim": None, "lease_until": None}
LEASE = timedelta(minutes=10)  # a slice must be sent and recorded within it
STEP = 1000  # rows a transaction, where a whole digest changes
LOCKS = 2**31  # numbers that a lock can have: two digests that share one wait for each other, no more


class Due(NamedTuple):
    """A row that is ready. `hours` and `wishes` are JSON: when its reader reads, and what the reader asked for.

    `correction` is 0 for the digest itself.
    """

    id: int
    subscription: int
    digest: int
    address: str
    is_suppressed: bool
    hours: str
    wishes: str
    correction: int


class Claim(NamedTuple):
    """A row, its edition, and the slice that it goes with (the UUID's 32 digits).

    Without an edition it is claimed in order to fail.
    """

    row: int
    edition: int | None
    slice: str


def lock_due(sender: Sender, *, now: datetime, limit: int, held: Iterable[int] = ()) -> list[Due]:
    """Up to `limit` PLANNED rows that are ready, but for those of `held` digests; locked until the transaction ends.

    What others have locked is passed over.
    """
    if connection.vendor == POSTGRESQL:
        statements.rows(statements.BY_ID, [])
    found = statements.rows(statements.DUE, [sender.pk, moment(now), many(held), limit])
    return [Due._make(row) for row in found]


def share(digests: Iterable[int]) -> None:
    """Nobody approves, stops or takes back these digests until the transaction ends: others may share them."""
    if connection.vendor == POSTGRESQL:
        statements.rows(statements.SHARE_DIGESTS, [many(sorted({number % LOCKS for number in digests}))])


def hold(digest_id: int) -> None:
    """Nobody shares the digest until the transaction ends. To be said before any row is locked.

    Whoever shares it is waited for, and lets those pass who waited longer.
    """
    if connection.vendor == POSTGRESQL:
        statements.rows(statements.HOLD_DIGEST, [digest_id % LOCKS])


def keep_editions(ids: Iterable[int]) -> set[int]:
    """Those of the editions that are there; nobody deletes them until the transaction ends."""
    return {number for (number,) in statements.rows(statements.EDITIONS, [many(ids)])}


def claim(claims: Sequence[Claim], *, worker: str) -> int:
    """PLANNED -> SENDING, under a lease; for how many rows that was so."""
    columns = [many(column) for column in zip(*claims, strict=True)]
    return statements.execute(statements.CLAIM, [worker, LEASE.total_seconds(), *columns]) if claims else 0


def skip(ids: Iterable[int], why: Delivery.Skip) -> int:
    """PLANNED -> SKIPPED."""
    return _change(Status.PLANNED, ids, status=Status.SKIPPED, skip=why)


def move_all(moves: Mapping[int, datetime]) -> int:
    """PLANNED rows whose readers' hours have moved are due at these hours, by the row's id."""
    if not moves:
        return 0
    return statements.execute(statements.MOVE, [many(moves), many(moment(due_at) for due_at in moves.values())])


def record(outcomes: Iterable[tuple[UUID, Outcome]], *, at: datetime) -> int:
    """SENDING -> SENT, FAILED, UNCERTAIN or PLANNED, as the holder of each claim knows; how many rows that settled.

    Also where the lease ran out before the holder could say so: UNCERTAIN with that claim is settled by it.
    """
    done = list(outcomes)
    sent = [(claim, outcome.row) for claim, outcome in done if outcome.status == Status.SENT]
    rest = [_as_json(claim, outcome) for claim, outcome in done if outcome.status != Status.SENT]
    count = 0
    if sent:
        claims = {claim for claim, _row in sent}
        count += statements.execute(statements.SENT, [moment(at), many(row for _claim, row in sent), many(claims)])
    if rest:
        count += statements.execute(statements.OUTCOMES, [json.dumps(rest)])
    return count


def release(claims: Iterable[UUID]) -> int:
    """SENDING -> PLANNED for claims that nothing was begun of."""
    rows = Delivery.objects.filter(claim__in=list(claims), status=Status.SENDING)
    return rows.update(status=Status.PLANNED, attempts=F("attempts") - 1, **FREE)


def in_the_air(claim: UUID) -> dict[int, int]:
    """The rows of a claim that nobody has said anything final about, with their attempts."""
    return dict(Delivery.objects.filter(claim=claim, status__in=IN_THE_AIR).values_list("pk", "attempts"))


def attempts_of(ids: Iterable[int]) -> dict[int, int]:
    """How often these rows were attempted, the present time included."""
    return dict(Delivery.objects.filter(pk__in=list(ids)).values_list("pk", "attempts"))


def settle_leases() -> int:
    """SENDING rows whose lease ran out -> UNCERTAIN: their worker is gone, and how far it got is not known.

    They keep their claim: should its holder be alive after all, its answer still settles them.
    """
    return Delivery.objects.filter(status=Status.SENDING, lease_until__lt=Now()).update(
        status=Status.UNCERTAIN, reason=NOT_BACK, lease_until=None
    )


def prove_sent(delivery_id: int, *, at: datetime) -> int:
    """SENDING or UNCERTAIN -> SENT: the provider reported an event about the mail, so it has left."""
    rows = Delivery.objects.filter(pk=delivery_id, status__in=IN_THE_AIR, edition__isnull=False)
    return rows.update(status=Status.SENT, sent_at=at, reason="", **FREE)


def cancel_planned(digest_id: int, *, most: int) -> int:
    """PLANNED -> SKIPPED for up to `most` rows of a cancelled digest. What a claim holds is passed over."""
    rows = Delivery.objects.filter(digest=digest_id, digest__status=Digest.Status.CANCELLED)
    changes = {"status": Status.SKIPPED, "skip": Delivery.Skip.CANCELLED}
    return _change_some(rows, Status.PLANNED, most=most, shared=[digest_id], **changes)


def take_up_again(digest_id: int, *, most: int) -> int:
    """SKIPPED -> PLANNED for up to `most` rows that were skipped because a digest was cancelled that is a draft now."""
    rows = Delivery.objects.filter(digest=digest_id, digest__status=Digest.Status.DRAFT, skip=Delivery.Skip.CANCELLED)
    return _change_some(rows, Status.SKIPPED, most=most, shared=[digest_id], status=Status.PLANNED, skip="")


def doubt_due(*, now: datetime, open_digests: Iterable[int], reason: str, most: int) -> int:
    """PLANNED that is ready, or SENDING -> UNCERTAIN, for up to `most` rows: this ledger is older than what has left.

    SKIPPED too, where one of the digests that were open was cancelled: it may have been taken up since.
    """
    ready = Delivery.objects.filter(ready_at__lte=now)
    cancelled = ready.filter(skip=Delivery.Skip.CANCELLED, digest__in=list(open_digests))
    doubted = partial(_change_some, status=Status.UNCERTAIN, skip="", reason=reason[:300], lease_until=None)
    done = doubted(ready, Status.PLANNED, most=most)
    done += doubted(cancelled, Status.SKIPPED, most=most - done)
    return done + doubted(Delivery.objects.all(), Status.SENDING, most=most - done)


def forget_claims() -> int:
    """What is UNCERTAIN is of no claim any more: neither a journal nor a worker that comes back settles it."""
    return Delivery.objects.filter(status=Status.UNCERTAIN, claim__isnull=False).update(claim=None)


def name_editions(editions: Mapping[int, int]) -> int:
    """UNCERTAIN rows that name no edition name one now, by (row, edition); their status stays."""
    count = 0
    for edition in set(editions.values()):
        ids = [row for row, named in editions.items() if named == edition]
        rows = Delivery.objects.filter(pk__in=ids, status=Status.UNCERTAIN, edition__isnull=True)
        count += rows.update(edition_id=edition)
    return count


def it_arrived(ids: Iterable[int], *, by: User, at: datetime) -> int:
    """UNCERTAIN -> SENT, on somebody's word, who is named."""
    rows = Delivery.objects.filter(pk__in=list(ids), status=Status.UNCERTAIN, edition__isnull=False)
    named = {"reason": "settled by hand", "settled_by": by, "settled_at": at}
    return rows.update(status=Status.SENT, sent_at=at, **named, **FREE)


def send_again(ids: Iterable[int], *, by: User, at: datetime) -> int:
    """UNCERTAIN or FAILED -> PLANNED, on the word of somebody who is named, and takes the risk of a second mail."""
    rows = Delivery.objects.filter(pk__in=list(ids), status__in=[Status.UNCERTAIN, Status.FAILED])
    named = {"reason": "planned again by hand", "settled_by": by, "settled_at": at}
    return rows.update(status=Status.PLANNED, ready_at=at, attempts=0, **named, **FREE)


def _change(before: Status, ids: Iterable[int], **changes: object) -> int:
    return Delivery.objects.filter(pk__in=list(ids), status=before).update(**changes)


def _as_json(claim: UUID, outcome: Outcome) -> dict[str, object]:
    return {
        "id": outcome.row,
        "claim": claim.hex,
        "status": outcome.status,
        "reason": outcome.reason.replace("\0", ""),
        "ready_at": str(moment(outcome.ready_at)) if outcome.ready_at else None,
        "uncounted": 0 if outcome.is_attempt else 1,
    }


def _change_some(
    rows: QuerySet[Delivery], before: Status, *, most: int, shared: Iterable[int] = (), **changes: object
) -> int:
    """Changes up to `most` of the rows, a chunk a transaction. What others have locked is passed over.

    `shared` digests stay as they are from the look at the rows until they are changed.
    """
    done, found = 0, STEP
    while found == STEP and done < most:
        with transaction.atomic():
            share(shared)
            ids = list(_unlocked(rows.filter(status=before))[: min(STEP, most - done)])
            done += _change(before, ids, **changes)
        found = len(ids)
    return done


def _unlocked(rows: QuerySet[Delivery]) -> QuerySet[Delivery, int]:
    if connection.features.has_select_for_update_skip_locked:
        rows = rows.select_for_update(skip_locked=True, of=("self",), no_key=True)
    return rows.order_by().values_list("pk", flat=True)

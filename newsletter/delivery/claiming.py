"""Claiming: takes a batch of due rows for this worker, each with the edition that is right for its reader now."""

import socket
from collections.abc import Callable
from datetime import datetime
from functools import cache
from os import getpid
from uuid import uuid4

from django.db import transaction

from digests.editions import content_of, current_revision, edition_for
from digests.models import Digest, Revision
from newsletter.delivery import ledger
from newsletter.delivery.models import Delivery
from newsletter.delivery.planning import waits_for_next_morning
from newsletter.delivery.queries import claimed
from newsletter.delivery.reading import Go, Move, read_again
from newsletter.postbox.models import Sender
from newsletter.subscribers.queries import suppressed_among


def claim(sender: Sender, *, now: datetime, limit: int) -> list[Delivery]:
    """Up to `limit` rows, now SENDING and ours alone; none when nothing is due any more.

    Rows with nothing to send are skipped or moved on the way.
    """
    due, ours = 1, list[int]()
    while due and not ours:
        due, ours = _claim_some(sender, now=now, limit=limit)
    return claimed(ours)


@transaction.atomic
def _claim_some(sender: Sender, *, now: datetime, limit: int) -> tuple[int, list[int]]:
    """How many rows were due, and the ids of those that are ours now. A worker that dies in it has changed nothing."""
    due = ledger.lock_due(sender, now=now, limit=limit)
    suppressed = suppressed_among([row.subscription for row in due])
    waits, revision = cache(waits_for_next_morning), cache(_revision)
    editions: list[tuple[int, int]] = []
    for row in due:
        edition = _edition(row, now=now, suppressed=suppressed, waits=waits, revision=revision)
        if edition is not None:
            editions.append((row.pk, edition))
    worker = f"{socket.gethostname()}:{getpid()}"
    return len(due), ledger.claim(editions, claim_id=uuid4(), worker=worker)


def _edition(
    row: Delivery,
    *,
    now: datetime,
    suppressed: set[int],
    waits: Callable[[Digest], bool],
    revision: Callable[[Digest], Revision],
) -> int | None:
    """The id of the row's edition; None after a row with nothing to send has been skipped or moved."""
    fate = read_again(row, now=now, is_suppressed=lambda reader: reader.pk in suppressed, waits=waits)
    if isinstance(fate, Go):
        approved = revision(row.digest)
        edition = edition_for(approved, content_of(approved), fate.wishes)
        if edition is not None:
            return edition.pk
        fate = Delivery.Skip.NOTHING
    if isinstance(fate, Move):
        ledger.move(row.pk, due_at=fate.due_at)
    else:
        ledger.skip([row.pk], reason=fate)
    return None


def _revision(digest: Digest) -> Revision:
    revision = current_revision(digest)
    if revision is None:
        raise LookupError(f"digest {digest.pk} is approved and has no revision")
    return revision

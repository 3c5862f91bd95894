"""Claiming: takes a batch of due rows for this worker, each with the edition that is right for its reader now."""

import logging
import socket
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from os import getpid
from uuid import uuid4

from django.db import transaction

from digests.editions import content_of, current_revision, editions_for
from digests.models import Digest, Revision
from digests.selection import EditionKey, edition_key
from newsletter.delivery import ledger
from newsletter.delivery.models import Delivery
from newsletter.delivery.planning import waits_for_next_morning
from newsletter.delivery.queries import allowance, claimed, locked_sender
from newsletter.delivery.reading import Go, Move, read_again
from newsletter.postbox.models import Sender
from newsletter.subscribers.queries import suppressed_among

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Fates:
    """What becomes of a batch of due rows. `broken` are rows that could not be prepared."""

    skips: dict[Delivery.Skip, list[int]] = field(default_factory=lambda: defaultdict(list))
    moves: dict[int, datetime] = field(default_factory=dict)
    mails: dict[Revision, dict[int, EditionKey]] = field(default_factory=lambda: defaultdict(dict))
    broken: list[int] = field(default_factory=list)


def claim(sender: Sender, *, now: datetime, limit: int) -> list[Delivery]:
    """Up to `limit` rows, now SENDING and ours alone; none when nothing is due any more, or the quota is used up.

    Rows with nothing to send are skipped or moved on the way.
    """
    due, ours = 1, list[int]()
    while due and not ours:
        due, ours = _claim_some(sender, now=now, limit=limit)
    return claimed(ours)


@transaction.atomic
def _claim_some(sender: Sender, *, now: datetime, limit: int) -> tuple[int, list[int]]:
    """How many rows were due, and the ids of those that are ours now. A worker that dies in it has changed nothing.

    The Sender's row is locked, so that two workers together keep to its quota.
    """
    allowed = min(limit, allowance(locked_sender(sender), now=now, most=limit))
    due = ledger.lock_due(sender, now=now, limit=allowed) if allowed > 0 else []
    fates = _fates(due, now=now)
    for why, ids in fates.skips.items():
        ledger.skip(ids, why)
    for delivery_id, due_at in fates.moves.items():
        ledger.move(delivery_id, due_at=due_at)
    pairs: list[tuple[int, int | None]] = [(delivery_id, None) for delivery_id in fates.broken]
    for revision, keys in fates.mails.items():
        editions = editions_for(revision, keys.values())
        pairs += [(delivery_id, editions[key]) for delivery_id, key in keys.items()]
    worker = f"{socket.gethostname()}:{getpid()}"
    return len(due), ledger.claim(pairs, claim_id=uuid4(), worker=worker)


def _fates(due: Iterable[Delivery], *, now: datetime) -> Fates:
    fates = Fates()
    suppressed = suppressed_among([row.subscription for row in due])
    waits, revision = cache(waits_for_next_morning), cache(_revision)
    for row in due:
        try:
            _decide(row, fates, now=now, suppressed=suppressed, waits=waits, revision=revision)
        except Exception:  # one reader's odd row must not stop the others'
            logger.exception("delivery %s could not be prepared", row.pk)
            fates.broken.append(row.pk)
    return fates


def _decide(
    row: Delivery,
    fates: Fates,
    *,
    now: datetime,
    suppressed: set[int],
    waits: Callable[[Digest], bool],
    revision: Callable[[Digest], Revision],
) -> None:
    """Puts the row where it belongs."""
    fate = read_again(row, now=now, is_suppressed=lambda reader: reader.pk in suppressed, waits=waits)
    if isinstance(fate, Move):
        fates.moves[row.pk] = fate.due_at
    elif isinstance(fate, Go):
        approved = revision(row.digest)
        key = edition_key(content_of(approved), fate.wishes)
        if key.selection:
            fates.mails[approved][row.pk] = key
        else:
            fates.skips[Delivery.Skip.NOTHING].append(row.pk)
    else:
        fates.skips[fate].append(row.pk)


def _revision(digest: Digest) -> Revision:
    revision = current_revision(digest)
    if revision is None:
        raise LookupError(f"digest {digest.pk} is approved and has no revision")
    return revision

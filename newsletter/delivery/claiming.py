"""Claiming: takes due rows for this worker, each with the edition that is right for its reader now."""

import logging
import socket
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from math import inf
from os import getpid
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from digests.editions import correction_of, current
from digests.models import Digest
from newsletter.delivery import ledger
from newsletter.delivery.ledger import Claim, Due
from newsletter.delivery.models import Delivery
from newsletter.delivery.planning import waits_for_next_morning
from newsletter.delivery.preparing import Approved, Prepared, numbers_of, prepare, topics_of
from newsletter.delivery.queries import digests_by_id, held_digests
from newsletter.delivery.reading import Go, Move, hours_in, read_again, read_correction
from newsletter.postbox.models import Sender
from newsletter.postbox.slices import clock

logger = logging.getLogger(__name__)

FEWEST = 10  # rows of a slice, where there are so many: a connection for less is not worth opening

Fate = Delivery.Skip | Move | Go


class Row(NamedTuple):
    """A claimed row with all that its mail is made of. `prepared` is None where that could not be found out."""

    id: int
    subscription: int
    address: str
    digest: Digest
    prepared: Prepared | None


@dataclass(slots=True)
class Fates:
    """What becomes of due rows. `mails` are rows to be claimed, in the order in which they were due."""

    skips: dict[Delivery.Skip, list[int]] = field(default_factory=lambda: defaultdict(list))
    moves: dict[int, datetime] = field(default_factory=dict)
    mails: list[Row] = field(default_factory=list)


def claim(
    sender: Sender, *, now: datetime, limit: int, slices: Sequence[UUID], ends: float = inf
) -> dict[UUID, list[Row]]:
    """Up to `limit` rows, now SENDING and ours alone, spread over `slices`; none when nothing is due any more.

    Rows with nothing to send are skipped or moved on the way, until `ends` (by `clock`) if there are so many.
    """
    due, ours = 1, dict[UUID, list[Row]]()
    while due and not ours and clock() < ends:
        due, ours = _claim_some(sender, now=now, limit=limit, slices=slices)
    return ours


@transaction.atomic
def _claim_some(
    sender: Sender, *, now: datetime, limit: int, slices: Sequence[UUID]
) -> tuple[int, dict[UUID, list[Row]]]:
    """How many rows were due, and those that are ours now. A worker that dies in it has changed nothing."""
    due = ledger.lock_due(sender, now=now, limit=limit, held=held_digests())
    if not due:
        return 0, {}
    fates = _fates(due, now=now)
    for why, ids in fates.skips.items():
        ledger.skip(ids, why)
    ledger.move_all(fates.moves)
    numbers = numbers_of(row.prepared for row in fates.mails if row.prepared is not None)
    ours = dict(zip(slices, _spread(fates.mails, len(slices)), strict=False))
    claims = [
        Claim(row.id, numbers[row.prepared] if row.prepared else None, slice_.hex)
        for slice_, rows in ours.items()
        for row in rows
    ]
    if ledger.claim(claims, worker=f"{socket.gethostname()}:{getpid()}") != len(claims):
        raise RuntimeError("a row that was locked is planned no more")
    return len(due), ours


def _spread(rows: list[Row], parts: int) -> Iterator[list[Row]]:
    """The rows in at most so many parts of about the same size; neighbours, who share editions, stay together."""
    size = max(-(-len(rows) // parts), FEWEST)
    return (rows[start : start + size] for start in range(0, len(rows), size))


def _fates(due: Iterable[Due], *, now: datetime) -> Fates:
    rows = list(due)
    digests = _shared({row.digest for row in rows})
    fates = Fates()

    @cache
    def fate_of(digest: int, hours: str, is_correction: bool) -> Fate:
        found = digests[digest]
        if is_correction:
            return read_correction(hours_in(hours), found)
        return read_again(hours_in(hours), found, now=now, waits=waits(found))

    @cache
    def edition_of(digest: int, wishes: str, is_correction: bool) -> Prepared | None:
        return prepare(approved(digest, is_correction), wishes, topics(digests[digest].newsletter_id))

    @cache
    def approved(digest: int, is_correction: bool) -> Approved:
        revision, content = current(digests[digest])
        return Approved(revision, correction_of(revision) if is_correction else content)

    waits, topics = cache(waits_for_next_morning), cache(topics_of)
    for row in rows:
        digest = digests[row.digest]
        if digest.status in (Digest.Status.DRAFT, Digest.Status.PAUSED):
            continue  # since a moment ago: its rows wait
        try:
            _decide(row, digest, fate_of(row.digest, row.hours, row.correction > 0), fates, edition_of)
        except Exception:  # one reader's odd row must not stop the others'
            logger.exception("delivery %s could not be prepared", row.id)
            fates.mails.append(Row(row.id, row.subscription, row.address, digest, None))
    return fates


def _shared(ids: Iterable[int]) -> dict[int, Digest]:
    """The digests as they are now and stay until the claim is made."""
    wanted = list(ids)
    ledger.share(wanted)
    return digests_by_id(wanted)


def _decide(
    row: Due, digest: Digest, fate: Fate, fates: Fates, edition_of: Callable[[int, str, bool], Prepared | None]
) -> None:
    """Puts the row where it belongs."""
    if isinstance(fate, Delivery.Skip):
        fates.skips[fate].append(row.id)
    elif not row.address:
        fates.skips[Delivery.Skip.LEFT].append(row.id)
    elif row.is_suppressed:
        fates.skips[Delivery.Skip.SUPPRESSED].append(row.id)
    elif isinstance(fate, Move):
        fates.moves[row.id] = fate.due_at
    elif (prepared := edition_of(row.digest, row.wishes, row.correction > 0)) is None:
        fates.skips[Delivery.Skip.NOTHING].append(row.id)
    else:
        fates.mails.append(Row(row.id, row.subscription, row.address, digest, prepared))

"""Judging: what would become of each record of a chunk, by what the tables say at this moment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext_noop

from digests.models import Newsletter
from newsletter.subscribers.addresses import hashed
from newsletter.subscribers.importing import queries
from newsletter.subscribers.importing.columns import RANKS, Person, Standing
from newsletter.subscribers.importing.outcomes import Outcome
from newsletter.subscribers.importing.seen import Seen
from newsletter.subscribers.importing.table import Record
from newsletter.subscribers.models import Subscription

OF_STATUS: Mapping[str, Outcome] = {
    Subscription.Status.ACTIVE: Outcome.KNOWN,
    Subscription.Status.PENDING: Outcome.WAITING,
    Subscription.Status.ENDED: Outcome.LEFT,
}
OF_STANDING: Mapping[Standing, Outcome] = {
    Standing.READS: Outcome.NEW,
    Standing.UNCONFIRMED: Outcome.UNCONFIRMED,
}
WHYS: Mapping[Standing, str] = {
    Standing.LEFT: gettext_noop("left"),
    Standing.BOUNCED: gettext_noop("address does not exist"),
    Standing.COMPLAINED: gettext_noop("complained"),
    Standing.OUTSIDE: gettext_noop("was not subscribed there"),
}


@dataclass(frozen=True, slots=True)
class Judged:
    """A record, its reader where it has one, and what becomes of it. `why` is in English."""

    record: Record
    outcome: Outcome
    why: str = ""
    person: Person | None = None
    address_hash: str = ""
    standing: Standing = Standing.READS


@dataclass(frozen=True, slots=True)
class Read:
    """A record as it was read, by number from 0: who stands in it, or why nobody does."""

    number: int
    record: Record
    said: Person | str
    address_hash: str = ""


def read(number: int, record: Record, said: Person | str) -> Read:
    key = settings.SUPPRESSION_KEY
    return Read(number, record, said, "" if isinstance(said, str) else hashed(said.address, key=key))


def judge(chunk: Sequence[Read], newsletter: Newsletter, seen: Seen, *, known: Mapping[str, int]) -> list[Judged]:
    """One for each. `known` are the ids of subscribers by hash, who are locked where something is to follow."""
    hashes = [row.address_hash for row in chunk if row.address_hash]
    barred = queries.suppressed(hashes, newsletter)
    statuses = queries.statuses(known.values(), newsletter)
    stands = {address_hash: statuses[number] for address_hash, number in known.items() if number in statuses}
    before = seen.of(hashes)
    return [_judged(row, barred=barred, stands=stands, before=before) for row in chunk]


def _judged(row: Read, *, barred: set[str], stands: Mapping[str, str], before: Mapping[str, tuple[int, int]]) -> Judged:
    if isinstance(row.said, str):
        return Judged(row.record, Outcome.INVALID, row.said)
    first, worst = before.get(row.address_hash, (row.number, RANKS.index(row.said.standing)))
    standing = RANKS[worst]
    if first != row.number:
        outcome = Outcome.DUPLICATE
    elif row.address_hash in barred:
        outcome = Outcome.SUPPRESSED
    elif row.address_hash in stands:
        outcome = OF_STATUS[stands[row.address_hash]]
    else:
        outcome = OF_STANDING.get(standing, Outcome.OFF)
    why = WHYS[standing] if outcome == Outcome.OFF else ""
    return Judged(row.record, outcome, why, row.said, row.address_hash, standing)

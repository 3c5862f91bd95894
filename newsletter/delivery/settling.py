"""Settling: what people decide about rows that no machine can decide about, each with the name of who did."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from sys import intern

from django.db import transaction
from django.utils.translation import gettext as _

from digests.editions import content_of, current_revision, editions_for
from digests.models import Digest, Revision
from digests.selection import EditionKey, deserves
from newsletter.delivery import ledger
from newsletter.delivery.models import Delivery
from newsletter.delivery.planning import waits_for_next_morning
from newsletter.delivery.queries import has_the_newest, rows_to_settle
from newsletter.delivery.reading import hours_of, read_again, read_correction
from newsletter.staff import acting
from newsletter.staff.models import User
from newsletter.subscribers.audience import wishes

Status = Delivery.Status

STEP = 1000  # rows a transaction: half a million, with all that is to be known of them, would take gigabytes


@dataclass(slots=True)
class Settled:
    """How many rows were changed, and why the others were not: the reason for the editor, by the row's id."""

    changed: int = 0
    refused: dict[int, str] = field(default_factory=dict)


def it_arrived(ids: Collection[int], *, by: User, now: datetime) -> Settled:
    """UNCERTAIN rows are SENT: somebody knows that the mails have left. STEP rows a transaction."""
    return _in_steps(ids, lambda step: _it_arrived(step, by=by, now=now))


def send_again(ids: Collection[int], *, by: User, now: datetime) -> Settled:
    """UNCERTAIN or FAILED rows are PLANNED again; but for those that would be skipped, being too late or so.

    STEP rows a transaction.
    """
    return _in_steps(ids, lambda step: _send_again(step, by=by, now=now))


def name_editions(rows: Iterable[Delivery]) -> set[int]:
    """UNCERTAIN rows without an edition get the one that is right for their readers now; the ids of those without any.

    Such rows come from a restored backup: what was claimed for them since then is not known.
    """
    revision = cache(current_revision)
    keys: dict[Revision, dict[int, EditionKey]] = {}
    unnamed = set()
    for row in rows:
        approved = revision(row.digest)
        key = deserves(content_of(approved), wishes(row.subscription)) if approved else None
        if approved and key:
            keys.setdefault(approved, {})[row.pk] = key
        else:
            unnamed.add(row.pk)
    for approved, by_row in keys.items():
        editions = editions_for(approved, by_row.values())
        ledger.name_editions({row: editions[key] for row, key in by_row.items()})
    return unnamed


def _in_steps(ids: Collection[int], settle: Callable[[Collection[int]], Settled]) -> Settled:
    numbers, total = list(ids), Settled()
    for start in range(0, len(numbers), STEP):
        with transaction.atomic():
            done = settle(numbers[start : start + STEP])
        total.changed += done.changed
        total.refused |= {number: intern(why) for number, why in done.refused.items()}
    return total


def _it_arrived(ids: Collection[int], *, by: User, now: datetime) -> Settled:
    rows, settled = _settleable(ids, {Status.UNCERTAIN}, by=by)
    unnamed = name_editions(row for row in rows if row.edition_id is None)
    settled.refused |= dict.fromkeys(unnamed, _("no edition fits the reader"))
    chosen = [row.pk for row in rows if row.pk not in unnamed]
    settled.changed = ledger.it_arrived(chosen, by=by, at=now)
    _record("it arrived", [row for row in rows if row.pk not in unnamed], by=by)
    return settled


def _send_again(ids: Collection[int], *, by: User, now: datetime) -> Settled:
    rows, settled = _settleable(ids, {Status.UNCERTAIN, Status.FAILED}, by=by)
    waits = cache(waits_for_next_morning)
    obstacles = {row.pk: _obstacle(row, now=now, waits=waits) for row in rows}
    settled.refused |= {row: why for row, why in obstacles.items() if why}
    chosen = [row for row, why in obstacles.items() if not why]
    settled.changed = ledger.send_again(chosen, by=by, at=now)
    _record("send again", [row for row in rows if not obstacles[row.pk]], by=by)
    return settled


def _record(verb: str, rows: Collection[Delivery], *, by: User) -> None:
    """The log of acts names the digests with how many of their rows; each row says itself who settled it."""
    counts = Counter(row.digest_id for row in rows)
    for digest in {row.digest_id: row.digest for row in rows}.values():
        acting.record(verb, digest, by=by, after={"rows": counts[digest.pk]})


def _settleable(ids: Collection[int], statuses: Collection[Status], *, by: User) -> tuple[list[Delivery], Settled]:
    """The rows in one of the statuses that the user may change, locked; what is wrong with the others."""
    found = {row.pk: row for row in rows_to_settle(ids)}
    refused = {number: _why_not(found.get(number), statuses, by=by) for number in ids}
    problems = {number: why for number, why in refused.items() if why}
    return [row for row in found.values() if row.pk not in problems], Settled(refused=problems)


def _why_not(row: Delivery | None, statuses: Collection[Status], *, by: User) -> str:
    if row is None:
        return _("no such row")
    if not by.has_perm("delivery.change_delivery", row):
        return _("%(user)s lacks the permission") % {"user": by}
    return "" if row.status in statuses else _("the status is %(status)s") % {"status": row.get_status_display()}


def _obstacle(row: Delivery, *, now: datetime, waits: Callable[[Digest], bool]) -> str:
    """What the claim would skip the row for; nothing if it would be sent, or would wait with its digest."""
    reader, digest = row.subscription, row.digest
    if digest.status == Digest.Status.DRAFT:
        return _("the digest is a draft")
    if row.correction and has_the_newest(row):
        return _("the reader has had what it says now")
    if digest.status == Digest.Status.PAUSED:
        return ""
    hours = hours_of(reader)
    try:
        fate = (
            read_correction(hours, digest)
            if row.correction
            else read_again(hours, digest, now=now, waits=waits(digest))
        )
    except (LookupError, ValueError, OSError):  # a zone that this machine does not know
        return _("the reader's time zone is unknown")
    return str(fate.label) if isinstance(fate, Delivery.Skip) else ""

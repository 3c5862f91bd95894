"""PLANNED rows, a part of the ledger: how they come into being, by the thousand, and follow their newsletter.

The insert stands here for PostgreSQL and for SQLite. Nothing else adds rows to the ledger, or brings them back.
"""

import json
from collections.abc import Iterator
from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone

from digests.models import Digest
from newsletter.delivery.models import Delivery
from newsletter.delivery.readers import TAKEN_BACK, Missing
from newsletter.delivery.statements import POSTGRESQL, SQLITE, execute, many, moment
from newsletter.delivery.statements import rows as query
from newsletter.postbox.models import Sender

# Rows a transaction. Its foreign keys lock each reader's row against deletion until it ends, half a second later.
CHUNK = 20_000
# Rows that are put in order at once, in some 20 MB. A zone's readers are spread over the whole table: written zone by
# zone, a million of them lock, and so write, each of its pages thirty times.
BATCH = 250_000
WORTH_ANALYZING = 10_000  # rows: fewer do not change how the claim finds its own

_INTO = """
    INSERT INTO delivery_delivery (
        digest_id, sender_id, created_at, correction, status, skip, reason, attempts, worker,
        id, subscription_id, due_at, ready_at
    )
    SELECT %s, %s, %s, 0, 'planned', '', '', 0, '', {columns} FROM {rows}
    ON CONFLICT (subscription_id, digest_id, correction) DO UPDATE
    SET status = 'planned', skip = '', reason = '', sender_id = excluded.sender_id, due_at = excluded.due_at,
        ready_at = CASE WHEN {backs_off} THEN delivery_delivery.ready_at ELSE excluded.ready_at END
    WHERE {taken_back}
"""
_TAKEN_BACK = TAKEN_BACK.format(row="delivery_delivery", due="excluded.due_at")
# A mail server asked to come back later: also for a reader who wants the mail sooner.
_BACKS_OFF = "delivery_delivery.status = 'planned' AND delivery_delivery.ready_at > delivery_delivery.due_at"
INSERT = {
    POSTGRESQL: _INTO.format(
        columns="r.id, r.reader, m.due, m.due",
        rows="""unnest(%s::bigint[], %s::bigint[], %s::int[]) AS r (id, reader, place)
            JOIN unnest(%s::timestamptz[]) WITH ORDINALITY AS m (due, place) ON m.place = r.place + 1""",
        backs_off=_BACKS_OFF,
        taken_back=_TAKEN_BACK,
    ),
    # WHERE true: without it SQLite reads ON CONFLICT as the beginning of a join.
    SQLITE: _INTO.format(
        columns="NULL, json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[1]')",
        rows="json_each(%s) WHERE true ORDER BY key",
        backs_off=_BACKS_OFF,
        taken_back=_TAKEN_BACK,
    ),
}
# Who was sent nothing newer, and has nothing to come that will be. Those who shared an edition lie beside each other.
_CORRECTIONS = """
    INSERT INTO delivery_delivery (
        digest_id, sender_id, created_at, correction, status, skip, reason, attempts, worker,
        subscription_id, due_at, ready_at
    )
    SELECT %s, %s, CAST(%s AS {moment}), CAST(%s AS integer), 'planned', '', '', 0, '',
        d.subscription_id, CAST(%s AS {moment}), CAST(%s AS {moment})
    FROM delivery_delivery d
    JOIN digests_edition e ON e.id = d.edition_id
    JOIN digests_revision r ON r.id = e.revision_id
    JOIN subscribers_subscription s ON s.id = d.subscription_id
    WHERE d.digest_id = %s AND d.status = 'sent' AND r.number < %s AND s.status = 'active'
    AND NOT EXISTS (
        SELECT 1 FROM delivery_delivery x
        LEFT JOIN digests_edition xe ON xe.id = x.edition_id
        LEFT JOIN digests_revision xr ON xr.id = xe.revision_id
        WHERE x.subscription_id = d.subscription_id AND x.digest_id = %s
        AND (x.correction = %s OR x.status IN ('planned', 'sending') OR x.status = 'sent' AND xr.number >= %s)
    )
    GROUP BY d.subscription_id ORDER BY max(d.edition_id), d.subscription_id LIMIT %s
    ON CONFLICT (subscription_id, digest_id, correction) DO NOTHING
"""
CORRECTIONS = {
    POSTGRESQL: _CORRECTIONS.format(moment="timestamptz"),
    SQLITE: _CORRECTIONS.format(moment="text"),
}
NUMBERS = "SELECT string_agg(nextval('delivery_delivery_id_seq')::text, ',') FROM generate_series(1, %s)"
# Two planners of one digest would wait for each other's rows, and for ever where a reader's change of language
# between their looks turned two rows around. Who comes second leaves it to the first. (SQLite has one writer.)
ALONE = "SELECT pg_try_advisory_xact_lock(hashtext('plan'), %s::integer)"


def insert(digest: Digest, sender: Sender, missing: Missing) -> int:
    """These readers have a PLANNED row each, with ids in this order, which the claim goes by; how many that changed.

    A reader who has a row for that digest keeps the one there is, as it was, or PLANNED again where it counts as none.
    Each chunk is a transaction of its own; when another process is inserting rows of the same digest, the rest is left
    to it, and to the next run.
    """
    added = 0
    for chunk in _chunks(missing):
        with transaction.atomic():
            if not _alone(digest):
                break
            added += execute(INSERT, [digest.pk, sender.pk, moment(timezone.now()), *chunk])
    return added


def insert_corrections(digest: Digest, sender: Sender, *, correction: int, number: int, now: datetime) -> int:
    """Readers who were sent a revision before `number`, and still read, have a row for the correction that is due now.

    Who has a row of the digest that is still to come gets what is right by it. How many rows are new; a chunk a
    transaction, and left to another process that is inserting rows of the digest.
    """
    created_at, due_at = moment(timezone.now()), moment(now)
    row = [digest.pk, sender.pk, created_at, correction, due_at, due_at]
    parameters = [*row, digest.pk, number, digest.pk, correction, number, CHUNK]
    added, found = 0, CHUNK
    while found == CHUNK:
        with transaction.atomic():
            if not _alone(digest):
                break
            found = execute(CORRECTIONS, parameters)
        added += found
    return added


def assign(digest: Digest, sender: Sender) -> int:
    """PLANNED rows of a digest leave under its newsletter's Sender, also where that is another one since.

    Runs each minute and nearly always finds nothing: it asks by the other Senders, which the index of due rows
    begins with, so it does not read a million rows that are right. What a claim holds is left to the next run.
    """
    others = list(Sender.objects.exclude(pk=sender.pk).values_list("pk", flat=True))
    strays = Delivery.objects.filter(digest=digest, status=Delivery.Status.PLANNED, sender__in=others)
    moved, found = 0, bool(others)
    while found:
        with transaction.atomic():
            locked = strays
            if connection.features.has_select_for_update_skip_locked:
                locked = strays.select_for_update(skip_locked=True, no_key=True)
            ids = list(locked.order_by().values_list("pk", flat=True)[:CHUNK])
            moved += Delivery.objects.filter(pk__in=ids).update(sender=sender) if ids else 0
        found = len(ids) == CHUNK
    return moved


def analyze(added: int) -> None:
    """PostgreSQL knows of many new rows: with the statistics from before them a claim takes four times as long."""
    if added > WORTH_ANALYZING and connection.vendor == POSTGRESQL:
        execute("ANALYZE (SKIP_LOCKED) delivery_delivery", [])


def _alone(digest: Digest) -> bool:
    return connection.vendor != POSTGRESQL or bool(query(ALONE, [digest.pk % 2**31])[0][0])


def _chunks(missing: Missing) -> Iterator[list[object]]:
    """The parameters of each INSERT."""
    parameters = _in_the_order_of_readers if connection.vendor == POSTGRESQL else _as_given
    count = len(missing.readers)
    for start in range(0, count, BATCH):
        batch = range(start, min(start + BATCH, count))
        yield from parameters(missing, batch)


def _as_given(missing: Missing, batch: range) -> Iterator[list[object]]:
    moments = [str(moment(due_at)) for due_at in missing.moments]
    for start in range(0, len(batch), CHUNK):
        chunk = batch[start : start + CHUNK]
        yield [json.dumps([[missing.readers[row], moments[missing.places[row]]] for row in chunk])]


def _in_the_order_of_readers(missing: Missing, batch: range) -> Iterator[list[object]]:
    """The ids are given out in the order of the rows, and the rows written in that of the readers.

    So the unique index and the readers' table, for the foreign key, are walked through and not jumped about in.
    """
    readers, places = missing.readers, missing.places
    numbers = query(NUMBERS, [len(batch)])[0][0].split(",")
    written = sorted(batch, key=readers.__getitem__)
    for start in range(0, len(batch), CHUNK):
        chunk = written[start : start + CHUNK]
        yield [
            many([numbers[row - batch.start] for row in chunk]),
            many([readers[row] for row in chunk]),
            many([places[row] for row in chunk]),
            missing.moments,
        ]

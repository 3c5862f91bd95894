"""SQL of the ledger that the ORM has no words for, each for PostgreSQL and for SQLite.

PostgreSQL gets many values as arrays, SQLite as JSON. A claim that has to take thousands of rows a second is one
statement for many rows; the ORM would need one for each edition, or a list of literals as long as the claim.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from newsletter.delivery.reading import HOURS
from newsletter.subscribers.audience import COLUMNS

POSTGRESQL, SQLITE = "postgresql", "sqlite"

# Two texts tell readers apart: when they read, and what they asked for. They are compared before they are read.
# Topics are ids, which the unique index has in their order: their slugs would take a join and a sort for each reader.
_DUE = """
    {due}
    SELECT due.id, due.subscription_id, due.digest_id, p.address,
        EXISTS (
            SELECT 1 FROM subscribers_suppression x
            WHERE x.address_hash = p.address_hash AND (x.newsletter_id = s.newsletter_id OR x.newsletter_id IS NULL)
        ),
        {array}({hours}){text},
        {array}(
            {wishes},
            {list}(
                SELECT topic_id FROM subscribers_subscription_topics WHERE subscription_id = s.id ORDER BY topic_id
            ){end}
        ){text},
        due.correction
    FROM due
    JOIN subscribers_subscription s ON s.id = due.subscription_id
    JOIN subscribers_subscriber p ON p.id = s.subscriber_id
    ORDER BY due.ready_at, due.id
"""
# Locked first, then read: rows that another worker holds cost no joins.
_LOCKED = """
    WITH due AS MATERIALIZED (
        SELECT d.id, d.ready_at, d.subscription_id, d.digest_id, d.correction FROM delivery_delivery d
        WHERE d.sender_id = %s AND d.status = 'planned' AND d.ready_at <= %s AND d.digest_id <> ALL(%s::bigint[])
        ORDER BY d.ready_at, d.id LIMIT %s FOR NO KEY UPDATE SKIP LOCKED
    )
"""
_UNLOCKED = """
    WITH due AS MATERIALIZED (
        SELECT d.id, d.ready_at, d.subscription_id, d.digest_id, d.correction FROM delivery_delivery d
        WHERE d.sender_id = %s AND d.status = 'planned' AND d.ready_at <= %s
        AND d.digest_id NOT IN (SELECT value FROM json_each(%s))
        ORDER BY d.ready_at, d.id LIMIT %s
    )
"""
_COLUMNS = {name: ", ".join(f"s.{column}" for column in of) for name, of in (("hours", HOURS), ("wishes", COLUMNS))}
DUE = {
    POSTGRESQL: _DUE.format(due=_LOCKED, array="json_build_array", text="::text", list="ARRAY", end="", **_COLUMNS),
    SQLITE: _DUE.format(
        due=_UNLOCKED,
        array="json_array",
        text="",
        list="json((SELECT json_group_array(topic_id) FROM ",
        end="))",
        **_COLUMNS,
    ),
}
# A claim looks each of its rows up by its id. PostgreSQL would read a table as a whole instead, readers and ledger
# again for each claim, as long as that seems cheaper by its reckoning of a disk: up to some hundred thousand rows.
BY_ID = "SELECT set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true)"

# A claim that looks at a digest, and an editor who stops it, must not pass each other. Locks that queue: with FOR SHARE
# on the digest's row each new claim passes the editor who waits, and under many claims the editor waits for ever. The
# numbers are ids in their order, so that two who take several never wait for each other. (SQLite has one writer.)
SHARE_DIGESTS = "SELECT pg_advisory_xact_lock_shared(hashtext('digest'), id) FROM unnest(%s::integer[]) AS id"
HOLD_DIGEST = "SELECT pg_advisory_xact_lock(hashtext('digest'), %s::integer)"

# Editions that are there, and that nobody deletes until the transaction ends.
EDITIONS = {
    POSTGRESQL: "SELECT id FROM digests_edition WHERE id = ANY(%s::bigint[]) FOR KEY SHARE",
    SQLITE: "SELECT id FROM digests_edition WHERE id IN (SELECT value FROM json_each(%s))",
}

CLAIM = {
    POSTGRESQL: """
        UPDATE delivery_delivery d
        SET status = 'sending', edition_id = c.edition, claim = c.claim, worker = %s, attempts = attempts + 1,
            claimed_at = statement_timestamp(), lease_until = statement_timestamp() + make_interval(secs => %s)
        FROM unnest(%s::bigint[], %s::bigint[], %s::uuid[]) AS c (id, edition, claim)
        WHERE d.id = c.id AND d.status = 'planned'
    """,
    SQLITE: """
        UPDATE delivery_delivery
        SET status = 'sending', edition_id = c.edition, claim = c.claim, worker = %s, attempts = attempts + 1,
            claimed_at = strftime('%%Y-%%m-%%d %%H:%%M:%%f', 'now'),
            lease_until = strftime('%%Y-%%m-%%d %%H:%%M:%%f', 'now', %s || ' seconds')
        FROM (
            SELECT i.value AS id, e.value AS edition, k.value AS claim
            FROM json_each(%s) i JOIN json_each(%s) e ON e.key = i.key JOIN json_each(%s) k ON k.key = i.key
        ) AS c
        WHERE delivery_delivery.id = c.id AND delivery_delivery.status = 'planned'
    """,
}

MOVE = {
    POSTGRESQL: """
        UPDATE delivery_delivery d SET due_at = m.due, ready_at = m.due
        FROM unnest(%s::bigint[], %s::timestamptz[]) AS m (id, due)
        WHERE d.id = m.id AND d.status = 'planned'
    """,
    SQLITE: """
        UPDATE delivery_delivery SET due_at = m.due, ready_at = m.due
        FROM (
            SELECT i.value AS id, d.value AS due FROM json_each(%s) i JOIN json_each(%s) d ON d.key = i.key
        ) AS m
        WHERE delivery_delivery.id = m.id AND delivery_delivery.status = 'planned'
    """,
}

SENT = {
    POSTGRESQL: """
        UPDATE delivery_delivery
        SET status = 'sent', sent_at = %s, reason = '', claim = NULL, lease_until = NULL
        WHERE id = ANY(%s::bigint[]) AND claim = ANY(%s::uuid[]) AND status IN ('sending', 'uncertain')
    """,
    SQLITE: """
        UPDATE delivery_delivery
        SET status = 'sent', sent_at = %s, reason = '', claim = NULL, lease_until = NULL
        WHERE id IN (SELECT value FROM json_each(%s)) AND claim IN (SELECT value FROM json_each(%s))
        AND status IN ('sending', 'uncertain')
    """,
}

OUTCOMES = {
    POSTGRESQL: """
        UPDATE delivery_delivery d
        SET status = o.status, reason = o.reason, ready_at = COALESCE(o.ready_at::timestamptz, d.ready_at),
            attempts = d.attempts - o.uncounted, claim = NULL, lease_until = NULL
        FROM jsonb_to_recordset(%s::jsonb)
            AS o (id bigint, claim uuid, status text, reason text, ready_at text, uncounted int)
        WHERE d.id = o.id AND d.claim = o.claim AND d.status IN ('sending', 'uncertain')
    """,
    SQLITE: """
        UPDATE delivery_delivery
        SET status = o.status, reason = o.reason, ready_at = COALESCE(o.ready_at, delivery_delivery.ready_at),
            attempts = delivery_delivery.attempts - o.uncounted, claim = NULL, lease_until = NULL
        FROM (
            SELECT value ->> 'id' AS id, value ->> 'claim' AS claim, value ->> 'status' AS status,
                value ->> 'reason' AS reason, value ->> 'ready_at' AS ready_at, value ->> 'uncounted' AS uncounted
            FROM json_each(%s)
        ) AS o
        WHERE delivery_delivery.id = o.id AND delivery_delivery.claim = o.claim
        AND delivery_delivery.status IN ('sending', 'uncertain')
    """,
}


def many(values: Iterable[Any]) -> str:
    """Values for one parameter: numbers, UUIDs (or their digits) or None, as an array's text or as JSON."""
    plain = [value.hex if isinstance(value, UUID) else value for value in values]
    if connection.vendor == SQLITE:
        return json.dumps(plain)
    return "{" + ",".join(["NULL" if value is None else str(value) for value in plain]) + "}"


def moment(value: datetime | None) -> Any:
    """A moment as this database's column takes it."""
    return connection.ops.adapt_datetimefield_value(value)


def execute(statements: dict[str, str] | str, parameters: Sequence[Any]) -> int:
    """Runs the statement of this database; how many rows it changed."""
    with connection.cursor() as cursor:
        cursor.execute(_for_here(statements), parameters)
        return int(cursor.rowcount)


def rows(statements: dict[str, str] | str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Runs the statement of this database; its rows."""
    with connection.cursor() as cursor:
        cursor.execute(_for_here(statements), parameters)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def _for_here(statements: dict[str, str] | str) -> str:
    return statements if isinstance(statements, str) else statements[connection.vendor]

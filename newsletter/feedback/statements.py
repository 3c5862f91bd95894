"""The statement that adds events, in the words of both databases: as many as there are, and only those not known.

The rows travel as one JSON text. A delivery that is not there becomes NULL: providers also report mails of other
installations. In one order, so that two who add the same events wait for each other instead of locking up.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper

from newsletter.delivery.statements import moment

# One statement, for most webhooks report one event, and each statement is a way to the server and back. LATERAL with
# its LIMIT looks each delivery up by its id: the planner expects a hundred events, and reads small tables whole.
POSTGRESQL = """
WITH patience AS MATERIALIZED (
    SELECT CASE WHEN %s THEN set_config('synchronous_commit', 'off', true) END
), said AS MATERIALIZED (
    SELECT delivery.id AS known, delivery.status, one.*
    FROM patience, jsonb_to_recordset(%s::jsonb) AS one (
        kind text, source text, external_id text, at timestamptz, delivery_id bigint, payload jsonb
    )
    LEFT JOIN LATERAL (
        SELECT id, status FROM delivery_delivery WHERE id = one.delivery_id LIMIT 1
    ) AS delivery ON true
), added AS (
    INSERT INTO feedback_event (delivery_id, kind, source, external_id, at, received_at, payload)
    SELECT known, kind, source, external_id, at, %s::timestamptz, payload FROM said ORDER BY source, external_id
    ON CONFLICT (source, external_id) DO NOTHING
    RETURNING source, external_id, id
)
SELECT source, external_id, id FROM added
UNION ALL
SELECT NULL, NULL, known FROM said WHERE status IN ('sending', 'uncertain')
"""
SQLITE = """
INSERT INTO feedback_event (delivery_id, kind, source, external_id, at, received_at, payload)
SELECT delivery.id, value ->> 'kind', value ->> 'source', value ->> 'external_id', value ->> 'at', %s,
    nullif(value -> 'payload', 'null')
FROM json_each(%s) AS said
LEFT JOIN delivery_delivery AS delivery ON delivery.id = value ->> 'delivery_id'
WHERE true
ORDER BY value ->> 'source', value ->> 'external_id'
ON CONFLICT (source, external_id) DO NOTHING
RETURNING source, external_id, id
"""
SQLITE_IN_THE_AIR = """
SELECT NULL, NULL, id FROM delivery_delivery
WHERE id IN (SELECT value ->> 'delivery_id' FROM json_each(%s)) AND status IN ('sending', 'uncertain')
"""
ROWS = 1000  # a statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """What a provider or a mail server reports: one of Event.Kind about a delivery, if it names one.

    `source` and `external_id` are the same when it repeats itself; `payload` is JSON without NUL.
    """

    kind: str
    source: str
    external_id: str
    at: datetime
    delivery_id: int | None
    payload: Any = None


@dataclass(frozen=True, slots=True)
class Added:
    """`events` are those that were not known: (source, external id) -> id. `in_the_air` are the reported deliveries
    of which it was not known yet that they had left, also by an event that was known.
    """

    events: dict[tuple[str, str], int] = field(default_factory=dict)
    in_the_air: set[int] = field(default_factory=set)


def add(reported: Sequence[Reported], *, now: datetime, patient: bool = True) -> Added:
    """Those that were not known are events now.

    Unless `patient`, PostgreSQL does not wait for its disk: should its machine (not this process) fail within the
    next second, they may be lost.
    """
    added = Added()
    with connection.cursor() as cursor:
        for start in range(0, len(reported), ROWS):
            rows = json.dumps([_row(one) for one in reported[start : start + ROWS]])
            for source, external_id, number in _added(cursor, rows, str(moment(now)), patient=patient):
                if external_id is None:
                    added.in_the_air.add(number)
                else:
                    added.events[source, external_id] = number
    return added


def _added(cursor: CursorWrapper, rows: str, now: str, *, patient: bool) -> list[tuple[str, str, int]]:
    if connection.vendor == "postgresql":
        cursor.execute(POSTGRESQL, [not patient, rows, now])
        return list(cursor.fetchall())
    cursor.execute(SQLITE_IN_THE_AIR, [rows])
    in_the_air = cursor.fetchall()
    cursor.execute(SQLITE, [now, rows])
    return [*in_the_air, *cursor.fetchall()]


def _row(one: Reported) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "source": one.source,
        "external_id": one.external_id,
        "at": str(moment(one.at)),
        "delivery_id": one.delivery_id,
        "payload": one.payload,
    }

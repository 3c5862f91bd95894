"""Planning's questions to a million readers: which mornings they have, and who has no row in the ledger yet."""

import json
from array import array
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import connection

from digests.models import Digest, Newsletter
from newsletter.delivery.queries import COME_BACK
from newsletter.delivery.statements import POSTGRESQL, SQLITE, moment, rows
from newsletter.subscribers.schedule import DAILY, DAY, SPECIAL, WEEKLY, weekday_bit

FETCH = 20_000  # rows a turn to the database
LAST = 2**63 - 1  # no id is higher


class Morning(NamedTuple):
    """Readers of one hour in one zone. Who confirmed after `confirmed_by` gets the next digest.

    A row that is planned for `stays` counts, however early `due_at` is.
    """

    time_zone: str
    hour: int
    due_at: datetime
    confirmed_by: datetime
    stays: datetime | None = None


class Missing(NamedTuple):
    """Readers to be planned, at ten bytes each: ids of subscriptions, and the places of their `moments`."""

    moments: list[datetime]
    readers: "array[int]"
    places: "array[int]"


# From one zone to the next, and in each from hour to hour, through the index and not through a million readers. Both
# databases read it. PostgreSQL would turn an EXISTS for each hour into a join that reads all of them.
MORNINGS = """
    WITH RECURSIVE zones (name) AS (
        SELECT min(time_zone) FROM subscribers_subscription WHERE newsletter_id = %s AND status = 'active'
        UNION ALL
        SELECT (
            SELECT min(time_zone) FROM subscribers_subscription
            WHERE newsletter_id = %s AND status = 'active' AND time_zone > zones.name
        ) FROM zones WHERE zones.name IS NOT NULL
    ),
    mornings (name, hour) AS (
        SELECT name, (
            SELECT min(hour) FROM subscribers_subscription
            WHERE newsletter_id = %s AND status = 'active' AND time_zone = zones.name
        ) FROM zones WHERE name IS NOT NULL
        UNION ALL
        SELECT name, (
            SELECT min(hour) FROM subscribers_subscription
            WHERE newsletter_id = %s AND status = 'active' AND time_zone = mornings.name AND hour > mornings.hour
        ) FROM mornings WHERE mornings.hour IS NOT NULL
    )
    SELECT name, hour FROM mornings WHERE hour IS NOT NULL ORDER BY name, hour
"""

# A row that counts as none where its reader is due at `due`: it was skipped for what its reader may take back (a pause,
# another rhythm or day, leaving), or waits for an hour that the reader has changed again. Of none a mail has left.
TAKEN_BACK = f"""
    ({{row}}.status = 'skipped' AND {{row}}.skip IN ({", ".join(f"'{skip.value}'" for skip in COME_BACK)})
    OR {{row}}.status = 'planned' AND {{row}}.due_at > {{due}})
"""

# Each reader is looked up in the unique index, whatever PostgreSQL believes of the ledger: its statistics do not know
# the digest that is being planned. With NOT EXISTS it takes the ledger for empty and reads all of it again for each
# reader, which takes hours for 200,000 of them. A subquery for a value is never turned into a join; `+ 0` keeps the
# index of the digest's rows out of it; and what is materialized cannot be joined to the mornings again and again.
_READERS = """
    WITH mornings (place, time_zone, hour, due, confirmed_by, stays) AS ({mornings}),
    readers AS MATERIALIZED (
        SELECT m.place, m.due, m.stays, s.id, s.locale, s.second_locale, s.detail, s.format, s.least_votes,
            s.most_papers, s.authors, s.words, s.avoided
        FROM subscribers_subscription s JOIN mornings m ON m.time_zone = s.time_zone AND m.hour = s.hour
        WHERE s.newsletter_id = %s AND s.status = 'active' AND s.rhythm IN (%s, %s) AND s.weekdays & %s > 0
        AND s.weekdays & %s = 0
        AND (s.paused_until IS NULL OR s.paused_until <= %s)
        AND s.confirmed_at <= m.confirmed_by AND s.id BETWEEN %s AND %s
    )
    SELECT r.place, r.id FROM readers r
    WHERE (
        SELECT d.correction FROM delivery_delivery d
        WHERE d.subscription_id = r.id AND d.digest_id + 0 = %s AND d.correction = 0
        AND (NOT {taken_back} OR d.status = 'planned' AND d.due_at = r.stays)
    ) IS NULL
"""
_TAKEN_BACK = TAKEN_BACK.format(row="d", due="r.due")
READERS = {
    POSTGRESQL: _READERS.format(
        mornings="""
            SELECT * FROM unnest(
                %s::int[], %s::text[], %s::int[], %s::timestamptz[], %s::timestamptz[], %s::timestamptz[]
            ) AS given
        """,
        taken_back=_TAKEN_BACK,
    ),
    SQLITE: _READERS.format(
        mornings="""
            SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]'),
                json_extract(value, '$[3]'), json_extract(value, '$[4]'), json_extract(value, '$[5]')
            FROM json_each(%s)
        """,
        taken_back=_TAKEN_BACK,
    ),
}
# Those who will share an edition lie beside each other, and so do editions of one language and detail: the claim goes
# by the rows' ids, so that each edition, and each paper as it stands in them, is made once, also where there are more
# of them than a worker can keep. Numbers are sorted in a third of the time of texts: a number has the language and
# detail in its upper half, the rest in its lower. Other topics may share a sum, others a number: at worst they mix.
IN_ORDER = {
    POSTGRESQL: """
        ORDER BY r.place, (hashtext(r.locale || r.detail)::bigint << 32) + hashtext(concat_ws(
            '|', r.second_locale, r.format, r.least_votes, coalesce(r.most_papers, 0), r.authors, r.words,
            r.avoided, (
                SELECT sum(hashint8(t.topic_id)) FROM subscribers_subscription_topics t
                WHERE t.subscription_id = r.id
            )
        )), r.id
    """,
    SQLITE: """
        ORDER BY r.place, r.locale, r.detail, r.second_locale, r.format, r.least_votes, r.most_papers, r.authors,
            r.words, r.avoided, (
            SELECT sum(t.topic_id * t.topic_id) FROM subscribers_subscription_topics t WHERE t.subscription_id = r.id
        ), r.id
    """,
}
ANY = " LIMIT 1"


def hours(newsletter: Newsletter) -> list[tuple[str, int]]:
    """The (time zone, hour) pairs that the newsletter has active readers in."""
    return [(time_zone, hour) for time_zone, hour in rows(MORNINGS, [newsletter.pk] * 4)]


def last_subscription() -> int:
    """The highest id of a subscription; 0 when there is none."""
    return int(rows("SELECT coalesce(max(id), 0) FROM subscribers_subscription", [])[0][0])


def without_a_row(digest: Digest, mornings: Sequence[Morning], *, day: date) -> Missing:
    """Active readers of these mornings of `day` who get the digest on that day and have no row that counts.

    The first due come first, and among them those who will share an edition together.
    """
    found = Missing([], array("q"), array("H"))
    found.moments.extend(_moments(mornings))
    parameters = _parameters(digest, mornings, day, (0, LAST))
    with connection.chunked_cursor() as cursor:
        cursor.execute(READERS[connection.vendor] + IN_ORDER[connection.vendor], parameters)
        while part := cursor.fetchmany(FETCH):
            places, readers = zip(*part, strict=True)
            found.places.extend(places)
            found.readers.extend(readers)
    return found


def is_somebody_without_a_row(digest: Digest, mornings: Sequence[Morning], *, day: date, ids: tuple[int, int]) -> bool:
    """Whether there is such a reader among the subscriptions from the first id to the last."""
    return bool(rows(READERS[connection.vendor] + ANY, _parameters(digest, mornings, day, ids)))


def _parameters(digest: Digest, mornings: Sequence[Morning], day: date, ids: tuple[int, int]) -> list[Any]:
    place = {due_at: place for place, due_at in enumerate(_moments(mornings))}
    table = [
        (place[row.due_at], row.time_zone, row.hour, *map(moment, (row.due_at, row.confirmed_by, row.stays)))
        for row in mornings
    ]
    if connection.vendor == POSTGRESQL:
        given: list[Any] = [list(column) for column in zip(*table, strict=True)]
    else:
        given = [json.dumps(table, default=str)]
    # A digest's kind is the rhythm of its readers; which of them get it on that day is schedule.reading_day in SQL: of
    # the days of a special issue the first one that they have chosen.
    is_special = digest.kind == SPECIAL
    rhythms = (DAILY, WEEKLY) if is_special else (digest.kind, digest.kind)
    passed = sum(weekday_bit(digest.day + ahead * DAY) for ahead in range((day - digest.day).days)) if is_special else 0
    days = [*rhythms, weekday_bit(day), passed, day.isoformat()]
    return [*given, digest.newsletter_id, *days, *ids, digest.pk]


def _moments(mornings: Sequence[Morning]) -> list[datetime]:
    return sorted({morning.due_at for morning in mornings})

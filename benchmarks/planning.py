"""Planning beside a bare INSERT ... SELECT of the same rows, by turns: `python -m benchmarks.planning [READERS]`."""

import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from benchmarks.stage import stage

if TYPE_CHECKING:
    from digests.models import Digest

DAY = date(2026, 4, 7)
NOW = datetime(2026, 4, 7, 14, 45, tzinfo=UTC)  # after seven in all of these zones, and before the day's end there
LATER = timedelta(minutes=11)
ROUNDS = 2
HOUR = 7
ZONES = [
    "America/Los_Angeles",
    "America/Vancouver",
    "America/Phoenix",
    "America/Denver",
    "America/Edmonton",
    "America/Mexico_City",
    "America/Chicago",
    "America/Bogota",
    "America/Lima",
    "America/New_York",
    "America/Toronto",
    "America/Caracas",
    "America/Halifax",
    "America/St_Johns",
    "America/Sao_Paulo",
    "America/Argentina/Buenos_Aires",
    "Atlantic/Azores",
    "UTC",
    "Africa/Casablanca",
    "Africa/Lagos",
    "Europe/London",
    "Europe/Paris",
    "Europe/Berlin",
    "Europe/Madrid",
    "Europe/Athens",
    "Africa/Cairo",
    "Africa/Nairobi",
    "Europe/Istanbul",
    "Asia/Tehran",
    "Asia/Dubai",
    "Asia/Kabul",
    "Asia/Karachi",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Asia/Dhaka",
    "Asia/Bangkok",
    "Asia/Shanghai",
    "Australia/Eucla",
    "Asia/Seoul",
    "Asia/Tokyo",
]

READERS = """
    INSERT INTO subscribers_subscriber (address, address_hash, created_at)
    SELECT 'planned-' || n || '@example.com', md5(n::text) || md5('planned-' || n), now() FROM generate_series(1, %s) n
"""
# Mixed by hashes, so that neighbours in the table share neither zone nor edition.
SUBSCRIPTIONS = """
    INSERT INTO subscribers_subscription (subscriber_id, newsletter_id, status, created_at, confirmed_at, end_reason,
        second_locale, weekdays, hour, time_zone, locale, detail, format, least_votes, most_papers)
    SELECT id, %s, 'active', now(), '2026-01-01', '', '', 127, %s,
        (%s::text[])[1 + (hashint8(id * 7) & 65535) %% %s],
        (ARRAY['en', 'ko', 'ja', 'de', 'ar'])[1 + (hashint8(id * 11) & 65535) %% 5],
        (ARRAY['full', 'short', 'titles'])[1 + (hashint8(id * 13) & 65535) %% 3],
        (ARRAY['html', 'text'])[1 + (hashint8(id * 17) & 1)], 0, nullif((hashint8(id * 19) & 3) * 5, 0)
    FROM subscribers_subscriber WHERE address LIKE 'planned-%%' ORDER BY id
"""
# As choosy readers do: two topics on average, of ten.
TOPICS = """
    INSERT INTO subscribers_subscription_topics (subscription_id, topic_id)
    SELECT s.id, t.id FROM subscribers_subscription s JOIN digests_topic t USING (newsletter_id)
    WHERE newsletter_id = %s AND hashint8(s.id * 23 + t.id) & 7 < 2 ORDER BY s.id
"""
BARE = """
    INSERT INTO delivery_delivery (subscription_id, digest_id, sender_id, correction, status, skip, reason, due_at,
        ready_at, attempts, worker, created_at)
    SELECT s.id, %s, %s, 0, 'planned', '', '', z.due_at, z.due_at, 0, '', now()
    FROM subscribers_subscription s JOIN unnest(%s::text[], %s::timestamptz[]) AS z (name, due_at)
        ON z.name = s.time_zone
    WHERE s.newsletter_id = %s AND s.status = 'active'
"""


def measure(readers: int) -> dict[str, float]:
    """Seconds for the rows of so many readers in forty zones, all due, and for the same rows without any question.

    Each is the mean of two, by turns: planned, bare, bare, planned. `again_seconds` is what each further minute takes,
    once nobody new can be among them. Needs an empty PostgreSQL that Django is set up with and that may be emptied:
    see benchmarks/stage.py.
    """
    from newsletter.delivery.planning import plan

    digest = _make(readers)
    verbs: dict[str, Callable[[], object]] = {"bare": lambda: _bare(digest), "plan": lambda: plan(now=NOW)}
    seconds = dict.fromkeys(verbs, 0.0)
    for turn in range(ROUNDS):
        for name in sorted(verbs, reverse=turn % 2 == 0):
            _execute("TRUNCATE delivery_delivery CASCADE")
            seconds[name] += _timed(verbs[name], rows=readers) / ROUNDS
    again = _timed(lambda: plan(now=NOW + LATER), rows=readers)
    return {
        "plan_seconds": seconds["plan"],
        "bare_seconds": seconds["bare"],
        "plan_ratio": seconds["plan"] / seconds["bare"],
        "again_seconds": again,
    }


def _make(readers: int) -> "Digest":
    """An approved digest of a newsletter with ten topics and so many readers."""
    from tests.factories import make_approved, make_digest, make_newsletter, make_topic

    newsletter = make_newsletter(last_hour=24)
    for number in range(10):
        make_topic(newsletter, f"topic-{number}")
    _execute(READERS, [readers])
    _execute(SUBSCRIPTIONS, [newsletter.pk, HOUR, ZONES, len(ZONES)])
    _execute(TOPICS, [newsletter.pk])
    return make_approved(make_digest(newsletter, day=DAY), at=NOW)


def _bare(digest: "Digest") -> None:
    from newsletter.postbox.queries import sender_of
    from newsletter.subscribers.schedule import morning

    due = [morning(DAY, hour=HOUR, zone=ZoneInfo(zone)) for zone in ZONES]
    _execute(BARE, [digest.pk, sender_of(digest.newsletter).pk, ZONES, due, digest.newsletter_id])


def _timed(act: Callable[[], object], *, rows: int) -> float:
    """Seconds; the tables are in the same order before each. Raises RuntimeError unless `rows` are there afterwards."""
    from newsletter.delivery.models import Delivery

    for table in ("subscribers_subscription", "subscribers_subscription_topics", "delivery_delivery"):
        _execute(f"VACUUM ANALYZE {table}")
    _execute("CHECKPOINT")
    began = time.perf_counter()
    act()
    seconds = time.perf_counter() - began
    if (found := Delivery.objects.count()) != rows:
        raise RuntimeError(f"{found} rows instead of {rows}")
    return seconds


def _execute(sql: str, values: list[Any] | None = None) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def main() -> None:
    readers = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with stage():
        sys.stdout.write(json.dumps(measure(readers), indent=2) + "\n")


if __name__ == "__main__":
    main()

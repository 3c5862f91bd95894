"""Readers by the hundred thousand, made by the database: with few choices between them, or with many."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Min

from benchmarks.papers import LOCALES, NAMES
from digests.models import Newsletter
from newsletter.subscribers.models import Subscriber, Subscription

CONFIRMED_AT = datetime(2026, 1, 1, tzinfo=UTC)
SEED = 0.42  # so that choosy readers choose the same in every run
BLOCK = 64  # bytes of a block of SHA-256
FOLLOWING = 0.1  # of choosy readers follow one or two words, which the first ten papers have in their titles
WORDS = tuple("\n".join(sorted({one.lower(), other.lower()})) for one in NAMES[:10] for other in NAMES[:10])
FEW_TOPICS = 4  # two neighbours for each reader; with three details and five languages 60 editions


@dataclass(frozen=True)
class Morning:
    """A day, a zone and an hour that has just passed there: it is about noon, so that no run meets midnight."""

    day: date
    zone: str
    hour: int


def morning(now: datetime) -> Morning:
    ahead = 12 - now.hour
    return Morning(
        day=(now + timedelta(hours=ahead)).date(),
        zone=f"Etc/GMT{-ahead:+d}",  # POSIX counts westwards: Etc/GMT-9 is nine hours ahead
        hour=7,
    )


@transaction.atomic
def make_readers(newsletter: Newsletter, count: int, *, at: Morning, choosy: bool) -> None:
    """`count` active readers whose hour has come: of 60 editions, or `choosy` ones of about one for each five."""
    _execute("SELECT setseed(%s)", [SEED])
    first = make_subscribers(count)
    _make_subscriptions(newsletter, first, at=at, choosy=choosy)
    _choose_topics(newsletter, first, choosy=choosy)


def make_subscribers(count: int) -> int:
    """The first one's id; the others follow it. The hash is HMAC-SHA256 (RFC 2104), as the product stores it."""
    before = Subscriber.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    inner, outer = _pads(settings.SUPPRESSION_KEY.encode())
    _execute(
        """
        INSERT INTO {subscriber} (address, address_hash, created_at)
        SELECT address, encode(sha256(%s::bytea || sha256(%s::bytea || convert_to(address, 'UTF8'))), 'hex'), %s
        FROM (SELECT 'reader-' || n || '@example.com' AS address FROM generate_series(1, %s) n) made
        """,
        [outer, inner, CONFIRMED_AT, count],
    )
    first = Subscriber.objects.filter(pk__gt=before).aggregate(first=Min("pk"))["first"]
    assert isinstance(first, int)
    return first


def _pads(key: bytes) -> tuple[bytes, bytes]:
    block = key.ljust(BLOCK, b"\0")
    return bytes(byte ^ 0x36 for byte in block), bytes(byte ^ 0x5C for byte in block)


def _make_subscriptions(newsletter: Newsletter, first: int, *, at: Morning, choosy: bool) -> None:
    """Of a few choices the n-th reader has the language n, the topics from n / 5 on and the detail n / 20."""
    few = f"2 AS most, 'html' AS format, (id - {first}) / 20 AS detail, (%s::text[])[0] AS words"
    many = f"""1 + floor(random() * 3)::int AS most, (ARRAY['html', 'text'])[1 + (random() < 0.1)::int] AS format,
            floor(random() * 3)::int AS detail,
            CASE WHEN random() < {FOLLOWING} THEN (%s::text[])[1 + floor(random() * {len(WORDS)})::int] END AS words"""
    _execute(
        f"""
        INSERT INTO {{subscription}} (subscriber_id, newsletter_id, status, created_at, confirmed_at, end_reason,
            second_locale, weekdays, least_votes, time_zone, hour, locale, most_papers, format, detail, words)
        SELECT id, %s, 'active', %s, %s, '', '', 127, 0, %s, %s, (%s::text[])[1 + (id - %s) %% 5], most, format,
            (ARRAY['full', 'short', 'titles'])[1 + detail %% 3], coalesce(words, '')
        FROM (SELECT id, {many if choosy else few} FROM {{subscriber}} WHERE id >= %s) reader
        ORDER BY id
        """,
        [newsletter.pk, CONFIRMED_AT, CONFIRMED_AT, at.zone, at.hour, list(LOCALES), first, list(WORDS), first],
    )


def _choose_topics(newsletter: Newsletter, first: int, *, choosy: bool) -> None:
    """Choosy readers want a handful of all topics, or have not said; the others want two each."""
    topics = list(newsletter.topics.order_by("slug").values_list("pk", flat=True))
    offers = topics if choosy else topics[:FEW_TOPICS]
    wanted = "random() < 0.17" if choosy else f"((subscriber_id - {first}) / 5 + 5 - place) %% {FEW_TOPICS} < 2"
    _execute(
        f"""
        INSERT INTO {{topics}} (subscription_id, topic_id)
        SELECT subscription.id, offer.topic
        FROM {{subscription}} subscription CROSS JOIN unnest(%s::int[]) WITH ORDINALITY AS offer (topic, place)
        WHERE subscriber_id >= %s AND {wanted}
        """,
        [offers, first],
    )


def _execute(sql: str, values: list[Any]) -> None:
    tables = {
        "subscriber": Subscriber._meta.db_table,
        "subscription": Subscription._meta.db_table,
        "topics": Subscription.topics.through._meta.db_table,
    }
    with connection.cursor() as cursor:
        cursor.execute(sql.format(**tables), values)

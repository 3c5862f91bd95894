"""How PostgreSQL goes about a claim: it reads the rows of the claim alone, however cheap it thinks a whole table is."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from newsletter.delivery.claiming import claim
from newsletter.delivery.models import Delivery
from newsletter.subscribers.models import Subscriber, Subscription
from tests.factories import MORNING, address_hash, make_delivery

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite always looks a row up by its id"),
]
READERS, CLAIMED = 4000, 400
TABLES = ("subscribers_subscription", "subscribers_subscriber", "delivery_delivery")


def make_more_like(row: Delivery) -> None:
    """Thousands of planned rows, and what PostgreSQL knows of them."""
    people = Subscriber.objects.bulk_create(
        Subscriber(address=address, address_hash=address_hash(address))
        for address in (f"reader{number}@example.org" for number in range(READERS))
    )
    kept = {name: getattr(row.subscription, name) for name in ("newsletter", "status", "confirmed_at")}
    readers = Subscription.objects.bulk_create(Subscription(subscriber=person, **kept) for person in people)
    due = {name: getattr(row, name) for name in ("digest", "sender", "due_at", "ready_at")}
    Delivery.objects.bulk_create(Delivery(subscription=reader, **due) for reader in readers)
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(TABLES)}")


def test_a_claim_reads_no_table_as_a_whole() -> None:
    row = make_delivery()
    make_more_like(row)
    steps: list[str] = []

    def explained(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if any(table in sql for table in TABLES):
            execute(f"EXPLAIN {sql}", params, many, context)
            steps.extend(step for (step,) in context["cursor"].fetchall())
        return execute(sql, params, many, context)

    with connection.execute_wrapper(explained):
        claimed = claim(row.sender, now=MORNING, limit=CLAIMED, slices=[uuid4()])

    assert sum(map(len, claimed.values())) == CLAIMED
    for table in TABLES:
        assert any(f"Index Scan using {table}_pkey" in step for step in steps), steps
        assert not any(f"Seq Scan on {table} " in step for step in steps), steps

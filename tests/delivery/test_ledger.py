"""The ledger's statuses: every change names the status before, so what is done stays done."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from newsletter.delivery import ledger
from newsletter.delivery.models import Delivery
from tests.factories import MORNING, make_delivery

pytestmark = pytest.mark.django_db
CLAIM, OTHER = UUID(int=1), UUID(int=2)
Change = Callable[[Delivery], int]

CHANGES: dict[str, tuple[Change, dict[str, str]]] = {
    "skip": (lambda row: ledger.skip([row.pk], reason="left"), {"planned": "skipped"}),
    "sent": (lambda row: ledger.sent(row.pk, claim_id=CLAIM, at=MORNING), {"sending": "sent"}),
    "failed": (lambda row: ledger.failed(row.pk, claim_id=CLAIM, reason="no"), {"sending": "failed"}),
    "uncertain": (lambda row: ledger.uncertain(row.pk, claim_id=CLAIM, reason=""), {"sending": "uncertain"}),
    "back": (lambda row: ledger.back(row.pk, claim_id=CLAIM, ready_at=MORNING), {"sending": "planned"}),
    "late answer": (lambda row: ledger.sent(row.pk, claim_id=OTHER, at=MORNING), {}),
    "prove": (lambda row: ledger.prove_sent(row.pk, at=MORNING), {"sending": "sent", "uncertain": "sent"}),
    "settle": (lambda row: ledger.settle_as_sent([row.pk], at=MORNING), {"uncertain": "sent"}),
    "again": (
        lambda row: ledger.plan_again([row.pk], ready_at=MORNING),
        {"uncertain": "planned", "failed": "planned"},
    ),
}
STATES: dict[str, dict[str, Any]] = {
    "planned": {},
    "sending": {"claim": CLAIM, "lease_until": MORNING},
    "sent": {"sent_at": MORNING},
    "failed": {"reason": "refused"},
    "uncertain": {},
    "skipped": {"reason": "left"},
}


@pytest.mark.parametrize("before", STATES)
@pytest.mark.parametrize("name", CHANGES)
def test_only_the_changes_of_the_table_happen(name: str, before: str) -> None:
    change, table = CHANGES[name]
    row = make_delivery(status=before, **STATES[before])

    changed = change(row)

    row.refresh_from_db()
    assert (row.status, changed) == (table.get(before, before), int(before in table))


@pytest.mark.parametrize(
    "values",
    [
        {"status": "delivered"},
        {"status": "sending"},
        {"status": "sent"},
        {"status": "skipped"},
        {"status": "failed"},
    ],
)
def test_the_database_refuses_a_row_that_cannot_be(values: dict[str, object]) -> None:
    row = make_delivery()

    with pytest.raises(IntegrityError), transaction.atomic():
        Delivery.objects.filter(pk=row.pk).update(**values)


def test_the_database_refuses_a_second_row_for_a_reader_and_digest() -> None:
    row = make_delivery()

    with pytest.raises(IntegrityError), transaction.atomic():
        make_delivery(row.digest, row.subscription)

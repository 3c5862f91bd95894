"""The ledger's statuses: every change names the status before, so what is done stays done."""

from array import array
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from digests.models import Digest
from newsletter.delivery import ledger, planned
from newsletter.delivery.models import Delivery
from newsletter.delivery.readers import Missing
from newsletter.postbox.outcomes import Outcome
from tests.factories import MORNING, make_approved, make_delivery, make_user

pytestmark = pytest.mark.django_db
CLAIM, OTHER = UUID(int=1), UUID(int=2)
Change = Callable[[Delivery], int]


def record(row: Delivery, status: str, **values: Any) -> int:
    outcome = Outcome(row.pk, status, "because", **values)
    return ledger.record([(row.claim or CLAIM, outcome)], at=MORNING)


def cancel(row: Delivery) -> int:
    Digest.objects.update(status=Digest.Status.CANCELLED)
    return ledger.cancel_planned(row.digest_id, most=10)


def take_up_again(row: Delivery) -> int:
    Delivery.objects.filter(skip="left").update(skip=Delivery.Skip.CANCELLED)
    Digest.objects.update(status=Digest.Status.DRAFT, approved_at=None)
    return ledger.take_up_again(row.digest_id, most=10)


def plan_again(row: Delivery) -> int:
    """The reader is due at seven, as they were when the row was planned."""
    missing = Missing([MORNING], array("q", [row.subscription_id]), array("H", [0]))
    return planned.insert(row.digest, row.sender, missing)


CHANGES: dict[str, tuple[Change, dict[str, str]]] = {
    "skip": (lambda row: ledger.skip([row.pk], Delivery.Skip.LEFT), {"planned": "skipped"}),
    "sent": (lambda row: record(row, "sent"), {"sending": "sent", "lease over": "sent"}),
    "failed": (lambda row: record(row, "failed"), {"sending": "failed", "lease over": "failed"}),
    "uncertain": (lambda row: record(row, "uncertain"), {"sending": "uncertain", "lease over": "uncertain"}),
    "back": (lambda row: record(row, "planned"), {"sending": "planned", "lease over": "planned"}),
    "release": (lambda row: ledger.release([CLAIM]), {"sending": "planned"}),
    "prove": (
        lambda row: ledger.prove_sent(row.pk, at=MORNING),
        {"sending": "sent", "uncertain": "sent", "lease over": "sent"},
    ),
    "settle": (
        lambda row: ledger.it_arrived([row.pk], by=make_user(), at=MORNING),
        {"uncertain": "sent", "lease over": "sent"},
    ),
    "again": (
        lambda row: ledger.send_again([row.pk], by=make_user(), at=MORNING),
        {"uncertain": "planned", "lease over": "planned", "failed": "planned"},
    ),
    "cancel": (cancel, {"planned": "skipped"}),
    "take up again": (take_up_again, {"skipped": "planned", "cancelled": "planned"}),
    "doubt": (
        lambda row: ledger.doubt_due(now=MORNING, open_digests=[row.digest_id], reason="restored", most=10),
        {"planned": "uncertain", "sending": "uncertain", "cancelled": "uncertain"},
    ),
    "plan again": (plan_again, {"skipped": "planned", "no day": "planned", "late": "planned"}),
    "move": (lambda row: ledger.move_all({row.pk: MORNING}), {"planned": "planned"}),
}
STATES: dict[str, dict[str, Any]] = {
    "planned": {},
    "sending": {"claim": CLAIM, "lease_until": MORNING, "attempts": 1},
    "sent": {"sent_at": MORNING},
    "failed": {"reason": "refused"},
    "uncertain": {},
    "lease over": {"status": "uncertain", "claim": CLAIM},
    "skipped": {"skip": "left"},
    "cancelled": {"status": "skipped", "skip": "cancelled"},
    "no day": {"status": "skipped", "skip": "rests"},
    "late": {"status": "skipped", "skip": "late"},
    "suppressed": {"status": "skipped", "skip": "suppressed"},
    "nothing": {"status": "skipped", "skip": "nothing"},
}


def make_row(state: str) -> Delivery:
    return make_delivery(**{"status": state, **STATES[state]})


@pytest.mark.parametrize("before", STATES)
@pytest.mark.parametrize("name", CHANGES)
def test_only_the_changes_of_the_table_happen(name: str, before: str) -> None:
    change, table = CHANGES[name]
    row = make_row(before)
    status = row.status

    changed = change(row)

    row.refresh_from_db()
    assert (row.status, changed) == (table.get(before, status), int(before in table))


@pytest.mark.parametrize("before", ["sending", "lease over"])
def test_an_answer_to_another_claim_changes_nothing(before: str) -> None:
    row = make_row(before)
    status, row.claim = row.status, OTHER

    assert record(row, "sent") == 0

    row.refresh_from_db()
    assert row.status == status


def test_an_answer_that_comes_after_the_lease_still_counts() -> None:
    row = make_row("sending")

    ledger.settle_leases()
    record(row, "sent")

    row.refresh_from_db()
    assert row.status == "sent"


def test_what_was_not_attempted_does_not_count_as_an_attempt() -> None:
    row = make_row("sending")
    Delivery.objects.update(attempts=3)

    record(row, "planned", is_attempt=False)

    row.refresh_from_db()
    assert row.attempts == 2


def test_many_rows_are_recorded_at_once_each_with_its_own_reason_and_pause() -> None:
    digest = make_approved()
    rows = [make_delivery(digest, status="sending", claim=CLAIM, lease_until=MORNING) for _row in range(3)]
    later = MORNING + timedelta(minutes=5, microseconds=7)
    outcomes = [
        Outcome(rows[0].pk, "planned", 'busy: "later" {1}', later),
        Outcome(rows[1].pk, "failed", "없는 주소\0"),
        Outcome(rows[2].pk, "sent"),
    ]

    assert ledger.record([(CLAIM, outcome) for outcome in outcomes], at=MORNING) == 3

    for row in rows:
        row.refresh_from_db()
    assert [(row.status, row.reason) for row in rows] == [
        ("planned", 'busy: "later" {1}'),
        ("failed", "없는 주소"),
        ("sent", ""),
    ]
    assert (rows[0].ready_at, rows[2].sent_at) == (later, MORNING)


def test_many_rows_move_at_once_each_to_its_own_hour() -> None:
    digest = make_approved()
    rows = [make_delivery(digest) for _row in range(3)]
    hours = [MORNING + timedelta(hours=1), MORNING + timedelta(hours=2, microseconds=7)]

    assert ledger.move_all({rows[0].pk: hours[0], rows[1].pk: hours[1]}) == 2

    found = Delivery.objects.order_by("pk").values_list("due_at", "ready_at")
    assert list(found) == [(hours[0], hours[0]), (hours[1], hours[1]), (MORNING, MORNING)]


def test_where_nothing_moves_nothing_is_asked(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert ledger.move_all({}) == 0


@pytest.mark.parametrize(
    "values",
    [
        {"status": "delivered"},
        {"status": "sending"},
        {"status": "sent"},
        {"status": "sent", "sent_at": MORNING},
        {"status": "skipped"},
        {"status": "skipped", "skip": "banana"},
        {"skip": "left"},
        {"claim": CLAIM},
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

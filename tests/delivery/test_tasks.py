"""Whom the timetable wakes, in which order, and for how long."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from newsletter.delivery import queries, sweeping, tasks
from newsletter.delivery.models import Delivery
from tests.factories import make_approved, make_delivery

pytestmark = pytest.mark.django_db


class Queue:
    """The messages that nobody has taken yet: the ids of Senders."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.messages: list[int] = []
        self.expires: set[Any] = set()
        monkeypatch.setattr(tasks.send_due, "apply_async", self.put)

    def put(self, arguments: tuple[int], *, expires: float) -> None:
        self.messages.append(arguments[0])
        self.expires.add(expires)


def test_each_of_three_senders_has_its_turn_with_one_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    queue = Queue(monkeypatch)
    senders = {make_delivery().sender_id for _sender in range(3)}

    served = []
    for _turn in range(60):
        tasks.wake_senders()
        served.append(queue.messages[0])
        queue.messages.clear()  # by the end of the turn they are out of date

    assert set(served) == senders


def test_a_sender_with_much_to_do_gets_more_processes_at_each_call(monkeypatch: pytest.MonkeyPatch) -> None:
    queue = Queue(monkeypatch)
    monkeypatch.setattr(queries, "MUCH", 3)
    busy, calm = make_approved(), make_delivery()
    for _reader in range(3):
        make_delivery(busy)

    tasks.wake_senders()

    assert Counter(queue.messages) == {busy.newsletter.sender_assignment.sender_id: 6, calm.sender_id: 1}


def test_a_wake_outlives_the_difference_between_two_machines_clocks(monkeypatch: pytest.MonkeyPatch) -> None:
    queue = Queue(monkeypatch)
    make_delivery()

    tasks.wake_senders()

    assert queue.expires == {15}


def test_leases_are_settled_also_where_no_journal_can_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeping, "sweep", lambda *given, **named: 1 / 0)
    past = datetime.now(UTC) - timedelta(minutes=1)
    make_delivery(status="sending", claim=uuid4(), lease_until=past)

    tasks.settle()

    assert Delivery.objects.get().status == "uncertain"

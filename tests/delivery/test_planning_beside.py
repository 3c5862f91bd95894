"""What goes on beside a planner that has not finished: readers, editors and other planners do not wait (PostgreSQL).

And beside a claim: nobody deletes what it names."""

from array import array
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.db import OperationalError, connection, transaction

from digests.models import Edition
from newsletter.delivery import planned
from newsletter.delivery.claiming import claim
from newsletter.delivery.models import Delivery
from newsletter.delivery.planning import plan
from newsletter.delivery.readers import Missing
from newsletter.desk.approving import approve
from newsletter.subscribers import membership
from newsletter.subscribers.membership import ConsentFacts
from newsletter.subscribers.models import Subscription
from newsletter.subscribers.preferences import Preferences
from tests.factories import MORNING, make_approved, make_delivery, make_publisher, make_subscription

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has one writer"),
]
LEAVING = ConsentFacts(wording="Leave", page="/leave/", network="", locale="en")


@pytest.fixture
def reader() -> Subscription:
    return make_subscription(make_approved().newsletter)


@pytest.fixture
def planner(reader: Subscription) -> Iterator[None]:
    """A planner that has inserted its rows and checked their foreign keys, which locks what they name."""
    with transaction.atomic():
        plan(now=MORNING)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        yield


def elsewhere(act: Callable[[], Any]) -> Any:
    """What `act` returns on a connection of its own that waits for no lock."""

    def work() -> Any:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '500ms'")
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work).result(timeout=10)


@pytest.mark.usefixtures("planner")
def test_a_reader_changes_preferences_while_a_planner_is_at_work(reader: Subscription) -> None:
    preferences = Preferences(locale="ko", time_zone="Asia/Seoul", hour=6, weekdays=1)

    done = elsewhere(lambda: membership.change(reader, preferences, now=MORNING))

    assert done == membership.Outcome.DONE


@pytest.mark.usefixtures("planner")
def test_a_reader_leaves_while_a_planner_is_at_work(reader: Subscription) -> None:
    done = elsewhere(lambda: membership.leave(reader.pk, consent=LEAVING, now=MORNING))

    assert done == membership.Outcome.DONE


@pytest.mark.usefixtures("planner")
def test_an_editor_approves_again_while_a_planner_is_at_work(reader: Subscription) -> None:
    digest, editor = reader.newsletter.digests.get(), elsewhere(make_publisher)

    revision = elsewhere(lambda: approve(digest, by=editor, now=datetime(2026, 4, 7, 8, tzinfo=UTC)))

    assert revision.number == 2


@pytest.mark.usefixtures("planner")
def test_a_second_planner_leaves_the_digest_to_the_first(reader: Subscription) -> None:
    digest = reader.newsletter.digests.get()
    sender = reader.newsletter.sender_assignment.sender

    added = elsewhere(
        lambda: planned.insert(digest, sender, Missing([MORNING], array("q", [reader.pk]), array("H", [0])))
    )

    assert (added, Delivery.objects.count()) == (0, 1)


def test_an_edition_that_a_claim_gives_to_its_rows_is_deleted_by_nobody() -> None:
    row = make_delivery()
    claim(row.sender, now=MORNING, limit=1, slices=[uuid4()])  # makes the edition, and remembers it
    make_delivery(row.digest)
    Delivery.objects.filter(pk=row.pk).delete()

    with transaction.atomic():
        assert claim(row.sender, now=MORNING, limit=1, slices=[uuid4()])
        with pytest.raises(OperationalError, match="lock timeout"):
            elsewhere(Edition.objects.all().delete)

"""Which readers get a row in the ledger, and when it is due."""

from array import array
from datetime import UTC, datetime, timedelta
from itertools import groupby, product
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from digests.models import Digest, Newsletter
from newsletter.delivery import planned, planning, readers
from newsletter.delivery.models import Delivery
from newsletter.delivery.planning import close_past, plan
from newsletter.delivery.sending import send_due
from newsletter.postbox.models import SenderAssignment
from newsletter.subscribers.models import Subscription
from tests.factories import (
    DAY,
    MORNING,
    make_approved,
    make_delivery,
    make_digest,
    make_newsletter,
    make_sender,
    make_subscription,
    make_topic,
)

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def missing(ids: list[int]) -> readers.Missing:
    return readers.Missing([MORNING], array("q", ids), array("H", [0] * len(ids)))


def rows_at(now: datetime) -> list[tuple[int, datetime]]:
    plan(now=now)
    return list(Delivery.objects.order_by("due_at").values_list("subscription", "due_at"))


def test_each_reader_is_planned_as_the_readers_own_hour_comes() -> None:
    digest = make_approved()
    seoul = make_subscription(digest.newsletter, time_zone="Asia/Seoul")
    berlin = make_subscription(digest.newsletter, time_zone="Europe/Berlin", hour=8)

    in_seoul = rows_at(datetime(2026, 4, 6, 22, tzinfo=UTC))
    everywhere = rows_at(datetime(2026, 4, 7, 6, tzinfo=UTC))

    assert in_seoul == [(seoul.pk, datetime(2026, 4, 6, 22, tzinfo=UTC))]
    assert everywhere[1:] == [(berlin.pk, datetime(2026, 4, 7, 6, tzinfo=UTC))]


def test_planning_twice_plans_nothing_twice() -> None:
    digest = make_approved()
    make_subscription(digest.newsletter)

    assert len(rows_at(MORNING)) == len(rows_at(MORNING)) == len(rows_at(MORNING + HOUR)) == 1


@pytest.mark.parametrize(
    "status", [Digest.Status.DRAFT, Digest.Status.PAUSED, Digest.Status.CANCELLED, Digest.Status.CLOSED]
)
def test_a_digest_that_is_not_approved_is_planned_for_nobody(status: str) -> None:
    digest = make_approved()
    make_subscription(digest.newsletter)
    Digest.objects.update(status=status)

    assert rows_at(MORNING) == []


@pytest.mark.parametrize(
    "values",
    [
        {"status": Subscription.Status.PENDING, "confirmed_at": None},
        {"status": Subscription.Status.ENDED, "ended_at": MORNING, "end_reason": "left"},
        {"weekdays": 0b1111101},  # every day but Tuesday
        {"rhythm": "weekly", "weekdays": 0b10},
        {"paused_until": DAY + timedelta(days=1)},
        {"confirmed_at": MORNING + HOUR},  # joined after this morning: the first digest comes tomorrow
    ],
)
def test_a_reader_who_does_not_read_today_is_not_planned(values: dict[str, Any]) -> None:
    digest = make_approved()
    make_subscription(digest.newsletter, **values)
    reader = make_subscription(digest.newsletter)

    assert [row[0] for row in rows_at(MORNING + 2 * HOUR)] == [reader.pk]


def test_a_pause_ends_with_the_digest_of_its_day() -> None:
    digest = make_approved()
    reader = make_subscription(digest.newsletter, paused_until=DAY)

    assert rows_at(MORNING) == [(reader.pk, MORNING)]


def test_a_reader_who_ends_the_pause_early_gets_the_digest_of_the_day() -> None:
    digest = make_approved()
    reader = make_subscription(digest.newsletter, paused_until=DAY + timedelta(days=9))
    assert rows_at(MORNING + 5 * HOUR) == []

    Subscription.objects.update(paused_until=None)

    assert rows_at(MORNING + 5 * HOUR) == [(reader.pk, MORNING)]


def test_readers_of_another_newsletter_are_not_planned() -> None:
    digest = make_approved()
    make_subscription(make_newsletter())
    reader = make_subscription(digest.newsletter)

    assert [row[0] for row in rows_at(MORNING)] == [reader.pk]


def test_a_digest_approved_late_is_due_at_once_for_who_confirmed_before_it() -> None:
    digest = make_approved(at=MORNING + 3 * HOUR)
    make_subscription(digest.newsletter, confirmed_at=MORNING + 2 * HOUR)

    assert [due for _reader, due in rows_at(MORNING + 3 * HOUR)] == [MORNING]


def test_a_digest_approved_after_the_last_hour_waits_for_the_next_morning() -> None:
    digest = make_approved(at=MORNING + 14 * HOUR)
    make_subscription(digest.newsletter)

    assert rows_at(MORNING + 14 * HOUR) == []
    assert [due for _reader, due in rows_at(MORNING + 24 * HOUR)] == [MORNING + 24 * HOUR]


def test_it_does_not_wait_when_the_next_day_has_a_digest_of_its_own() -> None:
    yesterdays = make_approved(at=MORNING + 14 * HOUR)
    todays = make_approved(make_digest(yesterdays.newsletter, day=DAY + timedelta(days=1)))
    make_subscription(yesterdays.newsletter)

    plan(now=MORNING + 24 * HOUR)

    assert [row.digest for row in Delivery.objects.all()] == [todays]


def test_it_does_not_wait_when_the_newsletter_skips_what_is_late() -> None:
    digest = make_approved(make_digest(make_newsletter(late=Newsletter.Late.SKIP)), at=MORNING + 14 * HOUR)
    make_subscription(digest.newsletter)

    assert rows_at(MORNING + 24 * HOUR) == []


@pytest.mark.parametrize("status", [Digest.Status.APPROVED, Digest.Status.PAUSED])
def test_a_digest_of_last_week_is_closed(status: str) -> None:
    digest = make_approved()
    Digest.objects.update(status=status)

    close_past(now=MORNING + timedelta(days=7))

    digest.refresh_from_db()
    assert digest.status == Digest.Status.CLOSED


def test_one_zone_that_this_machine_does_not_know_does_not_stop_the_others() -> None:
    digest = make_approved()
    make_subscription(digest.newsletter, time_zone="Mars/Phobos")
    reader = make_subscription(digest.newsletter)

    assert [row[0] for row in rows_at(MORNING)] == [reader.pk]


def test_one_digest_that_cannot_be_planned_does_not_stop_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    odd, digest = make_approved(), make_approved()
    reader = make_subscription(digest.newsletter)
    original = planning.plan_digest
    monkeypatch.setattr(
        planning, "plan_digest", lambda row, *, now: 1 / 0 if row.pk == odd.pk else original(row, now=now)
    )

    assert [row[0] for row in rows_at(MORNING)] == [reader.pk]


@pytest.mark.parametrize(("status", "closed"), [("draft", True), ("cancelled", False)])
def test_a_past_digest_that_was_taken_back_is_closed_with_its_rows(status: str, closed: bool) -> None:
    delivery = make_delivery()
    Digest.objects.update(status=status)

    close_past(now=MORNING + timedelta(days=7))
    send_due(delivery.sender, now=MORNING + timedelta(days=7))

    delivery.refresh_from_db()
    assert delivery.status == "skipped"
    assert (delivery.digest.status == "closed") is closed


def test_a_reader_who_confirms_after_approval_and_before_the_morning_is_planned() -> None:
    digest = make_approved(at=MORNING - 10 * HOUR)
    make_subscription(digest.newsletter, confirmed_at=MORNING - HOUR)

    assert len(rows_at(MORNING)) == 1


def test_two_plans_at_once_add_one_row() -> None:
    """The second has looked before the first has written."""
    delivery = make_delivery()

    added = planned.insert(delivery.digest, delivery.sender, missing([delivery.subscription_id]))

    assert (added, Delivery.objects.count()) == (0, 1)


def test_it_does_not_wait_when_the_next_day_has_a_digest_that_is_paused() -> None:
    yesterdays = make_approved(at=MORNING + 14 * HOUR)
    make_approved(make_digest(yesterdays.newsletter, day=DAY + timedelta(days=1)))
    make_subscription(yesterdays.newsletter)
    Digest.objects.exclude(pk=yesterdays.pk).update(status=Digest.Status.PAUSED)

    assert rows_at(MORNING + 24 * HOUR) == []


def test_a_digest_that_goes_on_after_a_pause_is_planned_for_who_missed_it() -> None:
    digest = make_approved()
    make_subscription(digest.newsletter)
    Digest.objects.update(status=Digest.Status.PAUSED)
    plan(now=MORNING)

    Digest.objects.update(status=Digest.Status.APPROVED)

    assert [due for _reader, due in rows_at(MORNING + 5 * HOUR)] == [MORNING]


def test_a_row_is_made_half_an_hour_ahead_and_not_earlier() -> None:
    digest = make_approved()
    make_subscription(digest.newsletter)

    assert rows_at(MORNING - timedelta(minutes=31)) == []
    assert len(rows_at(MORNING - timedelta(minutes=30))) == 1


def test_a_reader_who_had_the_digest_in_asia_gets_no_second_one_in_america() -> None:
    delivery = make_delivery(due_at=MORNING - 9 * HOUR, status="sent", sent_at=MORNING - 9 * HOUR)
    Subscription.objects.update(time_zone="America/Los_Angeles")

    plan(now=MORNING + 7 * HOUR)

    assert list(Delivery.objects.all()) == [delivery]


def test_a_reader_who_moves_to_an_hour_that_has_passed_gets_the_digest_at_once() -> None:
    digest = make_approved()
    reader = make_subscription(digest.newsletter, hour=18)
    assert rows_at(MORNING + 5 * HOUR) == []

    Subscription.objects.update(hour=7)

    assert rows_at(MORNING + 5 * HOUR) == [(reader.pk, MORNING)]


def test_all_readers_of_a_long_list_are_looked_at_in_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "LEAST", 1)
    monkeypatch.setattr(planning, "TURNS", 3)
    digest = make_approved()
    readers = [make_subscription(digest.newsletter) for _reader in range(3)]
    plan(now=MORNING)
    missing = [readers[0], readers[2]]
    for reader in missing:
        Delivery.objects.filter(subscription=reader).delete()
        for minute in range(4):
            plan(now=MORNING + HOUR + timedelta(minutes=minute))

    assert Delivery.objects.count() == 3


def test_readers_who_share_an_edition_lie_beside_each_other() -> None:
    digest = make_approved()
    choices = [("ko", "Asia/Seoul"), ("en", "Asia/Seoul"), ("ko", "Asia/Tokyo"), ("en", "Asia/Tokyo")]
    for locale, zone in choices:
        make_subscription(digest.newsletter, locale=locale, time_zone=zone)

    plan(now=MORNING - 9 * HOUR)

    rows = "".join(Delivery.objects.order_by("pk").values_list("subscription__locale", flat=True))
    assert rows in {"enenkoko", "kokoenen"}


def test_editions_of_one_language_and_detail_lie_beside_each_other() -> None:
    digest = make_approved()
    topics = [make_topic(digest.newsletter, f"topic-{number}") for number in range(3)]
    for topic, second, locale, detail in product(topics, ["", "de"], ["en", "ko"], ["full", "short"]):
        wishes = {"locale": locale, "second_locale": second, "detail": detail}
        make_subscription(digest.newsletter, topics=[topic], **wishes)

    plan(now=MORNING)

    rows = Delivery.objects.order_by("pk").values_list("subscription__locale", "subscription__detail")
    assert len([wanted for wanted, _rows in groupby(rows)]) == 4


def test_readers_who_chose_the_same_topics_lie_beside_each_other() -> None:
    digest = make_approved()
    agents, vision = make_topic(digest.newsletter, "agents"), make_topic(digest.newsletter, "vision")
    choices = [[agents], [vision], [agents, vision], [], [vision], [agents], [], [vision, agents]]
    readers = [make_subscription(digest.newsletter, topics=topics).pk for topics in choices]

    plan(now=MORNING)

    places = [readers.index(row) for row in Delivery.objects.order_by("pk").values_list("subscription", flat=True)]
    assert {tuple(places[start : start + 2]) for start in range(0, 8, 2)} == {(0, 5), (1, 4), (2, 7), (3, 6)}


@pytest.mark.parametrize("column", ["authors", "words", "avoided"])
def test_readers_who_follow_the_same_lie_beside_each_other(column: str) -> None:
    digest = make_approved()
    for lines in ("kites", "bread\nkites", "kites", "", "bread\nkites", ""):
        wishes: dict[str, Any] = {column: lines}
        make_subscription(digest.newsletter, **wishes)

    plan(now=MORNING)

    rows = Delivery.objects.order_by("pk").values_list(f"subscription__{column}", flat=True)
    assert len([lines for lines, _rows in groupby(rows)]) == 3


def test_mornings_that_come_earlier_stand_first_in_the_ledger() -> None:
    digest = make_approved()
    for hour in (7, 5, 6, 5):
        make_subscription(digest.newsletter, hour=hour)

    plan(now=MORNING)

    rows = Delivery.objects.order_by("pk")
    assert [(row.subscription.hour, row.due_at.hour, row.ready_at.hour) for row in rows] == [
        (hour, hour, hour) for hour in (5, 5, 6, 7)
    ]


def test_a_large_morning_is_inserted_in_several_transactions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planned, "CHUNK", 2)
    digest = make_approved()
    readers = [make_subscription(digest.newsletter).pk for _reader in range(5)]

    with CaptureQueriesContext(connection) as queries:
        plan(now=MORNING)

    assert list(Delivery.objects.order_by("pk").values_list("subscription", flat=True)) == readers
    assert sum("INSERT INTO delivery_delivery" in query["sql"] for query in queries) == 3


def test_planned_rows_follow_their_newsletter_to_another_sender(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planned, "CHUNK", 2)
    digest, other = make_approved(), make_sender()
    rows = [make_delivery(digest) for _row in range(3)]
    gone = make_delivery(digest, status="sent", sent_at=MORNING)
    SenderAssignment.objects.update(sender=other)

    plan(now=MORNING)

    assert {row.sender for row in Delivery.objects.filter(pk__in=[row.pk for row in rows])} == {other}
    gone.refresh_from_db()
    assert gone.sender != other


def test_the_mornings_of_a_newsletter_are_those_of_its_active_readers() -> None:
    newsletter = make_newsletter()
    for zone, hour in [("UTC", 0), ("Asia/Seoul", 23), ("Asia/Seoul", 7), ("UTC", 0)]:
        make_subscription(newsletter, time_zone=zone, hour=hour)
    make_subscription(newsletter, hour=5, status="pending", confirmed_at=None)
    make_subscription(make_newsletter(), hour=6)

    assert readers.hours(newsletter) == [("Asia/Seoul", 7), ("Asia/Seoul", 23), ("UTC", 0)]


def test_a_newsletter_without_readers_has_no_mornings() -> None:
    assert readers.hours(make_newsletter()) == []


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has no statistics that lag behind")
def test_old_statistics_do_not_lead_planning_through_the_whole_ledger_for_each_reader() -> None:
    digest = make_approved()
    group = [readers.Morning("UTC", 7, due_at=MORNING, confirmed_by=MORNING)]

    with connection.cursor() as cursor, CaptureQueriesContext(connection) as queries:
        readers.is_somebody_without_a_row(digest, group, day=DAY, ids=(0, 10))
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN " + queries[0]["sql"])
        steps = str(cursor.fetchall())

    assert "delivery_one_per_reader_and_digest" in steps
    assert "Anti Join" not in steps
    assert "delivery_counts" not in steps

"""Who takes back in time what held a digest back gets it after all, and once."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from digests.models import Digest
from newsletter.delivery import planning, sending
from newsletter.delivery.models import Delivery
from newsletter.postbox.models import Sender
from newsletter.subscribers import leaving, membership, mornings
from newsletter.subscribers.membership import ConsentFacts
from newsletter.subscribers.models import Subscription
from newsletter.subscribers.token_pages import in_words
from tests.conftest import Outbox
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
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
SATURDAY = date(2026, 4, 11)
SATURDAY_SEVEN = datetime(2026, 4, 11, 7, tzinfo=UTC)
MONDAY, SATURDAYS, SUNDAY = 1, 1 << 5, 1 << 6
CONSENT = ConsentFacts("Leave", "/leave/", "192.0.2.0", "en")


def pass_by(now: datetime) -> None:
    """Plans and sends, as the timetable does each minute."""
    planning.plan(now=now)
    for sender in Sender.objects.all():
        sending.send_due(sender, now=now)


def changed(**values: Any) -> Callable[[Subscription, datetime], object]:
    return lambda reader, _now: Subscription.objects.filter(pk=reader.pk).update(**values)


def left(reader: Subscription, now: datetime) -> object:
    return membership.leave(reader.pk, consent=CONSENT, now=now)


def came_back(reader: Subscription, now: datetime) -> object:
    return leaving.come_back(reader.pk, consent=CONSENT, now=now)


@pytest.mark.parametrize(
    ("change", "undo", "held"),
    [
        (changed(paused_until=DAY + timedelta(days=9)), changed(paused_until=None), "skipped"),
        (changed(rhythm="weekly", weekdays=2), changed(rhythm="daily", weekdays=127), "skipped"),
        (changed(weekdays=0b1111101), changed(weekdays=127), "skipped"),
        (left, came_back, "skipped"),
        (changed(time_zone="Pacific/Kiritimati"), changed(time_zone="UTC"), "skipped"),  # where it is too late
        (changed(hour=20), changed(hour=7), "planned"),
    ],
    ids=["pause", "rhythm", "weekday", "leaving", "zone", "hour"],
)
def test_who_takes_a_change_back_gets_the_digest_after_all(
    change: Callable[[Subscription, datetime], object],
    undo: Callable[[Subscription, datetime], object],
    held: str,
    outbox: Outbox,
) -> None:
    digest = make_approved(make_digest(make_newsletter(late="skip")))
    reader = make_subscription(digest.newsletter)
    planning.plan(now=MORNING - 20 * MINUTE)

    change(reader, MORNING)
    pass_by(MORNING)
    pass_by(MORNING + HOUR)
    before = Delivery.objects.get().status
    undo(reader, MORNING + 2 * HOUR)
    reader.refresh_from_db()
    said = in_words(mornings.next_digest, reader, MORNING + 2 * HOUR)
    for minute in range(3):
        pass_by(MORNING + 2 * HOUR + minute * MINUTE)

    assert said == "Your digest comes within a quarter of an hour."
    assert (before, Delivery.objects.get().status) == (held, "sent")
    assert outbox.recipients() == [reader.subscriber.address]


def weekly_reader(day: int) -> Subscription:
    """A weekly reader whose row is planned, and the week of a Saturday."""
    newsletter = make_newsletter(late="skip", weekly_day=SATURDAY.weekday())
    make_approved(make_digest(newsletter, day=SATURDAY, kind="weekly"))
    reader = make_subscription(newsletter, rhythm="weekly", weekdays=day)
    planning.plan(now=SATURDAY_SEVEN + timedelta(days=1) - 20 * MINUTE)
    return reader


@pytest.mark.parametrize(
    ("days", "sent_on"),
    [
        ((MONDAY, SUNDAY), 1),  # moved, and back
        ((SATURDAYS, SUNDAY), 1),  # a day that is over, and back
        ((SATURDAYS, MONDAY), 2),
        ((MONDAY, SATURDAYS), None),
    ],
)
def test_a_weekly_reader_who_moves_about_loses_no_week_whose_day_is_still_to_come(
    days: tuple[int, int], sent_on: int | None, outbox: Outbox
) -> None:
    reader = weekly_reader(SUNDAY)
    sunday = SATURDAY_SEVEN + timedelta(days=1)

    changed(weekdays=days[0])(reader, sunday)
    pass_by(sunday)
    changed(weekdays=days[1])(reader, sunday)
    for hours in range(1, 24 * 6, 3):
        pass_by(sunday + hours * HOUR)

    row = Delivery.objects.get()
    assert len(outbox.mails()) == (0 if sent_on is None else 1)
    assert sent_on is None or row.due_at == SATURDAY_SEVEN + timedelta(days=sent_on)


def test_a_reader_who_pauses_and_goes_on_within_the_week_loses_no_week(outbox: Outbox) -> None:
    reader, sunday = weekly_reader(SUNDAY), SATURDAY_SEVEN + timedelta(days=1)

    changed(paused_until=SATURDAY + timedelta(days=20))(reader, sunday)
    pass_by(sunday)
    changed(paused_until=None, weekdays=MONDAY)(reader, sunday)
    for hours in range(1, 24 * 3):
        pass_by(sunday + hours * HOUR)

    assert len(outbox.mails()) == 1


def test_a_change_that_stands_holds_the_digest_back_for_good(outbox: Outbox) -> None:
    digest = make_approved()
    reader = make_subscription(digest.newsletter)
    planning.plan(now=MORNING)

    changed(paused_until=DAY + timedelta(days=1))(reader, MORNING)
    for hours in range(12):
        pass_by(MORNING + hours * HOUR)

    assert Delivery.objects.get().skip == "rests"
    assert outbox.mails() == []


def test_who_left_and_signs_up_again_gets_the_next_digest(outbox: Outbox) -> None:
    digest = make_approved()
    reader = make_subscription(digest.newsletter)
    planning.plan(now=MORNING)
    left(reader, MORNING)
    pass_by(MORNING)

    Subscription.objects.update(status="active", ended_at=None, end_reason="", confirmed_at=MORNING + HOUR)
    pass_by(MORNING + HOUR)

    assert Delivery.objects.get().skip == "left"


def test_a_digest_that_had_nothing_for_its_reader_is_not_looked_at_again(outbox: Outbox) -> None:
    digest = make_approved()
    reader = make_subscription(digest.newsletter, topics=[make_topic(digest.newsletter)])
    pass_by(MORNING)

    reader.topics.clear()
    pass_by(MORNING + HOUR)

    assert Delivery.objects.get().skip == "nothing"


@pytest.mark.parametrize("status", ["sent", "failed", "uncertain"])
def test_what_may_have_left_does_not_come_back(status: str, outbox: Outbox) -> None:
    values: dict[str, Any] = {"sent_at": MORNING} if status == "sent" else {"reason": "said"}
    row = make_delivery(status=status, due_at=MORNING + 9 * HOUR, **values)

    pass_by(MORNING + HOUR)

    row.refresh_from_db()
    assert row.status == status
    assert outbox.mails() == []


def test_a_row_that_comes_back_leaves_under_the_newsletters_sender_of_now(outbox: Outbox) -> None:
    row = make_delivery(status="skipped", skip="rests")
    other = make_sender()
    row.digest.newsletter.sender_assignment.delete()
    other.assignments.create(newsletter=row.digest.newsletter)

    pass_by(MORNING)

    row.refresh_from_db()
    assert (row.status, row.sender) == ("sent", other)


def test_a_row_that_comes_back_says_nothing_of_what_was_before() -> None:
    row = make_delivery(status="skipped", skip="left", reason="451 busy")

    planning.plan(now=MORNING)

    row.refresh_from_db()
    assert (row.status, row.reason) == ("planned", "")


def test_a_mail_server_that_asked_to_wait_is_not_called_sooner_for_a_reader_who_wants_it_sooner() -> None:
    at_nine = MORNING + 2 * HOUR
    busy = make_delivery(due_at=at_nine, ready_at=at_nine + HOUR / 2, attempts=1)
    waits = make_delivery(busy.digest, due_at=at_nine, ready_at=at_nine)

    planning.plan(now=at_nine + HOUR / 4)

    rows = {row.pk: (row.due_at, row.ready_at) for row in Delivery.objects.all()}
    assert rows == {busy.pk: (MORNING, at_nine + HOUR / 2), waits.pk: (MORNING, MORNING)}


def test_a_cancelled_digest_comes_back_to_nobody(outbox: Outbox) -> None:
    make_delivery(status="skipped", skip="rests")
    Digest.objects.update(status="cancelled")

    pass_by(MORNING)

    assert outbox.mails() == []

"""The weekly digest on its way: each weekly reader gets it once, on the reader's own day of the week."""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from digests.models import Digest, Newsletter
from newsletter.delivery import planning, restoring, sending
from newsletter.delivery.models import Delivery
from newsletter.desk.progress import last_morning
from newsletter.postbox.models import Sender
from newsletter.subscribers import mornings
from newsletter.subscribers.models import Subscription
from newsletter.subscribers.token_pages import in_words
from tests.conftest import Outbox
from tests.factories import MORNING, make_approved, make_delivery, make_digest, make_newsletter, make_subscription

pytestmark = pytest.mark.django_db
SATURDAY = date(2026, 4, 11)
SATURDAY_SEVEN = datetime(2026, 4, 11, 7, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BIT = {"saturday": 1 << 5, "sunday": 1 << 6, "monday": 1, "friday": 1 << 4}


@pytest.fixture(autouse=True)
def few_numbers_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else planning would look at a few of very many numbers, which PostgreSQL does not take back after a test."""
    monkeypatch.setattr(restoring, "LEFT_OUT", dict.fromkeys(restoring.LEFT_OUT, 10))


@pytest.fixture
def week() -> Digest:
    """A weekly digest of a Saturday, approved the day before."""
    newsletter = make_newsletter(weekly_day=SATURDAY.weekday())
    return make_approved(make_digest(newsletter, day=SATURDAY, kind="weekly"), at=SATURDAY_SEVEN - DAY)


def reads(digest: Digest, day: str, **values: Any) -> Subscription:
    """A weekly reader of that day, at seven in UTC."""
    return make_subscription(digest.newsletter, rhythm="weekly", weekdays=BIT[day], **values)


def passes(start: datetime, *, days: int) -> None:
    """Four hours at a time: plans, sends and closes, as the timetable does."""
    for step in range(6 * days):
        now = start + step * 4 * HOUR
        planning.plan(now=now)
        for sender in Sender.objects.all():
            sending.send_due(sender, now=now)
        planning.close_past(now=now)


def rows() -> list[tuple[int, datetime, str]]:
    return list(Delivery.objects.order_by("due_at").values_list("subscription", "due_at", "status"))


def test_each_weekly_reader_gets_the_week_once_on_the_own_day(week: Digest, outbox: Outbox) -> None:
    readers = {day: reads(week, day) for day in BIT}
    make_subscription(week.newsletter)  # each day

    passes(SATURDAY_SEVEN - DAY, days=15)

    ahead = {"saturday": 0, "sunday": 1, "monday": 2, "friday": 6}
    assert rows() == [(readers[day].pk, SATURDAY_SEVEN + ahead[day] * DAY, "sent") for day in ahead]
    assert len(outbox.mails()) == 4


def test_a_weekly_reader_gets_no_daily_digest_and_a_daily_one_no_weekly(week: Digest, outbox: Outbox) -> None:
    daily = make_approved(make_digest(week.newsletter, day=SATURDAY))
    weekly, each_day = reads(week, "saturday"), make_subscription(week.newsletter)

    passes(SATURDAY_SEVEN - HOUR, days=1)

    got = set(Delivery.objects.values_list("subscription", "digest"))
    assert got == {(weekly.pk, week.pk), (each_day.pk, daily.pk)}


def test_a_week_is_told_at_the_readers_own_hour_and_zone(week: Digest) -> None:
    reader = reads(week, "sunday", time_zone="Pacific/Kiritimati", hour=0)

    passes(SATURDAY_SEVEN - DAY, days=3)

    assert rows() == [(reader.pk, datetime(2026, 4, 11, 10, tzinfo=UTC), "sent")]


def test_a_week_names_its_days_and_leads_to_its_own_page(week: Digest, outbox: Outbox) -> None:
    reads(week, "saturday")

    passes(SATURDAY_SEVEN, days=1)

    [mail] = outbox.mails()
    page = mail.get_body(("html",))
    assert page is not None
    assert str(mail["Subject"]).endswith(" (4–10 Apr)")
    assert f"/n/{week.newsletter.slug}/2026-04-11-weekly/en/" in page.get_content()
    assert "This week on the web" in page.get_content()
    assert not re.search(r"\b([Tt]oday|[Tt]his day|the day)\b", page.get_content())


def test_who_changes_the_day_of_the_week_gets_the_week_once(week: Digest, outbox: Outbox) -> None:
    reads(week, "sunday")
    passes(SATURDAY_SEVEN, days=2)

    Subscription.objects.update(weekdays=BIT["monday"])
    passes(SATURDAY_SEVEN + 2 * DAY, days=6)

    assert len(outbox.mails()) == 1


def test_who_changes_the_day_between_row_and_mail_gets_the_week_on_the_new_day(week: Digest, outbox: Outbox) -> None:
    reads(week, "sunday")
    planning.plan(now=SATURDAY_SEVEN + DAY - 20 * timedelta(minutes=1))

    Subscription.objects.update(weekdays=BIT["monday"])
    passes(SATURDAY_SEVEN + DAY, days=3)

    assert [due for _reader, due, _status in rows()] == [SATURDAY_SEVEN + 2 * DAY]
    assert len(outbox.mails()) == 1


def test_who_turns_weekly_within_the_week_gets_it_on_the_chosen_day(week: Digest, outbox: Outbox) -> None:
    reader = make_subscription(week.newsletter)
    passes(SATURDAY_SEVEN, days=1)
    assert rows() == []

    Subscription.objects.update(rhythm="weekly", weekdays=BIT["monday"])
    passes(SATURDAY_SEVEN + DAY, days=6)

    assert rows() == [(reader.pk, SATURDAY_SEVEN + 2 * DAY, "sent")]


def test_who_turns_to_each_day_between_row_and_mail_gets_no_week(week: Digest, outbox: Outbox) -> None:
    reads(week, "saturday")
    planning.plan(now=SATURDAY_SEVEN)

    Subscription.objects.update(rhythm="daily", weekdays=127)
    passes(SATURDAY_SEVEN, days=2)

    assert [status for _reader, _due, status in rows()] == ["skipped"]


def test_a_weekly_reader_who_pauses_gets_the_week_after_the_pause(week: Digest, outbox: Outbox) -> None:
    reader = reads(week, "sunday", paused_until=SATURDAY + 2 * DAY)
    later = make_digest(week.newsletter, day=SATURDAY + 7 * DAY, kind="weekly")
    make_approved(later, at=SATURDAY_SEVEN + 6 * DAY)

    passes(SATURDAY_SEVEN, days=10)

    assert list(Delivery.objects.values_list("subscription", "digest", "status")) == [(reader.pk, later.pk, "sent")]


@pytest.mark.parametrize(("late", "count"), [(Newsletter.Late.SKIP, 0), (Newsletter.Late.NEXT_DAY, 1)])
def test_a_week_approved_late_waits_for_the_next_morning_whatever_the_days_digest_does(
    outbox: Outbox, late: str, count: int
) -> None:
    newsletter = make_newsletter(late=late)
    make_approved(make_digest(newsletter, day=SATURDAY + DAY))
    week = make_approved(make_digest(newsletter, day=SATURDAY, kind="weekly"), at=SATURDAY_SEVEN + 14 * HOUR)
    reads(week, "saturday")

    passes(SATURDAY_SEVEN + 14 * HOUR, days=3)

    assert [due for _reader, due, _status in rows()] == [SATURDAY_SEVEN + DAY] * count


def test_a_week_is_closed_when_its_last_readers_day_is_over_and_not_before(week: Digest) -> None:
    planning.close_past(now=SATURDAY_SEVEN + 10 * DAY)
    week.refresh_from_db()
    assert week.status == "approved"

    planning.close_past(now=SATURDAY_SEVEN + 11 * DAY)
    week.refresh_from_db()
    assert week.status == "closed"


def test_the_last_morning_of_a_week_is_that_of_its_last_day(week: Digest) -> None:
    reads(week, "saturday")

    assert last_morning(week) == SATURDAY_SEVEN + 6 * DAY


def told(reader: Subscription, now: datetime) -> str:
    """What the reader's pages say of the next digest."""
    reader.refresh_from_db()
    return in_words(mornings.next_digest, reader, now)


def test_who_has_had_the_week_and_moves_to_a_later_day_is_told_the_day_of_the_next(week: Digest) -> None:
    reader, now = reads(week, "sunday"), SATURDAY_SEVEN + DAY + HOUR
    passes(SATURDAY_SEVEN, days=2)

    Subscription.objects.update(weekdays=BIT["monday"])
    make_approved(make_digest(week.newsletter, day=SATURDAY + 7 * DAY, kind="weekly"))
    said = told(reader, now)
    passes(now, days=10)

    assert "20 April" in said
    assert [due for _reader, due, _status in rows()] == [SATURDAY_SEVEN + DAY, SATURDAY_SEVEN + 9 * DAY]


def test_who_moves_before_the_week_has_come_is_told_the_day_of_this_one(week: Digest) -> None:
    reader, now = reads(week, "sunday"), SATURDAY_SEVEN + DAY
    planning.plan(now=now - HOUR / 3)

    Subscription.objects.update(weekdays=BIT["monday"])
    said = told(reader, now)
    passes(now, days=3)

    assert "tomorrow" in said
    assert [due for _reader, due, _status in rows()] == [SATURDAY_SEVEN + 2 * DAY]


def test_a_newsletter_that_moves_its_day_does_not_hold_its_next_week_back(week: Digest) -> None:
    reader = reads(week, "saturday")
    passes(SATURDAY_SEVEN, days=1)
    Newsletter.objects.update(weekly_day=(SATURDAY + 4 * DAY).weekday())
    make_approved(make_digest(week.newsletter, day=SATURDAY + 4 * DAY, kind="weekly"))

    Subscription.objects.update(weekdays=BIT["friday"])
    said = told(reader, SATURDAY_SEVEN + DAY)
    passes(SATURDAY_SEVEN + DAY, days=7)

    assert "17 April" in said
    assert [due for _reader, due, _status in rows()] == [SATURDAY_SEVEN, SATURDAY_SEVEN + 6 * DAY]


def test_who_has_had_the_days_digest_and_moves_to_the_evening_is_told_tomorrow() -> None:
    row = make_delivery(status="sent", sent_at=MORNING)
    Subscription.objects.update(hour=20)

    assert "tomorrow at 20:00" in told(row.subscription, MORNING + HOUR)


@pytest.mark.parametrize("changes", [{}, {"status": "skipped", "skip": "rests"}])
def test_a_digest_that_is_still_to_come_is_told(changes: dict[str, Any]) -> None:
    row = make_delivery(**changes)

    assert "today at 07:00" in told(row.subscription, MORNING - HOUR)


def test_a_digest_that_had_nothing_for_the_reader_is_not_awaited() -> None:
    row = make_delivery(status="skipped", skip="nothing")
    Subscription.objects.update(hour=20)

    assert "tomorrow" in told(row.subscription, MORNING + HOUR)


def restore(settings: Settings, *, taken_at: datetime, now: datetime) -> restoring.Report:
    return restoring.restore(Path(settings.JOURNAL_DIR), taken_at=taken_at, now=now)


def test_a_week_that_may_have_gone_out_since_the_backup_is_in_doubt(week: Digest, settings: Settings) -> None:
    reader, later = reads(week, "sunday"), reads(week, "monday")

    restore(settings, taken_at=SATURDAY_SEVEN, now=SATURDAY_SEVEN + DAY + HOUR)

    assert rows() == [(reader.pk, SATURDAY_SEVEN + DAY, "uncertain")]
    Sender.objects.update(paused_at=None, pause_reason="")
    passes(SATURDAY_SEVEN + DAY + HOUR, days=3)
    assert rows()[1:] == [(later.pk, SATURDAY_SEVEN + 2 * DAY, "sent")]


def test_a_week_that_the_backup_does_not_have_goes_out_to_nobody_twice(outbox: Outbox, settings: Settings) -> None:
    newsletter = make_newsletter(weekly_day=SATURDAY.weekday())
    reader = make_subscription(newsletter, rhythm="weekly", weekdays=BIT["sunday"])

    report = restore(settings, taken_at=SATURDAY_SEVEN - 2 * DAY, now=SATURDAY_SEVEN + DAY + HOUR)

    made = Digest.objects.get(newsletter=newsletter, kind="weekly", day=SATURDAY)
    assert made in report.drafts
    assert Delivery.objects.get(digest=made).subscription == reader
    assert Delivery.objects.get(digest=made).status == "uncertain"


def test_a_cancelled_week_may_have_been_taken_up_since_the_backup(week: Digest, settings: Settings) -> None:
    reads(week, "friday")
    planning.plan(now=SATURDAY_SEVEN + 6 * DAY)
    Delivery.objects.update(status="skipped", skip="cancelled")
    Digest.objects.update(status="cancelled")

    restore(settings, taken_at=SATURDAY_SEVEN + 6 * DAY, now=SATURDAY_SEVEN + 6 * DAY + HOUR)

    assert [status for _reader, _due, status in rows()] == ["uncertain"]

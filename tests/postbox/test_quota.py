"""The throttle: what may leave now, and never more, whoever asks and whatever the clock does."""

from datetime import date, datetime, timedelta
from threading import Thread

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from newsletter.postbox import quota
from newsletter.postbox.models import Sender, SenderHour
from newsletter.postbox.quota import Taken, give_back, take
from tests.factories import make_sender
from tests.postbox.makers import NOON

pytestmark = pytest.mark.django_db
MOMENT, SECOND, HOUR, DAY = timedelta(milliseconds=1), timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)


def mails(sender: Sender, wanted: int, *, after: timedelta = timedelta(), for_letters: bool = False) -> int:
    return take(sender, wanted, now=NOON + after, for_letters=for_letters).mails


def taken_over(sender: Sender, *, seconds: int, step: timedelta) -> int:
    moments = range(seconds * SECOND // step)
    return sum(mails(sender, 1000, after=number * step) for number in moments)


def test_a_sender_without_limits_gives_what_is_wanted_by_reading_one_row() -> None:
    sender = make_sender()

    with CaptureQueriesContext(connection) as seen:
        answer = take(sender, 5000, now=NOON)

    assert answer == Taken(5000)
    assert [query["sql"].split()[0] for query in seen.captured_queries] == ["SELECT"]
    assert "FOR " not in seen.captured_queries[0]["sql"]


def test_a_paused_sender_gives_nothing_also_to_those_who_read_it_before() -> None:
    free, limited = make_sender(), make_sender(per_day=100)
    Sender.objects.update(paused_at=NOON, pause_reason="no credit")

    answers = [take(sender, 10, now=NOON, for_letters=bool(n)) for sender in (free, limited) for n in (0, 1)]

    assert answers == [Taken(0)] * 4


def test_what_is_taken_counts_against_the_mails_of_24_hours() -> None:
    sender = make_sender(per_day=10)

    taken = [mails(sender, 8), mails(sender, 8), mails(sender, 8, after=23 * HOUR), mails(sender, 8, after=25 * HOUR)]

    assert taken == [8, 2, 0, 8]


def test_the_oldest_hour_counts_until_the_last_of_its_mails_is_a_day_old() -> None:
    sender = make_sender(per_day=10)
    mails(sender, 10, after=HOUR - SECOND)

    assert mails(sender, 1, after=24 * HOUR) == 0
    assert mails(sender, 1, after=25 * HOUR) == 1


def test_a_used_up_day_names_no_moment_to_come_back() -> None:
    sender = make_sender(per_day=1, per_second=5)

    assert [take(sender, 5, now=NOON) for _ in range(2)] == [Taken(1), Taken(0, None)]


@pytest.mark.parametrize(("per_day", "digests", "letters"), [(1, 1, 0), (19, 19, 0), (20, 19, 1), (1000, 950, 50)])
def test_a_twentieth_of_the_day_is_for_letters_alone(per_day: int, digests: int, letters: int) -> None:
    sender = make_sender(per_day=per_day)

    assert (mails(sender, 2000), mails(sender, 2000, for_letters=True)) == (digests, letters)


def test_letters_may_use_the_whole_day() -> None:
    sender = make_sender(per_day=1000)

    assert (mails(sender, 2000, for_letters=True), mails(sender, 1)) == (1000, 0)


def test_one_seconds_worth_leaves_at_once_and_then_so_many_a_second() -> None:
    sender = make_sender(per_second=50)

    assert taken_over(sender, seconds=4, step=20 * MOMENT) in range(50 * 4 + 40, 50 * 5 + 1)


def test_a_long_rest_saves_up_no_more_than_one_seconds_worth() -> None:
    sender = make_sender(per_second=50)

    assert [mails(sender, 1000), mails(sender, 1000, after=HOUR)] == [50, 50]


def test_a_mail_is_paid_for_with_no_less_than_its_part_of_a_second() -> None:
    sender = make_sender(per_second=3)

    for _mail in range(2):
        mails(sender, 1)

    sender.refresh_from_db()
    assert sender.paced_until is not None
    assert 3 * (sender.paced_until - NOON) >= 2 * SECOND


def test_asked_too_early_it_says_when_to_come_back() -> None:
    sender = make_sender(per_second=50)
    mails(sender, 50)

    early = take(sender, 50, now=NOON)

    assert early == Taken(0, SECOND / 10)
    assert early.wait is not None
    assert mails(sender, 50, after=early.wait - MOMENT) == 0
    assert mails(sender, 50, after=early.wait) == 5


def test_letters_do_not_wait_for_the_pace_but_digests_wait_for_letters() -> None:
    sender = make_sender(per_second=10)
    mails(sender, 10)

    assert mails(sender, 20, for_letters=True) == 20
    assert mails(sender, 1, after=2 * SECOND) == 0
    assert mails(sender, 1, after=2.1 * SECOND) == 1


@pytest.mark.parametrize(
    ("day", "per_day", "expected"),
    [(-3, None, 10), (0, None, 10), (1, None, 15), (4, None, 30), (400, None, 2010), (1, 12, 12), (2, 18, 18)],
)
def test_a_warm_up_allows_more_each_day_until_the_mails_a_day(day: int, per_day: int | None, expected: int) -> None:
    begins = NOON.date() - timedelta(days=day)
    sender = make_sender(warm_up_from=begins, warm_up_first=10, warm_up_more=5, per_day=per_day)

    assert mails(sender, 5000, for_letters=True) == expected


def test_a_day_of_the_warm_up_is_a_date() -> None:
    sender = make_sender(warm_up_from=date(2026, 4, 7), warm_up_first=10, warm_up_more=5)
    midnight = 12 * HOUR

    taken = [mails(sender, 100, after=after) for after in (timedelta(), midnight - SECOND, midnight)]

    assert taken == [10, 0, 15]


def test_during_a_warm_up_the_mails_of_24_hours_count_too() -> None:
    sender = make_sender(warm_up_from=date(2026, 4, 7), warm_up_first=10, warm_up_more=5, per_day=18)

    assert (mails(sender, 100, after=11 * HOUR), mails(sender, 100, after=12 * HOUR)) == (10, 8)


def test_what_did_not_leave_is_given_back_to_the_day_and_to_the_second() -> None:
    sender = make_sender(per_day=15, per_second=10)
    mails(sender, 10)

    give_back(sender, 6, now=NOON)

    assert mails(sender, 10) == 6
    assert mails(sender, 10, after=HOUR) == 5


def test_what_is_given_back_an_hour_later_is_found_in_the_hour_it_was_taken_in() -> None:
    sender = make_sender(per_day=10)
    mails(sender, 8)
    mails(sender, 2, after=HOUR)

    give_back(sender, 5, now=NOON + HOUR)

    assert list(SenderHour.objects.order_by("hour").values_list("mails", flat=True)) == [5, 0]


def test_more_than_was_taken_cannot_be_given_back() -> None:
    sender = make_sender(per_day=10, per_second=10)
    mails(sender, 5)

    give_back(sender, 500, now=NOON)

    assert mails(sender, 500) == 10


@pytest.mark.parametrize("jump", [SECOND, HOUR, 30 * HOUR])
def test_a_clock_that_jumps_back_allows_no_more(jump: timedelta) -> None:
    sender = make_sender(per_day=20, per_second=10, warm_up_from=date(2026, 1, 1), warm_up_first=20, warm_up_more=0)
    mails(sender, 10)

    assert mails(sender, 10, after=-jump) == 0
    assert sum(mails(sender, 10, after=minutes * 60 * SECOND - jump) for minutes in range(1, 100)) == 9


def test_a_clock_that_jumped_back_holds_nothing_up_for_longer_than_a_minute() -> None:
    sender = make_sender(per_second=10)
    mails(sender, 10)

    answer = take(sender, 1, now=NOON - DAY)

    assert answer.wait is not None
    assert answer.wait <= quota.DEBT
    assert mails(sender, 1, after=answer.wait - DAY) == 1


def test_old_hours_are_forgotten_and_those_that_count_are_kept() -> None:
    sender = make_sender(per_day=10)
    for hours in (100, 73, 24, 0):
        mails(sender, 1, after=-hours * HOUR)

    assert quota.forget_hours(NOON) == 2
    assert SenderHour.objects.count() == 2


def test_a_limit_that_an_editor_sets_meanwhile_holds_from_then_on() -> None:
    sender = make_sender()
    Sender.objects.update(per_day=3)

    assert mails(sender, 10) == 3


@pytest.mark.django_db(transaction=True)
def test_three_workers_together_never_take_more() -> None:
    sender = make_sender(per_day=100, per_second=40)
    taken: list[int] = []

    def work() -> None:
        try:
            taken.extend(mails(sender, 7, after=step * SECOND / 10) for step in range(12))
        finally:
            connection.close()

    workers = [Thread(target=work) for _worker in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert len(taken) == 36
    assert 40 <= sum(taken) <= 40 + 44
    assert SenderHour.objects.get().mails == sum(taken)


@pytest.mark.django_db(transaction=True)
def test_three_workers_together_use_the_day_up_and_no_more() -> None:
    sender = make_sender(per_day=100)
    taken: list[int] = []

    def work() -> None:
        try:
            taken.extend(mails(sender, 7) for _turn in range(12))
        finally:
            connection.close()

    workers = [Thread(target=work) for _worker in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert sum(taken) == 95


def test_now_is_read_in_utc() -> None:
    sender = make_sender(per_day=10)
    take(sender, 4, now=datetime.fromisoformat("2026-04-07T21:30+09:30"))

    assert SenderHour.objects.get().hour == NOON

"""What counts as a problem, by plain values."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from newsletter.health import problems
from newsletter.health.problems import Wait

MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
NOON = datetime(2026, 4, 7, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("silence", "expected"), [(timedelta(0), []), (2 * MINUTE, []), (2 * MINUTE + SECOND, ["beat"]), (None, ["beat"])]
)
def test_the_beat_may_be_silent_for_two_minutes(silence: timedelta | None, expected: list[str]) -> None:
    assert [problem.name for problem in problems.silent_beat(silence)] == expected


@pytest.mark.parametrize(("waited", "expected"), [(15 * MINUTE, []), (15 * MINUTE + SECOND, ["due:papers"])])
def test_a_mail_may_be_due_for_a_quarter_of_an_hour(waited: timedelta, expected: list[str]) -> None:
    found = list(problems.long_due([Wait("papers", NOON - waited)], now=NOON))

    assert [problem.name for problem in found] == expected


def test_each_problem_says_what_to_look_at() -> None:
    found = [
        *problems.silent_beat(None),
        *problems.silent_beat(3 * MINUTE),
        *problems.long_due([Wait("papers", NOON - 120 * MINUTE)], now=NOON),
        *problems.paused(["papers"]),
    ]

    assert [problem.text for problem in found] == [
        "no heartbeat yet: neither celery beat nor manage.py tick is running",
        "no heartbeat for 3 minutes: celery beat (or manage.py tick) or the worker of the queue pulse is not running",
        "sender papers: a mail has been due for 120 minutes",
        "sender papers is paused: the admin says why",
    ]


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-04-06T20:59:59Z", False),
        ("2026-04-06T21:00:00Z", True),
        ("2026-04-07T10:59:59Z", True),
        ("2026-04-07T11:00:00Z", False),
    ],
)
def test_a_digest_is_expected_from_an_hour_before_the_readers_morning_until_the_last_hour(
    moment: str, expected: bool
) -> None:
    seoul = ZoneInfo("Asia/Seoul")

    is_expected = problems.is_expected(
        date(2026, 4, 7), hour=7, zone=seoul, last_hour=20, now=datetime.fromisoformat(moment)
    )

    assert is_expected is expected


def test_a_day_begins_before_and_ends_after_it_does_here() -> None:
    assert problems.days_around(NOON) == (date(2026, 4, 6), date(2026, 4, 7), date(2026, 4, 8))

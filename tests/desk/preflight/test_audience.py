"""Readers: how many, where, and when the first and the last of them get it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from newsletter.desk.preflight import audience, queries
from newsletter.desk.preflight.case import Morning, readers_question
from newsletter.desk.preflight.gathering import case_of
from tests.desk.preflight.cases import DAY, NOW, case, kinds, knowing
from tests.factories import make_digest, make_newsletter, make_subscription

QUESTION = readers_question(case())


def words(given: Any) -> list[str]:
    return [line.words for line in audience.lines(given)]


def test_the_first_and_the_last_hour_are_told_where_they_are() -> None:
    assert words(case())[0] == (
        "The first mails leave Tue, 7 Apr, 07:00 (Seoul), the last ones Tue, 7 Apr, 07:00 (UTC)."
    )


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        (-2, -1, "All mails leave at once."),
        (-1, 1, "The first mails leave at once, the last ones Mon, 6 Apr, 21:00 (UTC)."),
    ],
)
def test_hours_that_have_passed_mean_at_once(first: int, last: int, said: str) -> None:
    given = case(first=Morning(NOW + timedelta(hours=first), "UTC"), last=Morning(NOW + timedelta(hours=last), "UTC"))

    assert words(given)[0] == said


def test_readers_are_told_by_language_and_zone() -> None:
    counted = [["en", "Asia/Seoul", 2], ["ko", "Asia/Seoul", 1500], ["en", "Europe/Berlin", 7]]

    said = words(knowing(case(), {QUESTION: counted}))

    assert said[1:] == ["1,509 readers: Korean 1,500, English 9.", "In Seoul 1,502, Berlin 7."]


def test_only_the_largest_zones_are_named() -> None:
    counted = [["en", f"Etc/GMT+{number}", 10 - number] for number in range(1, 11)]

    assert "and 2 more zones." in words(knowing(case(), {QUESTION: counted}))[2]


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ({"has_readers": False}, [("warning", "none")]),
        ({"first": None, "last": None}, [("warning", "late"), ("warning", "unknown")]),
    ],
)
def test_nobody_to_read_it_is_warned_of(state: dict[str, Any], said: list[tuple[str, str]]) -> None:
    assert kinds(audience.lines, case(**state)) == said


@pytest.mark.django_db
def test_those_who_are_due_on_the_day_are_counted_and_no_others() -> None:
    newsletter = make_newsletter()
    digest = make_digest(newsletter)  # of a Tuesday
    for state in (
        {"locale": "ko"},
        {"weekdays": 0b10},
        {"weekdays": 0b1},
        {"rhythm": "weekly", "weekdays": 0b10},
        {"paused_until": DAY},
        {"paused_until": DAY + timedelta(days=1)},
        {"status": "pending", "confirmed_at": None},
    ):
        make_subscription(newsletter, **state)
    make_subscription()

    assert queries.readers_of(digest) == [("en", "UTC", 2), ("ko", "UTC", 1)]


@pytest.mark.django_db
def test_a_special_issue_is_due_to_readers_of_both_rhythms() -> None:
    digest = make_digest(kind="special", slug="kites")
    make_subscription(digest.newsletter, weekdays=0b1)
    make_subscription(digest.newsletter, rhythm="weekly", weekdays=0b10)

    assert queries.readers_of(digest) == [("en", "UTC", 2)]


@pytest.mark.django_db
def test_the_hours_are_those_of_the_newsletters_readers() -> None:
    digest = make_digest()
    make_subscription(digest.newsletter, time_zone="Asia/Seoul", hour=7)
    make_subscription(digest.newsletter, time_zone="America/New_York", hour=21)

    given = case_of(digest, now=datetime(2026, 4, 6, 12, tzinfo=UTC))

    assert given.first == Morning(datetime(2026, 4, 6, 22, tzinfo=UTC), "Asia/Seoul")
    assert given.last == Morning(datetime(2026, 4, 8, 1, tzinfo=UTC), "America/New_York")

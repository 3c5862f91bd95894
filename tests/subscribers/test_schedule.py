"""The reader's hours, through zones, clock changes and the date line."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.subscribers.schedule import closing, due, morning, next_morning, reads_on

ZONES = ["UTC", "Asia/Seoul", "America/New_York", "Asia/Kathmandu", "Pacific/Kiritimati", "Pacific/Chatham"]
zones = st.sampled_from(ZONES).map(ZoneInfo)
DAY = date(2026, 4, 7)


@pytest.mark.parametrize(
    ("zone", "hour", "expected"),
    [
        ("Asia/Seoul", 7, "2026-04-06T22:00"),
        ("Europe/Berlin", 7, "2026-04-07T05:00"),
        ("Asia/Kathmandu", 7, "2026-04-07T01:15"),
        ("Pacific/Chatham", 7, "2026-04-06T18:15"),
        ("Pacific/Kiritimati", 0, "2026-04-06T10:00"),
        ("Pacific/Pago_Pago", 23, "2026-04-08T10:00"),
    ],
)
def test_a_morning_comes_by_the_readers_own_clock(zone: str, hour: int, expected: str) -> None:
    assert morning(DAY, hour=hour, zone=ZoneInfo(zone)) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


def test_an_hour_that_does_not_exist_comes_an_hour_later() -> None:
    spring_forward = date(2026, 3, 29)

    moment = morning(spring_forward, hour=2, zone=ZoneInfo("Europe/Berlin"))

    assert moment.astimezone(ZoneInfo("Europe/Berlin")).hour == 3


def test_an_hour_that_exists_twice_comes_the_first_time() -> None:
    fall_back = date(2026, 10, 25)

    moment = morning(fall_back, hour=2, zone=ZoneInfo("Europe/Berlin"))

    assert moment == datetime(2026, 10, 25, 0, tzinfo=UTC)


@given(
    zone=zones,
    hour=st.integers(0, 23),
    weekdays=st.integers(1, 127),
    after=st.datetimes(timezones=st.just(UTC)).filter(lambda moment: 1990 < moment.year < 2090),
)
def test_the_next_morning_is_on_a_chosen_weekday_within_eight_days(
    zone: ZoneInfo, hour: int, weekdays: int, after: datetime
) -> None:
    moment = next_morning(hour=hour, zone=zone, weekdays=weekdays, after=after)

    assert after < moment <= after + timedelta(days=8)
    assert reads_on(moment.astimezone(zone).date(), weekdays)


@pytest.mark.parametrize(
    ("now", "waits", "expected"),
    [
        ("2026-04-06T12:00", False, "2026-04-07T07:00"),  # before the morning: in the morning
        ("2026-04-07T09:00", False, "2026-04-07T07:00"),  # after it: the moment has passed, so at once
        ("2026-04-07T20:00", False, "2026-04-07T07:00"),  # until the newsletter's last hour
        ("2026-04-07T20:01", False, None),  # then it is too late
        ("2026-04-07T20:01", True, "2026-04-08T07:00"),  # or waits for the next morning
        ("2026-04-08T20:01", True, None),  # but not for a third
    ],
)
def test_a_late_digest_goes_out_until_the_last_hour(now: str, waits: bool, expected: str | None) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)

    found = due(DAY, hour=7, zone=ZoneInfo("UTC"), last_hour=20, waits=waits, now=moment)

    assert found == (expected and datetime.fromisoformat(expected).replace(tzinfo=UTC))


def test_a_reader_of_the_evening_has_a_chance_after_the_last_hour() -> None:
    ends = closing(DAY, hour=22, zone=ZoneInfo("UTC"), last_hour=20)

    assert ends == datetime(2026, 4, 8, 0, tzinfo=UTC)

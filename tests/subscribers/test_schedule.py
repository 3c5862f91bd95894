"""The reader's hours, through zones, clock changes and the date line."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.subscribers.schedule import closing, day_after, due, morning, next_morning, reading_day, reads_on

ZONES = [
    "UTC",
    "Asia/Seoul",
    "America/New_York",
    "America/St_Johns",
    "Asia/Kathmandu",
    "Australia/Eucla",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Pacific/Apia",
    "Pacific/Chatham",
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
]
zones = st.sampled_from(ZONES).map(ZoneInfo)
DAY = date(2026, 4, 7)


@pytest.mark.parametrize(
    ("zone", "hour", "expected"),
    [
        ("Asia/Seoul", 7, "2026-04-06T22:00"),
        ("Europe/Berlin", 7, "2026-04-07T05:00"),
        ("Asia/Kathmandu", 7, "2026-04-07T01:15"),
        ("Australia/Eucla", 7, "2026-04-06T22:15"),
        ("America/St_Johns", 7, "2026-04-07T09:30"),
        ("Pacific/Chatham", 7, "2026-04-06T18:15"),
        ("Pacific/Kiritimati", 0, "2026-04-06T10:00"),
        ("Pacific/Pago_Pago", 23, "2026-04-08T10:00"),
    ],
)
def test_a_morning_comes_by_the_readers_own_clock(zone: str, hour: int, expected: str) -> None:
    assert morning(DAY, hour=hour, zone=ZoneInfo(zone)) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "day", "hour", "expected"),
    [
        ("Europe/Berlin", "2026-03-29", 2, "2026-03-29T01:00"),  # 02:00 is 03:00
        ("America/New_York", "2026-03-08", 2, "2026-03-08T07:00"),
        ("Pacific/Chatham", "2026-09-27", 3, "2026-09-26T14:15"),  # from 02:45 to 03:45: 03:00 is 04:00
        ("Australia/Lord_Howe", "2026-10-04", 2, "2026-10-03T15:30"),  # by half an hour: 02:00 is 02:30
        ("Africa/Casablanca", "2026-03-22", 2, "2026-03-22T02:00"),  # after Ramadan: 02:00 is 03:00
        ("Pacific/Apia", "2011-12-30", 7, "2011-12-30T17:00"),  # a day that Samoa left out: the next one's seven
    ],
)
def test_an_hour_that_does_not_exist_comes_as_long_after_midnight(
    zone: str, day: str, hour: int, expected: str
) -> None:
    moment = morning(date.fromisoformat(day), hour=hour, zone=ZoneInfo(zone))

    assert moment == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "day", "hour", "expected"),
    [
        ("Europe/Berlin", "2026-10-25", 2, "2026-10-25T00:00"),
        ("America/New_York", "2026-11-01", 1, "2026-11-01T05:00"),
        ("Pacific/Chatham", "2026-04-05", 3, "2026-04-04T13:15"),  # from 03:45 back to 02:45
        ("Africa/Casablanca", "2026-02-15", 2, "2026-02-15T01:00"),  # before Ramadan
    ],
)
def test_an_hour_that_exists_twice_comes_the_first_time(zone: str, day: str, hour: int, expected: str) -> None:
    moment = morning(date.fromisoformat(day), hour=hour, zone=ZoneInfo(zone))

    assert moment == datetime.fromisoformat(expected).replace(tzinfo=UTC)


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


@given(
    zone=zones,
    hour=st.integers(0, 23),
    weekdays=st.integers(1, 127),
    after=st.datetimes(timezones=st.just(UTC)).filter(lambda moment: 1990 < moment.year < 2090),
    days=st.integers(-30, 400),
)
def test_the_next_morning_of_a_pause_is_the_first_chosen_one_from_its_day_on(
    zone: ZoneInfo, hour: int, weekdays: int, after: datetime, days: int
) -> None:
    until = after.astimezone(zone).date() + timedelta(days=days)

    moment = next_morning(hour=hour, zone=zone, weekdays=weekdays, after=after, not_before=until)

    day = moment.astimezone(zone).date()
    assert moment > after
    assert until <= day <= max(until, after.astimezone(zone).date()) + timedelta(days=8)
    assert reads_on(day, weekdays)


@given(
    day=st.dates(date(2020, 1, 1), date(2037, 12, 1)),
    kind=st.sampled_from(["daily", "weekly", "special"]),
    rhythm=st.sampled_from(["daily", "weekly"]),
    weekdays=st.integers(1, 127),
    paused=st.none() | st.integers(-10, 10),
)
def test_a_reader_gets_the_digest_of_the_own_rhythm_on_a_chosen_day_after_a_pause(
    day: date, kind: str, rhythm: str, weekdays: int, paused: int | None
) -> None:
    until = None if paused is None else day + timedelta(days=paused)

    found = reading_day(day, kind=kind, rhythm=rhythm, weekdays=weekdays, paused_until=until)

    ahead = range(1 if kind == "daily" else 7)
    chosen = [one for days in ahead if reads_on(one := day + timedelta(days=days), weekdays)]
    comes = kind in (rhythm, "special") and chosen and not (until and chosen[0] < until)
    assert found == (chosen[0] if comes else None)


@given(day=st.dates(date(2020, 1, 1), date(2037, 12, 1)), weekday=st.integers(0, 6))
def test_each_weekly_reader_gets_the_digest_of_each_week_once(day: date, weekday: int) -> None:
    days = [
        reading_day(day + timedelta(weeks=week), kind="weekly", rhythm="weekly", weekdays=1 << weekday)
        for week in range(3)
    ]

    assert [one.weekday() for one in days if one] == [weekday] * 3
    assert [days[week + 1] == (days[week] or day) + timedelta(weeks=1) for week in range(2)] == [True, True]


@given(
    day=st.dates(date(2020, 1, 1), date(2037, 12, 1)),
    weekday=st.integers(0, 6),
    hour=st.integers(0, 23),
    hours_later=st.integers(0, 7 * 24 - 1),
)
def test_who_has_had_the_week_is_told_the_morning_of_the_next_whatever_day_they_move_to(
    day: date, weekday: int, hour: int, hours_later: int
) -> None:
    now = datetime.combine(day, datetime.min.time(), UTC) + timedelta(hours=hours_later)
    weekdays = 1 << weekday
    first = day_after(day, kind="weekly", weekly_day=day.weekday())

    told = next_morning(hour=hour, zone=ZoneInfo("UTC"), weekdays=weekdays, after=now, not_before=first)

    assert told.date() == reading_day(day + timedelta(weeks=1), kind="weekly", rhythm="weekly", weekdays=weekdays)


@pytest.mark.parametrize(
    ("kind", "weekly_day", "expected"),
    [
        ("daily", None, "2026-04-08"),
        ("weekly", None, "2026-04-14"),
        ("weekly", 1, "2026-04-14"),  # DAY is a Tuesday
        ("weekly", 3, "2026-04-09"),  # the newsletter has moved its day since
        ("weekly", 0, "2026-04-13"),
    ],
)
def test_after_a_digest_the_next_one_comes_on_the_newsletters_next_day(
    kind: str, weekly_day: int | None, expected: str
) -> None:
    assert day_after(DAY, kind=kind, weekly_day=weekly_day) == date.fromisoformat(expected)


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


digests = st.dates(date(2020, 1, 1), date(2037, 12, 1))
hours = st.integers(0, 23)
last_hours = st.integers(0, 24)
looks = st.lists(st.integers(-3000, 6000))  # minutes from the first morning


@given(day=digests, hour=hours, zone=zones)
def test_a_morning_is_on_the_readers_own_day_and_not_before_the_hour(day: date, hour: int, zone: ZoneInfo) -> None:
    there = morning(day, hour=hour, zone=zone).astimezone(zone)

    assert there.date() == day
    assert timedelta(hours=hour) <= timedelta(hours=there.hour, minutes=there.minute) <= timedelta(hours=hour + 1)


@given(day=digests, hour=st.integers(0, 22), zone=zones)
def test_who_reads_later_in_the_day_never_gets_the_digest_earlier(day: date, hour: int, zone: ZoneInfo) -> None:
    assert morning(day, hour=hour, zone=zone) <= morning(day, hour=hour + 1, zone=zone)


@given(day=digests, hour=hours, zone=zones)
def test_each_day_brings_a_later_morning(day: date, hour: int, zone: ZoneInfo) -> None:
    between = morning(day + timedelta(days=1), hour=hour, zone=zone) - morning(day, hour=hour, zone=zone)

    assert timedelta(hours=22) <= between <= timedelta(hours=26)


@given(
    day=digests,
    hour=hours,
    zone=zones,
    last_hour=last_hours,
    waits=st.booleans(),
    minutes=st.lists(st.integers(-3000, 6000)),
)
def test_a_digest_is_due_on_its_day_then_the_next_and_then_never(
    day: date, hour: int, zone: ZoneInfo, *, last_hour: int, waits: bool, minutes: list[int]
) -> None:
    first = morning(day, hour=hour, zone=zone)

    found = [
        due(day, hour=hour, zone=zone, last_hour=last_hour, waits=waits, now=first + timedelta(minutes=minute))
        for minute in sorted(minutes)
    ]

    mornings = [first, morning(day + timedelta(days=1), hour=hour, zone=zone)] if waits else [first]
    order: list[datetime | None] = [*mornings, None]
    places = [order.index(moment) for moment in found]
    assert places == sorted(places)


@given(day=digests, hour=hours, zone=zones, last_hour=last_hours)
def test_every_reader_has_two_hours_at_least_to_get_a_digest(
    day: date, hour: int, zone: ZoneInfo, last_hour: int
) -> None:
    closes = closing(day, hour=hour, zone=zone, last_hour=last_hour)

    assert closes >= morning(day, hour=hour, zone=zone) + timedelta(hours=2)

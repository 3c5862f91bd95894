"""The reader's hours: when a digest is due by the reader's own clock. Pure; moments are aware and in UTC."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
DAYS_OF_A_WEEK = 7
DAILY, WEEKLY = "daily", "weekly"  # kinds of digests, and the rhythms of their readers
SPECIAL = "special"  # a kind of digest that readers of both rhythms get
GRACE = timedelta(hours=2)  # for readers whose hour is later than the newsletter's last hour


def reads_on(day: date, weekdays: int) -> bool:
    """Whether the weekday of `day` is among the chosen ones (bits: Monday is 1, Sunday 64)."""
    return bool(weekdays & weekday_bit(day))


def weekday_bit(day: date) -> int:
    return 1 << day.weekday()


def morning(day: date, *, hour: int, zone: ZoneInfo) -> datetime:
    """The moment of `hour` o'clock of `day` in `zone`.

    An hour that exists twice (clocks go back) is the first of the two; one that does not exist (clocks go
    forward) is as long after midnight as it would have been, so 02:00 becomes 03:00.
    """
    return datetime.combine(day, time(hour), zone).astimezone(UTC)


def reading_day(day: date, *, kind: str, rhythm: str, weekdays: int, paused_until: date | None = None) -> date | None:
    """The day on which a reader gets the digest of `day`; None where it is not for this reader.

    A daily digest comes on its own day, a weekly one or a special issue on the first chosen weekday from its day on. A
    day before `paused_until` is as one that was not chosen: nothing is carried over to another day.
    """
    if kind not in (rhythm, SPECIAL):
        return None
    days = reading_days(day, kind=kind)
    found = next((one for one in days if reads_on(one, weekdays)), None)
    return None if found is None or (paused_until and found < paused_until) else found


def reading_days(day: date, *, kind: str) -> tuple[date, ...]:
    """The days on which one reader or another gets the digest of `day`."""
    return tuple(day + ahead * DAY for ahead in range(DAYS_OF_A_WEEK if kind in (WEEKLY, SPECIAL) else 1))


def next_morning(
    *, hour: int, zone: ZoneInfo, weekdays: int, after: datetime, not_before: date | None = None
) -> datetime:
    """The first morning of a chosen weekday that is later than `after`, and not on a day before `not_before`.

    `weekdays` must name one at least.
    """
    today = after.astimezone(zone).date()
    first = max(today, not_before or today)
    for ahead in range(9):
        moment = morning(first + ahead * DAY, hour=hour, zone=zone)
        if moment > after and reads_on(first + ahead * DAY, weekdays):
            return moment
    raise ValueError(f"no weekday in {weekdays}")


def day_after(last: date, *, kind: str, weekly_day: int | None) -> date:
    """The first day on which a reader who has had the digest of `last` may get another."""
    days = DAYS_OF_A_WEEK if kind == WEEKLY else 1
    if kind == WEEKLY and weekly_day is not None:
        days = (weekly_day - last.weekday() - 1) % DAYS_OF_A_WEEK + 1
    return last + days * DAY


def closing(day: date, *, hour: int, zone: ZoneInfo, last_hour: int) -> datetime:
    """Until when a digest of `day` may still go out to a reader of `hour`: the newsletter's last hour there.

    `last_hour` is 0 to 24; a reader whose own hour comes later has GRACE from that hour on.
    """
    midnight = datetime.combine(day, time(0), zone)
    ends = (midnight + DAY if last_hour == 24 else midnight.replace(hour=last_hour)).astimezone(UTC)
    return max(ends, morning(day, hour=hour, zone=zone) + GRACE)


def due(day: date, *, hour: int, zone: ZoneInfo, last_hour: int, waits: bool, now: datetime) -> datetime | None:
    """When a digest of `day` is due for a reader, as seen at `now`; None when it is too late for it.

    A moment that has passed means at once. After the day's closing a digest that `waits` is due on the next
    morning; the caller says that it does not wait when that day has an approved digest of its own.
    """
    for morning_of in (day, day + DAY) if waits else (day,):
        if now <= closing(morning_of, hour=hour, zone=zone, last_hour=last_hour):
            return morning(morning_of, hour=hour, zone=zone)
    return None

"""The days that a digest can have, and how it is called by them in addresses. Pure."""

from datetime import date, timedelta

# Outside of these a date is a slip of the pen, and a reader's morning before or after it may be no date at all.
FIRST, LAST = date(2000, 1, 1), date(2100, 12, 31)
DAILY, WEEKLY = "daily", "weekly"  # kinds of digests
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)


def day_problem(day: date) -> str:
    """What is wrong with a digest's day, in words; nothing if it can have one."""
    return "" if FIRST <= day <= LAST else f"the day {day} is not between {FIRST} and {LAST}"


def week_before(day: date) -> tuple[date, date]:
    """The first and the last day that the weekly digest of `day` tells of: the seven days before it."""
    return day - WEEK, day - DAY


def name(day: date, kind: str) -> str:
    """2026-04-07 is the daily digest, 2026-04-11-weekly the weekly one. Stands in addresses for ever."""
    return day.isoformat() if kind == DAILY else f"{day.isoformat()}-{kind}"


def named(text: str) -> tuple[date, str] | None:
    """The day and kind that `name` made this of; none for any other spelling, so that a page has one address."""
    kind = WEEKLY if text.endswith(f"-{WEEKLY}") else DAILY
    try:
        day = date.fromisoformat(text.removesuffix(f"-{WEEKLY}"))
    except ValueError:
        return None
    return (day, kind) if name(day, kind) == text else None

"""The days that a digest can have. Pure."""

from datetime import date

# Outside of these a date is a slip of the pen, and a reader's morning before or after it may be no date at all.
FIRST, LAST = date(2000, 1, 1), date(2100, 12, 31)


def day_problem(day: date) -> str:
    """What is wrong with a digest's day, in words; nothing if it can have one."""
    return "" if FIRST <= day <= LAST else f"the day {day} is not between {FIRST} and {LAST}"

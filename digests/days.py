"""The days that a digest can have, and how it is called by them in addresses. Pure."""

import re
from datetime import date, timedelta
from typing import NamedTuple

# Outside of these a date is a slip of the pen, and a reader's morning before or after it may be no date at all.
FIRST, LAST = date(2000, 1, 1), date(2100, 12, 31)
DAILY, WEEKLY, SPECIAL = "daily", "weekly", "special"  # kinds of digests
KINDS = (DAILY, WEEKLY, SPECIAL)  # words that no special issue is called by: addresses would be those of others
SLUG = re.compile(r"[-a-zA-Z0-9_]{1,50}\Z")
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
ISO = len("2026-04-07")


class Named(NamedTuple):
    """Which digest of a newsletter it is; `slug` is empty but for special issues."""

    day: date
    kind: str
    slug: str


def day_problem(day: date) -> str:
    """What is wrong with a digest's day, in words; nothing if it can have one."""
    return "" if FIRST <= day <= LAST else f"the day {day} is not between {FIRST} and {LAST}"


def week_before(day: date) -> tuple[date, date]:
    """The first and the last day that the weekly digest of `day` tells of: the seven days before it."""
    return day - WEEK, day - DAY


def name(day: date, kind: str, slug: str = "") -> str:
    """2026-04-07 is the daily digest, 2026-04-11-weekly the weekly one, 2026-12-24-best-of-2026 a special issue.

    Stands in addresses for ever.
    """
    return "-".join([day.isoformat(), *([] if kind == DAILY else [slug if kind == SPECIAL else kind])])


def named(text: str) -> Named | None:
    """What `name` made this of; none for any other spelling, so that a page has one address."""
    more = text[ISO:]
    try:
        day = date.fromisoformat(text[:ISO])
    except ValueError:
        return None
    if more in ("", f"-{WEEKLY}"):
        found = Named(day, WEEKLY if more else DAILY, "")
    elif more[0] == "-" and SLUG.match(more[1:]) and more[1:] not in KINDS:
        found = Named(day, SPECIAL, more[1:])
    else:
        return None
    return found if name(*found) == text else None

"""Counting: how many active readers a newsletter has by language, zone and so on, kept for the desk as of a moment.

With a million readers this takes some seconds, which nobody should wait for before a page.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime

from digests.models import Newsletter
from newsletter.subscribers import queries, segments
from newsletter.subscribers.models import Readership

# What is counted. The first of them are columns; of a reader with two topics both count, with none "".
COLUMNS = ("locale", "time_zone", "hour", "rhythm", "detail")
TOPIC = "topic"
FEW = 10_000


def count(*, now: datetime) -> int:
    """Every newsletter's readers are counted; how many newsletters."""
    return len([count_one(newsletter, now=now) for newsletter in queries.newsletters()])


def count_one(newsletter: Newsletter, *, now: datetime) -> Readership:
    """The newsletter's readers are counted, and what was counted before is gone."""
    counts = by_column(segments.combinations(newsletter, COLUMNS))
    counts[TOPIC] = segments.followers(newsletter) | {"": segments.readers_of_all_topics(newsletter)}
    row, _new = Readership.objects.update_or_create(newsletter=newsletter, defaults={"at": now, "counts": counts})
    return row


def of(newsletter: Newsletter, *, now: datetime) -> Readership | None:
    """What was counted last. A newsletter that never was is counted now, if that takes but a moment."""
    counted = segments.readership(newsletter)
    if counted is None and segments.has_at_most(newsletter, FEW):
        return count_one(newsletter, now=now)
    return counted


def by_column(combinations: Iterable[tuple[tuple[object, ...], int]]) -> dict[str, Mapping[str, int]]:
    """How many readers have which value, by column."""
    counted: dict[str, Counter[str]] = {name: Counter() for name in COLUMNS}
    for values, readers in combinations:
        for name, value in zip(COLUMNS, values, strict=True):
            counted[name][str(value)] += readers
    return {name: dict(counts) for name, counts in counted.items()}

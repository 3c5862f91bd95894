"""Carrying: papers that came too late for their day's digest stand in the next draft. Runs as often as you like."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Max

from digests import composing, queries
from digests.days import DAY
from digests.models import Digest, Entry

logger = logging.getLogger(__name__)

FARTHEST = timedelta(days=14)  # holidays are shorter; what is older is no news


def carry_all(*, now: datetime) -> None:
    """Every draft that is still to come, or whose day has just been, has the late papers of the days before it."""
    for newsletter in queries.newsletters():
        try:
            today = now.astimezone(ZoneInfo(newsletter.time_zone)).date()
            for digest in queries.daily_drafts(newsletter, first=today - DAY):
                carry_over(digest)
        except (LookupError, ValueError, OSError):  # a zone that this machine does not know must not stop the others
            logger.exception("nothing is carried over for %s", newsletter.slug)


@transaction.atomic
def carry_over(digest: Digest) -> int:
    """A daily draft has the late papers of the digests before it, and all of those of days off. How many are new.

    Late is what came into a digest after it was approved. What an editor has left out stays there, what another digest
    has told is old, and what a later day has already, in or out, is there for its editor: nothing is carried twice.
    """
    digest = Digest.objects.select_for_update(no_key=True).get(pk=digest.pk)
    if digest.kind != Digest.Kind.DAILY or digest.status != Digest.Status.DRAFT or queries.is_day_off(digest):
        return 0
    waiting = _waiting(digest)
    known = queries.told_elsewhere(digest, waiting).keys() | queries.in_daily_digests(digest, since=digest.day)
    late = {paper: entry for paper, entry in waiting.items() if paper not in known}
    if not late:
        return 0
    last = digest.entries.aggregate(last=Max("position"))["last"] or 0
    Entry.objects.bulk_create(
        Entry(
            digest=digest,
            paper_id=entry.paper_id,
            position=last + place,
            votes=entry.votes,
            votes_at=entry.votes_at,
            carried_from=entry.carried_from or entry.digest.day,
        )
        for place, entry in enumerate(late.values(), 1)
    )
    return len(late)


def _waiting(digest: Digest) -> dict[int, Entry]:
    """The entries that wait for this digest, by paper: of the days before it back to the draft before, the last first.

    A paper that a later day has had is not waiting: that day's editor has decided about it.
    """
    found: dict[int, Entry] = {}
    decided = set[int]()
    for earlier in queries.daily_before(digest, first=digest.day - FARTHEST):
        is_off = earlier.status == Digest.Status.DRAFT
        if is_off and not queries.is_day_off(earlier):
            break  # what is late before it waits for that one
        entries = list(earlier.entries.all())
        if earlier.status in queries.PUBLIC or is_off:
            told = set() if is_off else queries.papers_printed(earlier)
            found |= {entry.paper_id: entry for entry in _late(entries, told) if entry.paper_id not in decided}
        decided |= {entry.paper_id for entry in entries}
    return found


def _late(entries: Iterable[Entry], told: set[int]) -> list[Entry]:
    late = [entry for entry in entries if entry.included and entry.paper_id not in told]
    return composing.in_order(late, ordering=Digest.Ordering.VOTES)

"""Composing: the order of a digest's entries, and which of them stand in it."""

import logging
from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F

from digests import queries
from digests.days import DAY, week_before
from digests.models import Digest, Entry, Newsletter, Paper

logger = logging.getLogger(__name__)

COMPOSED_FROM = time(12)  # of the day before, by the editors' clock: that day's digest is approved, or soon will be


def in_order(entries: Iterable[Entry], *, ordering: str) -> list[Entry]:
    """By votes, the unknown last and ties as listed; or as the editor ordered them. Pinned ones are first."""
    ordered = sorted(entries, key=lambda entry: (entry.position, entry.pk))
    if ordering != Digest.Ordering.EDITOR:
        ordered.sort(key=_votes, reverse=True)
    return sorted(ordered, key=lambda entry: not entry.pinned)


def is_in(entry: Entry, told: Container[int]) -> bool:
    """Whether the paper goes out with the digest. `told` are the papers that other digests have told."""
    return entry.included and (entry.again or entry.paper_id not in told)


@transaction.atomic
def reorder(digest: Digest, places: Mapping[int, int]) -> None:
    """From now on the digest is ordered by the editor: entries stand by `places` (entry id to place).

    Where two want one place, the one that moved there stands there: up before what was there, down behind it.
    """
    entries = in_order(digest.entries.all(), ordering=digest.ordering)
    ranks = {entry.pk: rank for rank, entry in enumerate(entries, 1)}

    def wanted(entry: Entry) -> tuple[int, int, int]:
        rank = ranks[entry.pk]
        place = places.get(entry.pk, rank)
        return place, (place > rank) - (place < rank), rank

    entries.sort(key=wanted)
    for position, entry in enumerate(entries, 1):
        entry.position = position
    Entry.objects.bulk_update(entries, ["position"])
    Digest.objects.filter(pk=digest.pk).update(ordering=Digest.Ordering.EDITOR)
    digest.ordering = Digest.Ordering.EDITOR


def arrange(digest: Digest, *, places: Mapping[int, int], marked: Collection[Entry]) -> None:
    """The entries stand by `places`, where there are some, and the marked ones are in, out, pinned or wanted again.

    Belongs into a transaction, as part of what an editor changes at once.
    """
    if places:
        reorder(digest, places)  # by the ranks that the editor has seen, before pins change them
    Entry.objects.bulk_update(marked, ["included", "again", "pinned"])


@transaction.atomic
def add(digest: Digest, papers: Sequence[Paper]) -> None:
    """The digest has these papers too, behind the others, with the most votes that a day has counted."""
    there = {entry.paper_id: entry.position for entry in digest.entries.all()}
    counted = {entry.paper_id: entry for entry in best(queries.daily_entries_of(digest.newsletter, papers))}
    new = [paper for paper in papers if paper.pk not in there]
    Entry.objects.bulk_create(
        Entry(
            digest=digest,
            paper=paper,
            position=place,
            votes=counted[paper.pk].votes if paper.pk in counted else None,
            votes_at=counted[paper.pk].votes_at if paper.pk in counted else None,
        )
        for place, paper in enumerate(new, max(there.values(), default=0) + 1)
    )


def weekly_day(newsletter: Newsletter, *, now: datetime) -> date | None:
    """The day of the weekly digest that is being made now: from noon of the day before until its own day ends."""
    today = now.astimezone(ZoneInfo(newsletter.time_zone)).date()
    near = (day for day in (today, today + DAY) if day.weekday() == newsletter.weekly_day)
    return next((day for day in near if now >= composed_from(newsletter, day)), None)


def composed_from(newsletter: Newsletter, day: date) -> datetime:
    """From when on there is a weekly draft of `day`, if there is a paper for it."""
    return datetime.combine(day - DAY, COMPOSED_FROM, ZoneInfo(newsletter.time_zone))


def compose_weeks(*, now: datetime) -> None:
    """Each newsletter that has a weekly digest has the draft of the one whose day is near."""
    for newsletter in queries.newsletters_with_a_weekly():
        try:
            if day := weekly_day(newsletter, now=now):
                compose_week(newsletter, day)
        except (LookupError, ValueError, OSError):  # a zone that this machine does not know must not stop the others
            logger.exception("the week of %s could not be composed", newsletter.slug)


@transaction.atomic
def compose_week(newsletter: Newsletter, day: date) -> Digest | None:
    """The weekly draft of `day` has the papers of the seven days before it, those with the most votes, each once.

    May run any number of times while those days are being approved: entries come and go. What an editor has left out
    stays out, and what none of those days has stays in; a digest that an editor has ordered, or that is no draft, stays
    as it is. None while there is no paper.
    """
    queries.hold(newsletter)  # two runs at once make one draft
    digest = queries.weekly_digest(newsletter, day)
    if digest and (digest.status != Digest.Status.DRAFT or digest.ordering == Digest.Ordering.EDITOR):
        return digest
    told = best(queries.entries_between(newsletter, *week_before(day)))
    there = {entry.paper_id: entry for entry in digest.entries.all()} if digest else {}
    out = {paper for paper, entry in there.items() if not entry.included}
    wanted = [entry for entry in told if entry.paper_id not in out][: newsletter.weekly_papers]
    if not wanted:
        return digest
    if digest is None:
        digest = Digest.objects.create(newsletter=newsletter, day=day, kind=Digest.Kind.WEEKLY)
    gone = queries.papers_between(newsletter, *week_before(day)) - {entry.paper_id for entry in wanted}
    if digest.entries.filter(included=True, paper__in=gone).delete()[0]:
        Digest.objects.filter(pk=digest.pk).update(version=F("version") + 1)  # a page that still shows them is old
    Entry.objects.bulk_create(
        Entry(digest=digest, paper_id=entry.paper_id, position=place, votes=entry.votes, votes_at=entry.votes_at)
        for place, entry in enumerate(wanted, 1)
        if entry.paper_id not in there
    )
    return digest


def best(entries: Iterable[Entry]) -> list[Entry]:
    """One entry for each paper, the one with its most votes; those with the most stand first, the unknown last."""
    ranked = sorted(entries, key=_votes, reverse=True)
    found: dict[int, Entry] = {}
    for entry in ranked:
        found.setdefault(entry.paper_id, entry)
    return list(found.values())


def _votes(entry: Entry) -> int:
    return -1 if entry.votes is None else entry.votes

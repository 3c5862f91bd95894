"""Importing: a Listing becomes a digest's entries, its papers and their summaries. Runs as often as you like."""

import logging
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from digests import checking, images, listed
from digests.carrying import carry_over
from digests.meeting import Meeting
from digests.models import Digest, DigestText, Newsletter, Paper, Source, Topic
from digests.queries import entries_touched, papers_by_key, summaries_in, told_elsewhere, topics_of
from digests.sources import KINDS
from digests.sources.http import SourceUnreachable
from digests.sources.listing import BrokenSource, Listing, Note
from digests.topics import fits

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, in papers of the listing; a note's line is 0 where it is about no line."""

    day: date
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    notes: tuple[Note, ...] = field(default=())


@transaction.atomic
def import_listing(
    listing: Listing, newsletter: Newsletter, *, votes_at: datetime | None = None, base: Path | None = None
) -> ImportReport:
    """The newsletter's digest of that day holds every paper of the listing; all of it, or nothing on an error.

    Nothing that an editor did is undone: order, left-out entries, edited or checked summaries. What a source
    says otherwise than what stands is kept with the entry for the export, and named in a note where it is text.
    `votes_at` is when the votes were counted; `base` is the folder that relative images are looked for in.
    """
    if not listing.papers:
        return ImportReport(listing.day, notes=(*listing.notes, Note(0, "no papers, so nothing was stored")))
    digest = _digest(newsletter, listing.day)
    papers, created = _papers(listing)
    meeting = Meeting(
        listing=listing,
        digest=digest,
        votes_at=votes_at,
        papers=papers,
        entries=entries_touched(digest, papers.values()),
        summaries=summaries_in(papers.values(), listing.locale),
        told=told_elsewhere(digest, [paper.pk for paper in papers.values()]),
    )
    meeting.hold()
    meeting.changes.store()
    notes = [*listing.notes, *meeting.notes, *_note_of_editor(listing, digest)]
    _add_topics(meeting, created)
    checking.check(meeting.changes.retold_papers())
    if base is not None:
        _take_images(papers, base)
    if carried := carry_over(digest):
        notes.append(Note(0, f"{carried} late papers of the days before were carried over"))
    if meeting.new + meeting.changed:
        notes += _note_of_approval(digest)
    return ImportReport(
        day=listing.day,
        new=meeting.new,
        changed=meeting.changed,
        unchanged=len(listing.papers) - meeting.new - meeting.changed,
        notes=tuple(notes),
    )


def import_source(source: Source, *, now: datetime) -> ImportReport | None:
    """Today's papers (by the UTC day) from a live source; none when it gives none, and Source.last_error says why."""
    kind = KINDS[source.kind]
    hour = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    try:
        listing = kind.fetch(getattr(settings, kind.setting), hour.date(), agent=agent())
        report = import_listing(listing, source.newsletter, votes_at=hour)
    except (BrokenSource, SourceUnreachable) as problem:
        logger.warning("source %s: %s", source.pk, problem)
        source.last_error = str(problem)
        source.save(update_fields=["last_error"])
        return None
    source.last_success_at, source.last_error = now, ""
    source.save(update_fields=["last_success_at", "last_error"])
    return report


def agent() -> str:
    """Who we are when we ask a source."""
    return f"Paperboy/0.1 (+{settings.SITE_URL})"


def _digest(newsletter: Newsletter, day: date) -> Digest:
    digest, _new = Digest.objects.get_or_create(newsletter=newsletter, day=day, kind=Digest.Kind.DAILY, slug="")
    return Digest.objects.select_for_update(no_key=True).get(pk=digest.pk)


def _papers(listing: Listing) -> tuple[dict[str, Paper], set[str]]:
    """The listing's papers by key, and the keys of those that are new."""
    keys = [paper.key for paper in listing.papers]
    papers = papers_by_key(keys)
    missing = {paper.key: paper for paper in reversed(listing.papers) if paper.key not in papers}
    if missing:
        rows = []
        for key in [key for key in dict.fromkeys(keys) if key in missing]:
            said = listed.record(missing[key], position=0)
            rows.append(Paper(key=key, **{name: listed.for_paper(said, name) for name in listed.PAPER_FIELDS}))
        Paper.objects.bulk_create(rows, ignore_conflicts=True)
        papers = papers_by_key(keys)
    return papers, set(missing)


def _note_of_editor(listing: Listing, digest: Digest) -> list[Note]:
    """The text above the papers becomes the editor's note where there is none."""
    if not listing.preface:
        return []
    words, _new = DigestText.objects.get_or_create(digest=digest, locale=listing.locale)
    if not words.note:
        words.note = listing.preface
        words.save(update_fields=["note"])
    if words.note == listing.preface:
        return []
    return [Note(0, "the digest has another editor's note, which stays; the text above the papers was left out")]


def _note_of_approval(digest: Digest) -> list[Note]:
    """What has come in reaches no reader of a digest that is approved."""
    if digest.status not in (Digest.Status.APPROVED, Digest.Status.PAUSED):
        return []
    return [Note(0, f"the digest is {digest.status}: readers get it as it was approved, until it is approved again")]


def _add_topics(meeting: Meeting, created: set[str]) -> None:
    """Papers that are new to a newsletter, or of which more is known now, get its fitting topics."""
    newsletters = _newsletters_by_paper(meeting, created)
    topics = topics_of({number for numbers in newsletters.values() for number in numbers}) if newsletters else []
    given = [
        Paper.topics.through(paper=paper, topic=topic)
        for paper in meeting.papers.values()
        for topic in topics
        if topic.newsletter_id in newsletters.get(paper.pk, ()) and _is_about(paper, topic)
    ]
    Paper.topics.through.objects.bulk_create(given, ignore_conflicts=True)


def _newsletters_by_paper(meeting: Meeting, created: set[str]) -> dict[int, set[int]]:
    """For each paper that topics are to be found for: the newsletters whose topics count."""
    found: dict[int, set[int]] = {}
    newcomers = {entry.paper_id for entry in meeting.changes.new_entries}
    for key, paper in meeting.papers.items():
        others = {entry.digest.newsletter_id for entry in meeting.elsewhere[paper.pk]}
        if paper.pk in meeting.retold:
            found[paper.pk] = others | {meeting.digest.newsletter_id}
        elif key in created or (paper.pk in newcomers and meeting.digest.newsletter_id not in others):
            found[paper.pk] = {meeting.digest.newsletter_id}
    return found


def _is_about(paper: Paper, topic: Topic) -> bool:
    return fits(topic.terms, "\n".join([paper.title, paper.abstract, *paper.keywords]))


def _take_images(papers: dict[str, Paper], base: Path) -> None:
    for paper in papers.values():
        if not paper.image:
            images.take_local(paper, base)

"""From an approved digest to what groups of readers get: freezing its content, and its Editions."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from functools import lru_cache

from digests import composing, queries, statements
from digests.content import Content, EntryContent, SummaryContent, Words, from_json
from digests.models import Digest, Edition, Entry, Paper, Revision, Summary, Topic
from digests.selection import EditionKey, Selected

CONTENTS_KEPT = 32  # in memory, of about 200 kB each


def freeze(digest: Digest) -> Content:
    """The digest as it stands now: included entries in their final order, with topics of this newsletter alone.

    A paper that another daily digest has told is not in it again, unless an editor wants that.
    """
    digest = queries.to_freeze(digest.pk)
    newsletter = digest.newsletter
    topics = {topic.slug: topic for topic in newsletter.topics.all()}
    entries = list(digest.entries.all())
    told = queries.told_elsewhere(digest, [entry.paper_id for entry in entries])
    included = [entry for entry in entries if composing.is_in(entry, told)]
    return Content(
        newsletter=newsletter.slug,
        name=newsletter.name,
        accent=newsletter.accent,
        postal_address=newsletter.postal_address,
        default_locale=newsletter.default_locale,
        day=digest.day,
        kind=digest.kind,
        slug=digest.slug,
        entries=tuple(
            _entry(entry, topics.values()) for entry in composing.in_order(included, ordering=digest.ordering)
        ),
        topics={slug: dict(topic.names) for slug, topic in topics.items()},
        words={
            text.locale: Words(
                subject=text.subject, preheader=text.preheader, note=text.note, correction=text.correction
            )
            for text in digest.texts.all()
        },
        counts_links=newsletter.counts_links,
    )


def current_revision(digest: Digest) -> Revision | None:
    """The newest Revision, whatever the digest's status is now; none before the first approval.

    Ask content_of for its content: this Revision reads it from the database when it is asked.
    """
    return queries.newest_revision_without_content(digest)


def current(digest: Digest) -> tuple[Revision, Content]:
    """The newest Revision and its content. Raises LookupError before the first approval."""
    revision = current_revision(digest)
    if revision is None:
        raise LookupError(f"digest {digest.pk} is approved and has no revision")
    return revision, content_of(revision)


def content_of(revision: Revision) -> Content:
    """The revision's content, read from the database once per process as long as it is in use."""
    return _content(revision.pk, revision.approved_at)


@lru_cache(maxsize=CONTENTS_KEPT)
def _content(number: int, _approved_at: datetime) -> Content:
    """Told apart by the hour too: a database that was restored gives a number to another revision."""
    return from_json(queries.revision_content(number))


def correction_of(revision: Revision) -> Content:
    """The same content as it is mailed to readers who had an earlier revision."""
    return _correction(revision.pk, revision.approved_at)


@lru_cache(maxsize=CONTENTS_KEPT)
def _correction(number: int, approved_at: datetime) -> Content:
    return replace(_content(number, approved_at), is_correction=True)


def forget() -> None:
    """Contents are read from the database again: tests roll revisions back, and use their numbers and hours again."""
    _content.cache_clear()
    _correction.cache_clear()


def editions_for(revision: Revision, keys: Iterable[EditionKey]) -> dict[EditionKey, int]:
    """The ids of the editions of a revision with these keys, made where they are missing; a few queries in all.

    They are made in the order of their fingerprints: of two that make the same ones at once, one waits for the other,
    and never each for the other.
    """
    wanted = {key.fingerprint(): key for key in keys}
    known = queries.edition_ids(revision, wanted)
    missing = {mark: wanted[mark] for mark in sorted(wanted.keys() - known.keys())}
    if missing:
        known |= statements.make_editions(revision, missing)
    return {key: known[mark] for mark, key in wanted.items()}


def key_of(edition: Edition) -> EditionKey:
    return EditionKey(
        locale=edition.locale,
        selection=tuple(Selected(*selected) for selected in edition.selection),
        total=edition.total,
        detail=edition.detail,
        format=edition.format,
    )


def _entry(entry: Entry, topics: Iterable[Topic]) -> EntryContent:
    paper = entry.paper
    known = {topic.pk for topic in topics}
    return EntryContent(
        id=entry.pk,
        paper=paper.pk,
        title=paper.title,
        url=paper.url,
        authors=tuple(paper.authors),
        votes=entry.votes,
        votes_at=entry.votes_at,
        image=paper.image.name or "",
        code_url=paper.code_url,
        project_url=paper.project_url,
        topics=tuple(topic.slug for topic in paper.topics.all() if topic.pk in known),
        keywords=tuple(map(str, paper.keywords)),
        summaries=_summaries(paper),
        pinned=entry.pinned,
    )


def _summaries(paper: Paper) -> dict[str, SummaryContent]:
    return {summary.locale: _summary(summary) for summary in paper.summaries.all()}


def _summary(summary: Summary) -> SummaryContent:
    checked = summary.checked_by_id is not None or summary.checked_at is not None
    return SummaryContent(text=summary.text, origin=summary.origin, model=summary.model, checked=checked)

"""Publishing: a digest's newest revision as rows that the archive, the feeds and the search read."""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import NamedTuple

from django.db import transaction

from digests import archive_queries, markup, queries, terms
from digests.columns import shorten
from digests.content import Content, EntryContent, SummaryContent, from_json
from digests.models import Digest, Printed, PrintedText, Revision

LONGEST_POINT = 300  # columns of a main point in a list
MOST_TERMS = 4_000  # of a text: PostgreSQL indexes 1 MB, and a term has up to 60 characters of up to four bytes
AT_ONCE = 20  # digests that one run prints: an archive that was imported is there within some runs


class Said(NamedTuple):
    """What is said of a paper in one language, beside what stands above it: title, authors, keywords."""

    head: tuple[str, ...]
    summary: SummaryContent | None


class Ready(NamedTuple):
    """The main point as plain text, and the terms that it is all found by."""

    point: str
    terms: str


def prepared(content: Content) -> dict[Said, Ready]:
    """What `publish` makes of each text, a second's work for a long day: for who makes it before a lock is held."""
    return {said: _ready(said) for entry in content.entries for _locale, said in _said(entry)}


@transaction.atomic
def publish(revision: Revision, content: Content, made: Mapping[Said, Ready] | None = None) -> None:
    """The digest is printed as this revision has it; what was printed of it before is gone.

    Made once more it is the same. Whoever calls it holds the digest's row, or is the only one who knows the revision.
    What was `made` of texts that are still the same is not made again.
    """
    Printed.objects.filter(digest=revision.digest_id).delete()
    there = archive_queries.paper_keys(entry.paper for entry in content.entries)  # a paper may be deleted since
    entries = [(place, entry) for place, entry in enumerate(content.entries, 1) if entry.paper in there]
    printed = Printed.objects.bulk_create(
        Printed(
            digest_id=revision.digest_id,
            revision=revision,
            paper_id=entry.paper,
            entry=entry.id,
            place=place,
            title=markup.line(entry.title),
            topics=f" {' '.join(entry.topics)} " if entry.topics else "",
        )
        for place, entry in entries
    )
    PrintedText.objects.bulk_create(
        [
            text
            for row, (_place, entry) in zip(printed, entries, strict=True)
            for text in _texts(row, entry, made or {})
        ],
        batch_size=500,
    )


def publish_missing() -> int:
    """How many digests were printed that were not: approved before there was printing, or restored from a backup."""
    missing = list(archive_queries.unprinted()[:AT_ONCE])
    for digest in missing:
        _publish_newest(digest)
    return len(missing)


@transaction.atomic
def _publish_newest(digest: Digest) -> None:
    """Under the digest's lock, which approving holds too: what is printed is the newest revision."""
    Digest.objects.select_for_update(of=("self",), no_key=True).get(pk=digest.pk)
    revision = queries.newest_revision_without_content(digest)
    if revision is not None:
        publish(revision, from_json(queries.revision_content(revision.pk)))


def _texts(printed: Printed, entry: EntryContent, made: Mapping[Said, Ready]) -> Iterator[PrintedText]:
    for locale, said in _said(entry):
        ready = made.get(said) or _ready(said)
        yield PrintedText(printed=printed, locale=locale, point=ready.point, terms=ready.terms)


def _said(entry: EntryContent) -> Iterator[tuple[str, Said]]:
    """One text a language; a paper that nothing is said of is found by its title."""
    head = (entry.title, *entry.authors, *entry.keywords)
    for locale, summary in entry.summaries.items() or [("", None)]:
        yield locale, Said(head, summary)


def _ready(said: Said) -> Ready:
    texts = [*said.head, said.summary.text] if said.summary else said.head
    found = (token for text in texts for token in terms.cut(text))
    point = _point(said.summary) if said.summary else ""
    return Ready(point, " ".join(islice(found, MOST_TERMS)))


def _point(summary: SummaryContent) -> str:
    prose = summary.origin == "original"
    first = markup.main_point(summary.text, prose=prose)
    return shorten(markup.line(markup.plain(first, prose=prose)), LONGEST_POINT)

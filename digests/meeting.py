"""Where a new listing meets what the tables have: decides paper by paper, then stores in few queries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone

from digests import listed
from digests.listed import Record
from digests.models import Digest, Entry, Paper, Summary
from digests.sources.head import shortened
from digests.sources.listing import ListedPaper, Listing, Note

TOPICAL = {"title", "abstract", "keywords"}  # the fields that topics are found in


@dataclass(slots=True)
class Changes:
    """Rows to write; each once, whatever happened to it."""

    papers: dict[int, Paper] = field(default_factory=dict)
    new_entries: list[Entry] = field(default_factory=list)
    entries: dict[int, Entry] = field(default_factory=dict)
    new_summaries: list[Summary] = field(default_factory=list)
    summaries: dict[int, Summary] = field(default_factory=dict)

    def retold_papers(self) -> set[int]:
        """The ids of the papers that have another abstract, title, link or summary now."""
        summaries = (*self.new_summaries, *self.summaries.values())
        return set(self.papers) | {summary.paper_id for summary in summaries}

    def store(self) -> None:
        if self.papers:
            Paper.objects.bulk_update(self.papers.values(), listed.PAPER_FIELDS)
        Entry.objects.bulk_create(self.new_entries)
        if self.entries:
            Entry.objects.bulk_update(self.entries.values(), ["position", "votes", "votes_at", "listing"])
        Summary.objects.bulk_create(self.new_summaries)
        if self.summaries:
            Summary.objects.bulk_update(self.summaries.values(), ["text", "origin", "model", "updated_at", "version"])


class Meeting:
    """One listing and one digest, with the rows of both; `entries` holds the papers' entries in other digests too."""

    def __init__(
        self,
        *,
        listing: Listing,
        digest: Digest,
        votes_at: datetime | None,
        papers: dict[str, Paper],
        entries: Iterable[Entry],
        summaries: dict[int, Summary],
        told: Mapping[int, Digest],
    ) -> None:
        self.listing = listing
        self.digest = digest
        self.votes_at = votes_at
        self.papers = papers
        self.summaries = summaries
        self.told = told  # papers that another digest has told
        self.source = listed.source_of(listing)
        self.notes: list[Note] = []
        self.new = self.changed = 0
        self.changes = Changes()
        self.retold: set[int] = set()  # papers whose title, abstract or keywords are others now
        self.ours: dict[int, Entry] = {}
        self.elsewhere: dict[int, list[Entry]] = defaultdict(list)
        for entry in entries:
            if entry.digest_id == digest.pk:
                self.ours[entry.paper_id] = entry
            else:
                self.elsewhere[entry.paper_id].append(entry)

    def hold(self) -> None:
        """Decides on every paper; nothing is stored yet."""
        listed_ids = {paper.pk for paper in self.papers.values()}
        for number, entry in self.ours.items():
            if number not in listed_ids and self.source in entry.listing:
                title = shortened(entry.paper.title)
                self.notes.append(Note(0, f"'{title}' is listed no more; it stays until an editor leaves it out"))
        last = max((entry.position for entry in self.ours.values()), default=0)
        by_editor = self.digest.ordering == Digest.Ordering.EDITOR
        for position, paper in enumerate(self.listing.papers, 1):
            self._take(paper, position, end=last + position if by_editor else None)

    def _take(self, paper: ListedPaper, position: int, *, end: int | None) -> None:
        """`end` is the place behind all others, for a new paper where the editor has ordered them."""
        row = self.papers[paper.key]
        entry = self.ours.get(row.pk)
        is_new = entry is None
        if entry is None:
            entry = Entry(digest=self.digest, paper=row, position=end or position, listing={})
            self.ours[row.pk] = entry
            self._leave_out_if_told(entry, paper)
        before: Record | None = entry.listing.get(self.source)
        said = listed.record(paper, position=position)
        moved = self._meet_paper(row, entry, said, before)
        counted = self._meet_votes(entry, said, before)
        placed = self._meet_place(entry, said, before, by_editor=end is not None)
        told = self._meet_summary(row, entry, paper, said, before)
        recorded = self._keep(row, entry, said, before)
        if is_new:
            self.new += 1
            self.changes.new_entries.append(entry)
        elif moved or counted or placed or told or recorded:
            self.changed += 1
        if not is_new and (counted or placed or recorded):
            self.changes.entries[entry.pk] = entry

    def _leave_out_if_told(self, entry: Entry, paper: ListedPaper) -> None:
        if earlier := self.told.get(entry.paper_id):
            entry.included = False
            text = f"'{shortened(entry.paper.title)}' was in the digest of {earlier.day}: it is left out"
            self.notes.append(Note(paper.line, f"{text} until an editor wants it again"))

    def _meet_paper(self, row: Paper, entry: Entry, said: Record, before: Record | None) -> bool:
        changed = False
        for name in listed.PAPER_FIELDS:
            has = getattr(row, name)
            value = listed.wanted(name, said=said, before=before, has=has)
            if value == has:
                continue
            setattr(row, name, value)
            self.changes.papers[row.pk] = row
            changed = True
            if name in TOPICAL:
                self.retold.add(row.pk)
            if name in listed.EXPORTED:
                self._freeze(row, name, value, but=entry)
        return changed

    def _meet_votes(self, entry: Entry, said: Record, before: Record | None) -> bool:
        """The newest word counts; a source that says what it said before has nothing new."""
        votes = said.get("votes")
        if votes is None or (before is not None and votes == before.get("votes")):
            return False
        if votes == entry.votes and (self.votes_at is None or entry.votes_at is not None):
            return False
        entry.votes, entry.votes_at = votes, self.votes_at
        listed.freeze(self._records(entry, but=self.source), "votes", votes)
        return True

    def _meet_place(self, entry: Entry, said: Record, before: Record | None, *, by_editor: bool) -> bool:
        if by_editor or before is None or before["position"] != entry.position or said["position"] == entry.position:
            return False
        entry.position = said["position"]
        return True

    def _meet_summary(self, row: Paper, entry: Entry, paper: ListedPaper, said: Record, before: Record | None) -> bool:
        text, had = said.get("summary", ""), before.get("summary", "") if before else ""
        summary = self.summaries.get(row.pk)
        if text and (kept := _fuller(text, had, summary)):
            self.notes.append(
                Note(paper.line, "the summary ends earlier than what is there: kept; is the file cut off?")
            )
            if kept == had:
                said["summary"] = had
            return False
        if not text:
            if had:
                self.notes.append(Note(paper.line, "the summary is gone from the file; the one that is there stays"))
            return False
        origin = Summary.Origin.ORIGINAL if self.listing.original else Summary.Origin.IMPORTED
        if summary is None:
            summary = Summary(paper=row, locale=self.listing.locale, text=text, origin=origin)
            self.summaries[row.pk] = summary
            self.changes.new_summaries.append(summary)
        elif summary.text == text or (before is not None and text == had):
            return False
        elif not self._may_replace(summary, had, origin=origin):
            self._note_kept(summary, paper)
            return False
        else:
            if summary.origin == Summary.Origin.MACHINE:
                self.notes.append(Note(paper.line, "the machine's draft was replaced by this summary"))
            summary.text, summary.origin, summary.model, summary.updated_at = text, origin, "", timezone.now()
            summary.version += 1  # the row is locked
            self.changes.summaries[summary.pk] = summary
        self._freeze(row, "summary", text, but=entry)
        return True

    def _may_replace(self, summary: Summary, had: str, *, origin: str) -> bool:
        """An abstract replaces its former self alone; a file what no person touched and no other listing said."""
        if is_protected(summary):
            return False
        if origin == Summary.Origin.ORIGINAL or summary.origin == Summary.Origin.IMPORTED:
            return summary.origin == origin and bool(had) and summary.text == had
        return True

    def _note_kept(self, summary: Summary, paper: ListedPaper) -> None:
        if is_protected(summary):
            text = "a person has edited or checked the summary; it stays, and the one in the file was not taken"
        elif self.listing.original:
            return  # the abstract is with the paper, whatever the summary says
        else:
            text = "another listing has said this summary otherwise; that one stays, this one is kept for the export"
        self.notes.append(Note(paper.line, text))

    def _keep(self, row: Paper, entry: Entry, said: Record, before: Record | None) -> bool:
        """Records what the source said; whether that is new."""
        if self.source != listed.ORIGINAL:
            summary = self.summaries.get(row.pk)
            own = listed.own_fields(said, before=before, now=standing(entry, row, summary.text if summary else ""))
            if before is not None and summary and is_protected(summary) and "summary" not in before.get("own", ()):
                own = [name for name in own if name != "summary"]  # the person's text is the digest's
            if own:
                said["own"] = own
        entry.listing[self.source] = said
        return said != before

    def _freeze(self, row: Paper, name: str, value: Any, *, but: Entry) -> None:
        """What other digests, or other files of this one, said of the paper stays theirs."""
        for entry in (*self.elsewhere[row.pk], but):
            records = self._records(entry, but=self.source if entry is but else None)
            if name == "summary":
                records = [kept for kept in records if kept is entry.listing.get(self.listing.locale)]
            if listed.freeze(records, name, value) and entry.pk:
                self.changes.entries[entry.pk] = entry

    @staticmethod
    def _records(entry: Entry, *, but: str | None) -> list[Record]:
        return [kept for source, kept in entry.listing.items() if source not in {but, listed.ORIGINAL}]


def standing(entry: Entry, paper: Paper, summary: str) -> Record:
    """What the tables say now of the fields that are exported."""
    return {
        "url": paper.url,
        "title": paper.title,
        "authors": paper.authors,
        "media": paper.media,
        "votes": entry.votes,
        "summary": summary,
    }


def _fuller(text: str, had: str, summary: Summary | None) -> str:
    """What the source said before, or what stands by no person's hand, if `text` is only its beginning."""
    if text == had:
        return ""
    known = (had, summary.text if summary and not is_protected(summary) else "")
    return next((whole for whole in known if len(whole) > len(text) and whole.startswith(text)), "")


def is_protected(summary: Summary) -> bool:
    """Whether a person answers for the text."""
    return summary.origin == Summary.Origin.HUMAN or summary.checked_by_id is not None or summary.checked_at is not None

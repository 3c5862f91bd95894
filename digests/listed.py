"""What an Entry keeps of each source's listing, and how a new listing meets what is there. Pure.

Entry.listing maps a source (a Markdown file's locale, or ORIGINAL) to a record: what that source said last of
the paper on this day. `own` names the fields in which the digest's own word counts when it is exported,
because Paper, Entry or Summary says otherwise.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from digests.sources.listing import ListedPaper, Listing, Media, persons

ORIGINAL = "original"
PAPER_FIELDS = (
    "url",
    "title",
    "authors",
    "media",
    "abstract",
    "published_on",
    "keywords",
    "code_url",
    "project_url",
)
EXPORTED = ("url", "title", "authors", "media", "votes", "summary")

Record = dict[str, Any]


def source_of(listing: Listing) -> str:
    """Under which name the listing's records are kept."""
    return ORIGINAL if listing.original else listing.locale


def record(paper: ListedPaper, *, position: int) -> Record:
    """All that a source says of a paper, as JSON; what it does not say is left out."""
    said: Record = {
        "position": position,
        "url": paper.url,
        "title": paper.title,
        "authors": list(paper.authors),
        "media": [asdict(medium) for medium in paper.media],
        "votes": paper.votes,
        "votes_text": paper.votes_text,
        "summary": paper.summary or paper.abstract,
        "abstract": paper.abstract,
        "published_on": paper.published_on.isoformat() if paper.published_on else None,
        "keywords": list(paper.keywords),
        "code_url": paper.code_url,
        "project_url": paper.project_url,
    }
    return {name: value for name, value in said.items() if value not in (None, "", [])}


def for_paper(said: Record, field: str) -> Any:
    """A field of the record as Paper stores it: people alone among the authors, a date as a date."""
    value = said.get(field)
    if field == "authors":
        return persons(value or [])
    if field == "published_on":
        return date.fromisoformat(value) if value else None
    return value if value is not None else [] if field in {"media", "keywords"} else ""


def wanted(field: str, *, said: Record, before: Record | None, has: Any) -> Any:
    """What Paper should have: an empty field is filled, and a source may change its own word, no other's."""
    value = for_paper(said, field)
    if not value or not has:
        return value or has
    its_own = before is not None and has == for_paper(before, field)
    return value if its_own else has


def own_fields(said: Record, *, before: Record | None, now: Mapping[str, Any]) -> list[str]:
    """The fields in which this record differs from what is there `now`.

    Where the source says what it said before, nothing is new: an editor may have changed the field since.
    """
    old = set(before.get("own", ())) if before else set()
    return [
        field
        for field in EXPORTED
        if (field in old if before and said.get(field) == before.get(field) else _differs(said, field, now))
    ]


def freeze(records: Iterable[Record], field: str, value: Any) -> bool:
    """Lets records that relied on the field's former value keep their own; whether one had to."""
    frozen = False
    for kept in records:
        if field not in kept.get("own", ()) and _differs(kept, field, {field: value}):
            kept["own"] = [*kept.get("own", ()), field]
            frozen = True
    return frozen


def export(kept: Record, *, now: Mapping[str, Any], line: int) -> ListedPaper:
    """The paper as this digest lists it: the record's own fields, else what is there now."""
    value: Record = {field: kept.get(field) if field in kept.get("own", ()) else now[field] for field in EXPORTED}
    return ListedPaper(
        line=line,
        url=value["url"],
        title=value["title"],
        authors=tuple(value["authors"] or ()),
        votes=value["votes"],
        votes_text="" if value["votes"] is not None else kept.get("votes_text", ""),
        media=tuple(Media(**medium) for medium in value["media"] or ()),
        summary=value["summary"] or "",
    )


def _differs(said: Record, field: str, now: Mapping[str, Any]) -> bool:
    return (said.get(field) or None) != (now[field] or None) if field != "votes" else said.get(field) != now[field]

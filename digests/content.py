"""A digest's content, frozen: what a Revision stores and what every mail and page is rendered from. Pure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class SummaryContent:
    """What is said of a paper in one language. `origin` is one of Summary.Origin."""

    text: str
    origin: str
    model: str = ""
    checked: bool = False


@dataclass(frozen=True, slots=True)
class EntryContent:
    """One paper of the digest. `image` is the path of our own copy below MEDIA_URL, empty without one.

    What is `pinned` stands before what is not, and is there for every reader.
    """

    id: int
    paper: int
    title: str
    url: str
    authors: tuple[str, ...] = ()
    votes: int | None = None
    votes_at: datetime | None = None
    image: str = ""
    code_url: str = ""
    project_url: str = ""
    topics: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    summaries: Mapping[str, SummaryContent] = field(default_factory=dict)
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """The editor's words in one language; what is empty is proposed by rendering."""

    subject: str = ""
    preheader: str = ""
    note: str = ""
    correction: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """Everything a mail or page says, except what is personal. Entries are included ones, in final order."""

    newsletter: str
    name: str
    accent: str
    postal_address: str
    default_locale: str
    day: date
    kind: str
    entries: tuple[EntryContent, ...]
    topics: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    words: Mapping[str, Words] = field(default_factory=dict)
    counts_links: bool = False
    is_correction: bool = False  # as it is mailed to readers who had it otherwise; no revision stores that
    slug: str = ""  # of a special issue

    def entry(self, number: int) -> EntryContent:
        return next(entry for entry in self.entries if entry.id == number)

    def as_json(self) -> dict[str, Any]:
        """Plain dicts, lists and strings; `from_json` is its inverse."""
        plain = asdict(self)
        plain["day"] = self.day.isoformat()
        for entry in plain["entries"]:
            entry["votes_at"] = entry["votes_at"] and entry["votes_at"].isoformat()
        return plain


def from_json(plain: Mapping[str, Any]) -> Content:
    """The Content that `as_json` made; raises KeyError or TypeError on anything else.

    What a newer version says beside that is passed over: its workers and ours may send one digest side by side.
    """
    return Content(
        **{
            **_known(Content, plain),
            "day": date.fromisoformat(plain["day"]),
            "entries": tuple(_entry(entry) for entry in plain["entries"]),
            "words": {locale: Words(**_known(Words, words)) for locale, words in plain["words"].items()},
        }
    )


def _entry(plain: Mapping[str, Any]) -> EntryContent:
    return EntryContent(
        **{
            **_known(EntryContent, plain),
            "authors": tuple(plain["authors"]),
            "topics": tuple(plain["topics"]),
            "keywords": tuple(plain.get("keywords", ())),  # those of older revisions are not known
            "votes_at": plain["votes_at"] and datetime.fromisoformat(plain["votes_at"]),
            "summaries": {
                locale: SummaryContent(**_known(SummaryContent, said)) for locale, said in plain["summaries"].items()
            },
        }
    )


def _known(of: type[Any], plain: Mapping[str, Any]) -> dict[str, Any]:
    names = {one.name for one in fields(of)}
    return {name: value for name, value in plain.items() if name in names}

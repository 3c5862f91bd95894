"""The case that pre-flight looks at: a digest's content, and what is known around it. Pure."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from digests.content import Content

OLD = 24 * 3600  # seconds after which what was learned of something far counts as unknown


@dataclass(frozen=True, slots=True)
class Written:
    """A text of the editor: `name` is subject, preheader, note or correction."""

    locale: str
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Found:
    """An open finding of the checks, in one summary."""

    paper: int
    locale: str
    level: str
    mark: str


@dataclass(frozen=True, slots=True)
class Identity:
    """The Sender, as far as it matters here. `way` is the scheme of its postbox, such as smtps or anymail+brevo."""

    address: str
    selector: str
    bounce_address: str
    way: str
    page: str
    paused: str = ""  # the reason, where it is paused
    limit: int | None = None  # mails on the digest's day

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2].lower()

    @property
    def return_domain(self) -> str:
        """The domain that SPF is asked of; empty where the provider puts its own there."""
        if self.way.startswith("anymail"):
            return ""
        return (self.bounce_address or self.address).rpartition("@")[2].lower()


@dataclass(frozen=True, slots=True)
class Morning:
    """When a digest is due for the first or the last of its readers, and where."""

    due_at: datetime
    zone: str


@dataclass(frozen=True, slots=True)
class Link:
    """An address in the mail. `is_ours`: the editor wrote it, or it is the paper's own page."""

    url: str
    place: str
    mend: str
    is_ours: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """What was learned about something far, and when."""

    said: Any
    at: datetime


@dataclass(frozen=True, slots=True)
class Pages:
    """Where things are mended, as addresses in the admin: of a paper by its id, of a summary also by its language."""

    digest: str
    newsletter: str
    days_off: str
    paper: Callable[[int], str]
    summary: Callable[[int, str], str]


@dataclass(frozen=True, slots=True)
class Case:
    """Everything that the families of checks look at. `first` and `last` are None where it is too late for all.

    `fingerprint` is the content's; `known` answers by what was asked.
    """

    number: int
    content: Content
    newsletter: int
    locales: tuple[str, ...]
    time_zone: str
    now: datetime
    pages: Pages
    written: tuple[Written, ...] = ()
    findings: tuple[Found, ...] = ()
    images_missing: frozenset[int] = frozenset()
    day_off: str | None = None
    beside: tuple[str, ...] = ()  # other digests that readers get on the same day
    has_left: bool = False
    sender: Identity | None = None
    has_readers: bool = True
    first: Morning | None = None
    last: Morning | None = None
    fingerprint: str = ""
    links: tuple[Link, ...] = ()
    known: Mapping[str, Answer] = field(default_factory=dict)

    def answer(self, question: str) -> Any:
        """What was learned of it; None where nothing is known, or too long ago."""
        answer = self.known.get(question)
        is_new = answer is not None and (self.now - answer.at).total_seconds() < OLD
        return answer.said if answer is not None and is_new else None


def link_question(url: str) -> str:
    return f"link {url}"


def domain_question(sender: Identity) -> str:
    return json.dumps(["domain", sender.domain, sender.selector, sender.return_domain])


def mails_question(case: Case) -> str:
    """Of this very content: whatever is changed in it is measured again."""
    return f"mails {case.fingerprint}"


def readers_question(case: Case) -> str:
    return f"readers {case.newsletter} {case.content.kind} {case.content.day.isoformat()}"


def questions(case: Case) -> Iterator[str]:
    """All that is asked of what is far."""
    yield mails_question(case)
    yield readers_question(case)
    if case.sender is not None:
        yield domain_question(case.sender)
    yield from (link_question(link.url) for link in case.links)


def mark_of(question: str) -> str:
    return sha256(question.encode()).hexdigest()


def fingerprint_of(content: Content) -> str:
    """The same for the same content in every process: of values alone, whose texts say all of them."""
    return sha256(repr(content).encode(errors="backslashreplace")).hexdigest()

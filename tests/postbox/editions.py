"""Makers of editions, their readers and slices of them, for the tests of postboxes that take many readers a call."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings

from digests.links import LEAVE, PREFERENCES, TOKEN_LENGTH, WEB, Pieces, Place
from newsletter.postbox.answers import Answer
from newsletter.postbox.doors import open_postbox
from newsletter.postbox.message import Message, Wording
from newsletter.postbox.returns import read_signed_id
from newsletter.postbox.slices import Slice, clock
from tests.postbox.makers import NOON

SITE = "https://papers.example.org"


def linked(before: str, after: str = "") -> Pieces:
    """A text with a link of each kind."""
    web, preferences, leave = (f"{SITE}/{place}/" for place in (WEB, PREFERENCES, LEAVE))
    return (f"{before} {web}", WEB, f"/ {preferences}", PREFERENCES, f"/ {leave}", LEAVE, f"/{after}")


def make_wording(**values: Any) -> Wording:
    defaults: dict[str, Any] = {
        "sender_name": "Daily Papers",
        "sender_address": "papers@example.org",
        "reply_to": "",
        "subject": "12 papers",
        "text": linked("Good morning"),
        "html": linked("<p>Good morning", "</p>"),
        "headers": {"List-Id": "<daily.papers.example.org>"},
    }
    return Wording(**defaults | values)


def token(place: Place, number: int) -> str:
    return f"{place.value}-of-{number}-".ljust(TOKEN_LENGTH, "x")


def make_reader(number: int, wording: Wording, **values: Any) -> Message:
    """Delivery `number` of the edition, to reader-`number`."""
    tokens = {place: token(place, number) for place in Place}
    defaults: dict[str, Any] = {
        "row": number,
        "to": f"reader-{number}@example.com",
        "wording": wording,
        "date": NOON,
        "tokens": tokens,
        "headers": {
            "Message-ID": f"<d{number}@example.org>",
            "List-Unsubscribe": f"<{SITE}/leave/{tokens[LEAVE]}/>",
        },
    }
    return Message(**defaults | values)


def make_readers(count: int, wording: Wording | None = None, *, first: int = 1) -> list[Message]:
    edition = wording or make_wording()
    return [make_reader(number, edition) for number in range(first, first + count)]


def row_of(metadata: Mapping[str, str]) -> int | None:
    """The delivery that a provider would name in its events about a mail with this metadata."""
    said = read_signed_id(metadata["delivery"], keys=settings.LINK_KEYS)
    return said[1] if said is not None and said[0] == "delivery" else None


class Desk:
    """Gives slices out, and remembers what was begun and answered, in order."""

    def __init__(self) -> None:
        self.begun: list[int] = []
        self.answered: list[int] = []

    def begin(self, row: int) -> None:
        self.begun.append(row)

    def answer(self, row: int, answer: Answer) -> None:
        """The slice remembers what; here it is about when."""

    def look(self) -> None:
        """Nothing has changed."""

    def heard(self, message: Message, answer: Answer) -> None:
        self.answered.append(message.row)

    def slice_of(self, messages: Iterable[Message], *, claim: UUID | None = None, seconds: float = 60) -> Slice:
        return Slice(claim or uuid4(), iter(messages), marks=self, overseer=self, latest=clock() + seconds)


def carry(url: str, *slices: Slice) -> None:
    """Has the postbox work the slices off, each asked for by itself."""
    waiting = list(slices)
    with open_postbox(url) as postbox:
        postbox.carry(lambda _lanes: [waiting.pop(0)] if waiting else [])


def hand_over(url: str, *messages: Message) -> list[Answer]:
    """The answers to the messages of one slice, in their order."""
    work = Desk().slice_of(messages)
    carry(url, work)
    assert work.is_done
    return [work.answers[message.row] for message in messages]

"""Makers of editions, their readers and slices of them, for the tests of postboxes that take many readers a call."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings

from digests.links import LEAVE, PREFERENCES, TOKEN_LENGTH, WEB, Pieces, Place
from newsletter.postbox.answers import Answer
from newsletter.postbox.doors import open_postbox
from newsletter.postbox.message import Message, Wording
from newsletter.postbox.returns import read_signed_id
from newsletter.postbox.slices import Slice
from tests.postbox import makers
from tests.postbox.makers import NOON, Notes, make_slice

SITE = "https://papers.example.org"


def linked(before: str, after: str = "") -> Pieces:
    """A text with a link of each kind."""
    web, preferences, leave = (f"{SITE}/{place}/" for place in (WEB, PREFERENCES, LEAVE))
    return (f"{before} {web}", WEB, f"/ {preferences}", PREFERENCES, f"/ {leave}", LEAVE, f"/{after}")


def make_wording(**values: Any) -> Wording:
    defaults: dict[str, Any] = {
        "text": linked("Good morning"),
        "html": linked("<p>Good morning", "</p>"),
        "headers": {"List-Id": "<daily.papers.example.org>"},
    }
    return makers.make_wording(**defaults | values)


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


class Desk(Notes):
    """Gives slices out, and remembers what was begun and answered, in order."""

    @property
    def begun(self) -> list[int]:
        return [row for what, row in self.said if what == "begin"]

    @property
    def answered(self) -> list[int]:
        return [row for what, row in self.said if what == "answer"]

    def slice_of(self, messages: Iterable[Message], *, seconds: float = 60) -> Slice:
        return make_slice(messages, self, seconds=seconds)


def carry(url: str, *slices: Slice) -> None:
    """Has the postbox of this URL work the slices off, each asked for by itself."""
    with open_postbox(url) as postbox:
        makers.carry(postbox, *slices)


def hand_over(url: str, *messages: Message) -> list[Answer]:
    """The answers to the messages of one slice, in their order."""
    work = make_slice(messages)
    carry(url, work)
    assert work.is_done
    return [work.answers[message.row] for message in messages]

"""Makers of mails for the tests of the postbox, and a slice to hand them over with."""

from collections.abc import Iterable, Sized
from datetime import UTC, datetime
from itertools import count
from typing import Any
from uuid import UUID

from newsletter.postbox.answers import Answer
from newsletter.postbox.message import Message, Wording
from newsletter.postbox.slices import Postbox, Slice, clock

NOON = datetime(2026, 4, 7, 12, tzinfo=UTC)


def make_wording(**values: Any) -> Wording:
    defaults: dict[str, Any] = {
        "sender_name": "Daily Papers",
        "sender_address": "papers@example.org",
        "reply_to": "",
        "subject": "12 papers",
        "text": ("Good morning",),
        "html": ("<p>Good morning</p>",),
    }
    return Wording(**defaults | values)


OWN = ("kind", "to", "tokens", "headers", "return_path", "wording", "date")


def make_message(number: int = 1, *, text: str = "Good morning", html: str | None = None, **values: Any) -> Message:
    """A mail of its own wording; `values` are fields of Message or of Wording."""
    own = {name: values.pop(name) for name in OWN if name in values}
    html = "<p>Good morning</p>" if html is None else html
    wording = make_wording(text=(text,), html=(html,) if html else (), **values)
    defaults: dict[str, Any] = {
        "row": number,
        "to": f"reader-{number}@example.com",
        "wording": wording,
        "headers": {"Message-ID": f"<d{number}@example.org>"},
        "date": NOON,
    }
    return Message(**defaults | own)


class Notes:
    """Notes down what a slice says, in order: ("begin", 1), ("answer", 1); never says halt."""

    def __init__(self) -> None:
        self.said: list[tuple[str, int]] = []

    def begin(self, row: int) -> None:
        self.said.append(("begin", row))

    def answer(self, row: int, answer: Answer) -> None:
        self.said.append(("answer", row))

    def look(self) -> None:
        """Nothing was paused."""

    def heard(self, message: Message, answer: Answer) -> None:
        """Nobody counts."""


numbers = count(1)


def make_slice(messages: Iterable[Message], notes: Notes | None = None, *, seconds: float = 60) -> Slice:
    """A slice whose mails may be begun for so many seconds; each is taken from `messages` when it is asked for."""
    notes, latest = notes or Notes(), clock() + seconds
    rows = len(messages) if isinstance(messages, Sized) else 0
    return Slice(UUID(int=next(numbers)), iter(messages), marks=notes, overseer=notes, latest=latest, rows=rows)


def carry(postbox: Postbox, *slices: Slice) -> None:
    """Has the postbox work the slices off, each asked for by itself."""
    waiting = list(slices)
    postbox.carry(lambda _free: [waiting.pop(0)] if waiting else [])


def hand_over(postbox: Postbox, messages: Iterable[Message], notes: Notes | None = None) -> list[Answer]:
    """The answers to mails that go as one slice, in the order of their rows."""
    made = make_slice(messages, notes)
    carry(postbox, made)
    return [made.answers[row] for row in sorted(made.answers)]

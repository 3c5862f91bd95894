"""A slice: the mails that one connection works off, what of them has begun, and what was answered."""

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol
from uuid import UUID

from newsletter.postbox.answers import Answer
from newsletter.postbox.message import Message

MOST_ROWS = 200  # mails that are in doubt where a whole machine is lost with its journal


AWAKE_OR_NOT = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)  # Linux alone has the first


def clock() -> float:
    """Seconds that go on while a machine sleeps: a lease ends whether or not somebody is awake."""
    return time.clock_gettime(AWAKE_OR_NOT)


class Marks(Protocol):
    """Where a slice notes down what has begun and what was answered: the journal."""

    def begin(self, row: int) -> None: ...

    def answer(self, row: int, answer: Answer) -> None: ...


class Overseer(Protocol):
    """Who gave the slice out: looks now and then whether it may go on, and hears every answer."""

    def look(self) -> None: ...

    def heard(self, message: Message, answer: Answer) -> None: ...


class Slice:
    """The mails of one claim, taken one by one. A mail that was not begun has not left.

    `latest` (by `clock`) is when the last one may be begun; after `halt` none is. `rows` says of how many rows they
    are, where that is known.
    """

    def __init__(
        self, claim: UUID, mails: Iterator[Message], *, marks: Marks, overseer: Overseer, latest: float, rows: int = 0
    ) -> None:
        self.claim = claim
        self._rows = rows
        self.answers: dict[int, Answer] = {}
        self.begun: set[int] = set()
        self.is_over = False
        self._is_empty = False
        self._withdrawn: set[int] = set()
        self._mails = mails
        self._returned: deque[Message] = deque()
        self._out = 0
        self._marks = marks
        self._overseer = overseer
        self._latest = latest

    @property
    def is_done(self) -> bool:
        """Whether nothing of it is left in anybody's hands."""
        return not self._out and (self.is_over or (self._is_empty and not self._returned))

    @property
    def left(self) -> int:
        """How many of its rows have no answer yet."""
        return max(self._rows - len(self.answers), 0)

    def next(self) -> Message | None:
        """The next mail, to be answered or given back; None when there is none that may leave any more."""
        self._overseer.look()
        if self.is_over or clock() >= self._latest:
            self.is_over = True
            return None
        message = self._drawn()
        while message is not None and message.row in self._withdrawn:
            message = self._drawn()
        self._is_empty = message is None
        self._out += message is not None
        return message

    def may_begin(self, message: Message) -> bool:
        """Whether the mail may still leave: to be asked right before its first byte. If not, it is given back."""
        self._overseer.look()
        self.is_over = self.is_over or clock() >= self._latest
        return not self.is_over and message.row not in self._withdrawn

    def begin(self, *messages: Message) -> None:
        """From here on these mails may have left. Written down before their first byte goes out."""
        for message in messages:
            self._marks.begin(message.row)
            self.begun.add(message.row)

    def answer(self, message: Message, answer: Answer) -> None:
        """What became of a mail."""
        self._marks.answer(message.row, answer)
        self.begun.discard(message.row)
        self.answers[message.row] = answer
        self._out -= 1
        self._overseer.heard(message, answer)

    def give_back(self, message: Message) -> None:
        """A mail that was taken and not begun comes next, if it may."""
        self._returned.append(message)
        self._out -= 1

    def withdraw(self, rows: Iterable[int]) -> None:
        """Of these rows no mail is begun any more; what has begun is still answered."""
        self._withdrawn.update(rows)

    def halt(self) -> None:
        """Nothing more is begun; what has begun is still answered."""
        self.is_over = True

    def _drawn(self) -> Message | None:
        return self._returned.popleft() if self._returned else next(self._mails, None)


More = Callable[[int], Sequence[Slice]]


class Postbox(Protocol):
    """Works off slices, up to `lanes` of them at a time, of up to `slice_rows` mails each.

    `carry` asks `more` with the number of its free lanes, and returns when it has got none and all slices are done. It
    does not ask when none of its lanes has a way to the provider any more. A mail that was begun may have left; one
    that was not begun has not. `slice_rows` holds for the slices that are asked for next.
    """

    @property
    def lanes(self) -> int: ...

    @property
    def slice_rows(self) -> int: ...

    def carry(self, more: More) -> None: ...


def one_by_one(more: More, send: Callable[[Message], Answer]) -> None:
    """Works off slices where a mail is one call that answers."""
    while slices := more(1):
        for slice_ in slices:
            while (message := slice_.next()) is not None:
                slice_.begin(message)
                slice_.answer(message, send(message))

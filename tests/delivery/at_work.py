"""Workers in the hands of a test, which decides step by step what each of them does and what goes wrong."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest
from django.conf import settings
from django.db import OperationalError
from hypothesis import strategies as st

from newsletter.delivery import claiming, ledger, patience, sending, tasks
from newsletter.delivery.models import Delivery
from newsletter.postbox import senders, slices
from newsletter.postbox.answers import Kind
from newsletter.postbox.journal import Journal
from newsletter.postbox.message import Message
from newsletter.postbox.slices import More, Postbox, Slice
from tests.factories import MORNING

LANES = 2
ANY = st.integers(0, 5)  # one of those that there are
ANSWERS = st.sampled_from([Kind.SENT, Kind.SENT, Kind.SENT, Kind.BUSY, Kind.REFUSED, Kind.BROKEN, Kind.SILENT])
Lost = tuple[str, bool] | None  # the verb to which the database's next answer does not arrive, and whether it was done


class Step(NamedTuple):
    """One thing that is done, by or to one of the workers or the readers."""

    what: str
    one: int
    mails: int
    kind: Kind
    lost: Lost


STEPS = st.builds(
    Step,
    what=st.sampled_from(["turn", "turn", "ask", "begin", "begin", "begin", "answer", "answer", "end", "away", "back"]),
    one=ANY,
    mails=st.integers(1, 3),
    kind=ANSWERS,
    lost=st.none() | st.tuples(st.sampled_from(["claim", "record"]), st.booleans()),
)
WORK = st.lists(STEPS, min_size=6, max_size=15)


class Hand:
    """A postbox whose slices the test asks for, and works off itself."""

    lanes, slice_rows = LANES, 3

    def carry(self, more: More) -> None:
        """The turn is over."""


@dataclass
class Worker:
    """A worker's memory, which dies with it, and its journals, which do not."""

    turn: sending.Turn
    journals: list[Journal] = field(default_factory=list)
    slices: list[Slice] = field(default_factory=list)
    begun: list[tuple[Slice, Message]] = field(default_factory=list)

    @property
    def open_slices(self) -> list[Slice]:
        return [slice_ for slice_ in self.slices if not slice_.is_done]

    @property
    def rows(self) -> set[int]:
        """What the database says that it holds."""
        claims = [slice_.claim for slice_ in self.slices]
        return set(Delivery.objects.filter(claim__in=claims).values_list("pk", flat=True))


class Product:
    """The product as it is, but for its clock, its queue, and a database whose answers get lost; until `end`.

    `at_the_end` is the postbox of `sending.send_due`.
    """

    def __init__(self, at_the_end: Postbox) -> None:
        self.now = MORNING
        self.queue: list[int] = []  # Redis
        self.journals = Path(tempfile.mkdtemp(prefix="paperboy-promise-"))
        self._worker: Worker | None = None
        self._lost: Lost = None
        self._patch = patch = pytest.MonkeyPatch()
        patch.setattr(settings, "JOURNAL_DIR", self.journals)
        for module in (slices, sending, claiming):
            patch.setattr(module, "clock", self._clock)
        patch.setattr(tasks, "timezone", SimpleNamespace(now=lambda: self.now))
        patch.setattr(tasks.send_due, "apply_async", lambda ids, **_options: self.queue.extend(ids))
        patch.setattr(senders, "postbox_of", lambda _sender: nullcontext(at_the_end))
        patch.setattr(claiming, "FEWEST", 1)  # so that a few rows are several slices
        patch.setattr(patience, "connection", SimpleNamespace(in_atomic_block=False, close=lambda: None))
        patch.setattr(patience, "BETWEEN", 0)
        patch.setattr(sending, "claim", self._losing("claim", claiming.claim))
        patch.setattr(ledger, "record", self._losing("record", ledger.record))
        patch.setattr(sending, "Journal", self._journal)

    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    def end(self) -> None:
        self._patch.undo()

    @contextmanager
    def working(self, worker: Worker, lost: Lost) -> Iterator[None]:
        """What happens in the block is done by the worker."""
        self._worker, self._lost = worker, lost
        yield
        self._worker = self._lost = None

    def _clock(self) -> float:
        return self.now.timestamp()

    def _losing(self, name: str, verb: Callable[..., Any]) -> Callable[..., Any]:
        def losing(*args: Any, **options: Any) -> Any:
            if not self._lost or self._lost[0] != name:
                return verb(*args, **options)
            if self._lost[1]:
                verb(*args, **options)
            self._lost = None
            raise OperationalError("the connection is gone")

        return losing

    def _journal(self, folder: Path) -> Journal:
        made = Journal(folder)
        if self._worker:
            self._worker.journals.append(made)
        return made

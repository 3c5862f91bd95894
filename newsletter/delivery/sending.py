"""Sending: a turn of one worker for one Sender. Claims slices of due rows, has the postbox carry them, records."""

import logging
import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.utils import timezone

from newsletter.delivery import ledger
from newsletter.delivery.claiming import Row, claim
from newsletter.delivery.messages import Messages
from newsletter.delivery.outcomes import Outcome, in_doubt, outcome, unsent
from newsletter.delivery.patience import patiently
from newsletter.delivery.queries import stopped_among
from newsletter.delivery.sweeping import sweep
from newsletter.postbox import quota, senders
from newsletter.postbox.answers import Answer, Kind
from newsletter.postbox.journal import Journal
from newsletter.postbox.message import Message
from newsletter.postbox.models import Sender
from newsletter.postbox.slices import Postbox, Slice, clock

logger = logging.getLogger(__name__)

TURN = timedelta(seconds=15)  # then a worker can be stopped, and other Senders have their turn
SHORT_TURN = timedelta(seconds=3)  # where one process does everything: letters wait for its end
HAND_OVER = ledger.LEASE - timedelta(minutes=2)  # after a claim no mail is begun later than this
LOOKS = timedelta(seconds=2)  # between two looks whether the Sender or a digest was paused or cancelled
SILENCES = 20  # mails in a row that were not answered: more would leave more readers in doubt
LONGEST_WAIT = timedelta(seconds=2)  # for the Sender's pace, before the turn ends


def send_due(sender: Sender, *, now: datetime) -> int:
    """Sends what is due for `sender`: for a turn, or until nothing is left, its quota is used up, or it is paused.

    Returns how many mails the postbox answered for. The timetable comes back for the rest. What workers of this
    machine had begun and did not live to record is settled first.
    """
    sweep(settings.JOURNAL_DIR, now=now)
    with senders.postbox_of(sender) as postbox:
        turn = Turn(sender, postbox, now=now)
        turn.run()
    return turn.answered.total()


@dataclass(slots=True)
class Held:
    """A slice that was given out, with its rows and its journal."""

    slice: Slice
    rows: list[Row]
    journal: Journal
    unmade: dict[int, Answer]  # rows whose mails could not be made

    def outcomes(self, attempts: dict[int, int], *, now: datetime) -> Iterator[tuple[UUID, Outcome]]:
        """What becomes of each row, as far as it is known now."""
        for row in self.rows:
            answer = self.slice.answers.get(row.id) or self.unmade.get(row.id)
            if answer is not None:
                chance = random.random()  # noqa: S311  (no secret)
                found = outcome(row.id, answer, attempts=attempts.get(row.id, 1), now=now, chance=chance)
            else:
                found = in_doubt(row.id) if row.id in self.slice.begun else unsent(row.id)
            yield self.slice.claim, found


class Turn:
    """Gives slices to the postbox, hears what becomes of their mails, and looks now and then whether it may go on."""

    def __init__(self, sender: Sender, postbox: Postbox, *, now: datetime) -> None:
        self.answered: Counter[Kind] = Counter()
        self._sender = sender
        self._postbox = postbox
        self._messages = Messages(sender)
        self._now = now
        self._began = clock()
        self._ends = clock() + (TURN if settings.REDIS_URL else SHORT_TURN).total_seconds()
        self._next_look = clock() + LOOKS.total_seconds()
        self._is_over = False
        self._silences = 0
        self._wait: timedelta | None = None
        self._held: list[Held] = []
        self._journals: list[Journal] = []
        self._stopped: frozenset[int] = frozenset()  # digests that were paused or cancelled since they were claimed

    @property
    def now(self) -> datetime:
        """The moment of the turn's beginning, and what has passed since then."""
        return self._now + timedelta(seconds=clock() - self._began)

    def run(self) -> None:
        """Until nothing is to be done any more. Whatever happens, each row ends with what is known about it."""
        try:
            self._postbox.carry(self.more)
            while self._waits():
                self._postbox.carry(self.more)
        finally:
            self._end()

    def more(self, free: int) -> list[Slice]:
        """Up to `free` slices; what is done is recorded first."""
        self._record([held for held in self._held if held.slice.is_done])
        self._wait = None
        if self._is_over or clock() >= self._ends:
            return []
        wanted = free * self._postbox.slice_rows
        taken = patiently(lambda: quota.take(self._sender, wanted, now=self.now))
        self._wait = taken.wait
        if not taken.mails:
            return []
        latest = clock() + HAND_OVER.total_seconds()
        found = self._claim(free, limit=taken.mails)
        slices = [self._slice(claim_id, rows, latest) for claim_id, rows in found.items()]
        left_over = taken.mails - sum(map(len, found.values()))
        patiently(lambda: quota.give_back(self._sender, left_over, now=self.now))
        return slices

    def look(self) -> None:
        """Every LOOKS: halts when the Sender was paused, and passes over digests that were paused or cancelled."""
        if clock() < self._next_look:
            return
        self._next_look = clock() + LOOKS.total_seconds()
        if patiently(lambda: senders.is_paused(self._sender)):
            self._halt()
        digests = {row.digest.pk for held in self._held for row in held.rows}
        self._stopped = patiently(lambda: stopped_among(digests))

    def heard(self, message: Message, answer: Answer) -> None:
        """Counts the answer; one that is true of every reader stops everything, and so does long silence."""
        self.answered[answer.kind] += 1
        self._silences = self._silences + 1 if answer.kind is Kind.SILENT else 0
        if (answer.kind is Kind.BROKEN or self._silences >= SILENCES) and not self._is_over:
            self._halt()
            patiently(lambda: senders.pause(self._sender, reason=answer.text, now=self.now))

    def _claim(self, free: int, *, limit: int) -> dict[UUID, list[Row]]:
        """Claims rows for up to `free` slices. Their journals name the claims before the database does."""
        while len(self._journals) < free:
            self._journals.append(Journal(settings.JOURNAL_DIR))
        ids = [uuid4() for _slice in range(free)]
        for journal, claim_id in zip(self._journals, ids, strict=False):
            journal.start(claim_id)
        return patiently(
            lambda: claim(self._sender, now=self.now, limit=limit, slices=ids),
            before_again=lambda: ledger.release(ids),  # it may have held although its answer was lost
        )

    def _slice(self, claim_id: UUID, rows: list[Row], latest: float) -> Slice:
        journal = next(one for one in self._journals if one.claim == claim_id)
        self._journals.remove(journal)
        unmade: dict[int, Answer] = {}
        made = Slice(claim_id, self._mails(rows, unmade), marks=journal, overseer=self, latest=latest)
        self._held.append(Held(made, rows, journal, unmade))
        return made

    def _mails(self, rows: list[Row], unmade: dict[int, Answer]) -> Iterator[Message]:
        """The mails of the rows, each made when it is asked for."""
        now, clock_now = self.now, timezone.now()
        for row in rows:
            if self._stopped and row.digest.pk in self._stopped:
                continue
            try:
                mail = self._messages.make(row, now=now, clock=clock_now)
            except Exception:  # one reader's mail that cannot be made must not stop the others'
                logger.exception("delivery %s could not be rendered", row.id)
                unmade[row.id] = Answer(Kind.REFUSED, "could not be rendered")
                continue
            yield mail

    def _record(self, done: list[Held]) -> None:
        """Brings what became of these slices into the database. Their journals are kept until that is so."""
        if not done:
            return
        busy = [row for held in done for row, answer in held.slice.answers.items() if answer.kind is Kind.BUSY]
        patiently(lambda: self._write(done, busy))
        self._held = [held for held in self._held if held not in done]
        self._journals += [held.journal for held in done]
        kinds = Counter(answer.kind for held in done for answer in held.slice.answers.values())
        self._is_over = self._is_over or (bool(kinds) and kinds.keys() <= {Kind.BUSY, Kind.BROKEN})
        level = logging.INFO if kinds.keys() <= {Kind.SENT} else logging.WARNING
        logger.log(level, "sender %s: %s", self._sender.pk, ", ".join(f"{kind} {n}" for kind, n in kinds.items()))

    def _write(self, done: list[Held], busy: list[int]) -> None:
        now = self.now
        attempts = ledger.attempts_of(busy) if busy else {}
        ledger.record([pair for held in done for pair in held.outcomes(attempts, now=now)], at=now)

    def _waits(self) -> bool:
        """Waits for the Sender's pace, if that is what is missing; whether to go on."""
        wait = self._wait
        if self._is_over or wait is None or wait > LONGEST_WAIT or clock() + wait.total_seconds() >= self._ends:
            return False
        time.sleep(wait.total_seconds())
        return True

    def _halt(self) -> None:
        self._is_over = True
        for held in self._held:
            held.slice.halt()

    def _end(self) -> None:
        """Records what is left. A journal whose rows could not be recorded stays for the sweeper."""
        try:
            self._record(self._held)
        finally:
            for held in self._held:
                held.journal.leave()
            for journal in self._journals:
                journal.close()

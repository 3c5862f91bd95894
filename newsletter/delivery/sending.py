"""Sending: a turn of one worker for one Sender. Claims slices of due rows, has the postbox carry them, records."""

import logging
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
from newsletter.delivery.patience import patiently
from newsletter.delivery.queries import stopped_among
from newsletter.delivery.series import NOT_MADE, is_alike, series_of
from newsletter.delivery.sweeping import sweep
from newsletter.postbox import quota, senders
from newsletter.postbox.answers import Answer, Kind
from newsletter.postbox.chance import chance
from newsletter.postbox.journal import Journal
from newsletter.postbox.message import Message
from newsletter.postbox.models import Sender
from newsletter.postbox.outcomes import Outcome, in_doubt, outcome, unsent
from newsletter.postbox.slices import Postbox, Slice, clock

logger = logging.getLogger(__name__)

TURN = timedelta(seconds=15)  # then nothing more is claimed: other Senders have their turn
SHORT_TURN = timedelta(seconds=3)  # where one process does everything: letters wait for its end
OVERTIME = 1 / 3  # of a turn, for what was claimed; what was not begun by then goes back
HAND_OVER = ledger.LEASE - timedelta(minutes=2)  # after a claim no mail is begun later than this
LOOKS = timedelta(seconds=2)  # between two looks whether the Sender or a digest was paused or cancelled
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

    @property
    def spared(self) -> int:
        """How many of its rows cost no quota: their mails were not begun, or did not come through to the provider."""
        costly = sum(answer.reached and answer.kind is not Kind.BROKEN for answer in self.slice.answers.values())
        return len(self.rows) - costly - len(self.slice.begun)

    def spare(self, verdict: Answer) -> None:
        """Rows that were refused, or could not be made, for what the verdict says burn nobody."""
        for answers in (self.slice.answers, self.unmade):
            alike = [row for row, one in answers.items() if one.kind is Kind.REFUSED and is_alike(one, verdict)]
            answers.update(dict.fromkeys(alike, verdict))

    def outcomes(self, attempts: dict[int, int], *, now: datetime) -> Iterator[tuple[UUID, Outcome]]:
        """What becomes of each row, as far as it is known now."""
        for row in self.rows:
            answer = self.slice.answers.get(row.id) or self.unmade.get(row.id)
            if answer is not None:
                found = outcome(row.id, answer, attempts=attempts.get(row.id, 1), now=now, chance=chance())
            else:
                found = in_doubt(row.id) if row.id in self.slice.begun else unsent(row.id)
            yield self.slice.claim, found


class Turn:
    """Gives slices to the postbox, hears what becomes of their mails, and looks now and then whether it may go on."""

    def __init__(self, sender: Sender, postbox: Postbox, *, now: datetime) -> None:
        self.answered: Counter[Kind] = Counter()
        self._sender = sender
        self._postbox = postbox
        self._now = now
        self._began = clock()
        length = (TURN if settings.REDIS_URL else SHORT_TURN).total_seconds()
        self._ends = self._began + length  # claiming
        self._halts = self._ends + length * OVERTIME
        self._next_look = self._began + LOOKS.total_seconds()
        self._is_over = False
        self._series = series_of(sender.pk)
        self._verdict: Answer | None = None  # what turned out to be true of every reader
        self._wait: timedelta | None = None
        self._held: list[Held] = []
        self._journals: list[Journal] = []
        self._is_claiming = False

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
        latest, left_over = clock() + HAND_OVER.total_seconds(), taken.mails
        try:
            found = self._claim(free, limit=taken.mails)
            left_over -= sum(map(len, found.values()))
            return [self._slice(claim_id, rows, latest) for claim_id, rows in found.items()]
        finally:
            self._give_back(left_over)

    def look(self) -> None:
        """Halts when the time is over or, every LOOKS, when the Sender was paused; withdraws what digests hold back."""
        now = clock()
        if now < self._next_look and now < self._halts:
            return
        self._next_look = now + LOOKS.total_seconds()
        if now >= self._halts or patiently(lambda: senders.is_paused(self._sender)):
            self._halt()
            return
        digests = {row.digest.pk for held in self._held for row in held.rows}
        stopped = patiently(lambda: stopped_among(digests))
        for held in self._held if stopped else ():
            held.slice.withdraw(row.id for row in held.rows if row.digest.pk in stopped)

    def heard(self, message: Message, answer: Answer) -> None:
        """Counts the answer; one that is true of every reader, or so many in a row, stops everything."""
        self.answered[answer.kind] += 1
        self._judge(self._series.heard(answer))

    def _judge(self, verdict: Answer | None) -> None:
        """Something is true of every reader: nothing more leaves until somebody has mended it."""
        if verdict is None or self._verdict is not None:
            return
        self._verdict = verdict
        self._halt()
        patiently(lambda: senders.pause(self._sender, reason=verdict.text, now=self.now))

    def _claim(self, free: int, *, limit: int) -> dict[UUID, list[Row]]:
        """Claims rows for up to `free` slices. Their journals name the claims before the database does."""
        while len(self._journals) < free:
            self._journals.append(Journal(settings.JOURNAL_DIR))
        ids = [uuid4() for _slice in range(free)]
        for journal, claim_id in zip(self._journals, ids, strict=False):
            journal.start(claim_id)
        self._is_claiming = True
        found = patiently(
            lambda: claim(self._sender, now=self.now, limit=limit, slices=ids, ends=self._ends),
            before_again=lambda: ledger.release(ids),  # it may have held although its answer was lost
        )
        self._is_claiming = False
        return found

    def _slice(self, claim_id: UUID, rows: list[Row], latest: float) -> Slice:
        journal = next(one for one in self._journals if one.claim == claim_id)
        self._journals.remove(journal)
        unmade: dict[int, Answer] = {}
        mails = self._mails(rows, unmade)
        made = Slice(claim_id, mails, marks=journal, overseer=self, latest=latest, rows=len(rows))
        self._held.append(Held(made, rows, journal, unmade))
        return made

    def _mails(self, rows: list[Row], unmade: dict[int, Answer]) -> Iterator[Message]:
        """The mails of the rows, each made when it is asked for."""
        messages = Messages(self._sender, now=self.now, clock=timezone.now())
        for row in rows:
            if self._verdict is not None:
                return
            try:
                mail = messages.make(row)
            except Exception:  # one reader's mail that cannot be made must not stop the others'
                logger.exception("delivery %s could not be rendered", row.id)
                unmade[row.id] = NOT_MADE
                self._judge(self._series.not_made())
                continue
            self._series.made()
            yield mail

    def _record(self, done: list[Held]) -> None:
        """Brings what became of these slices into the database. Their journals are kept until that is so."""
        if not done:
            return
        if self._verdict is not None:
            for held in done:
                held.spare(self._verdict)
        busy = [row for held in done for row, answer in held.slice.answers.items() if answer.kind is Kind.BUSY]
        patiently(lambda: self._write(done, busy))
        self._held = [held for held in self._held if held not in done]
        self._journals += [held.journal for held in done]
        kinds = Counter(answer.kind for held in done for answer in held.slice.answers.values())
        self._is_over = self._is_over or (bool(kinds) and kinds.keys() <= {Kind.BUSY, Kind.BROKEN})
        if kinds:
            level = logging.INFO if kinds.keys() <= {Kind.SENT} else logging.WARNING
            logger.log(level, "sender %s: %s", self._sender.pk, ", ".join(f"{kind} {n}" for kind, n in kinds.items()))
        self._give_back(sum(held.spared for held in done))

    def _write(self, done: list[Held], busy: list[int]) -> None:
        now = self.now
        attempts = ledger.attempts_of(busy) if busy else {}
        ledger.record([pair for held in done for pair in held.outcomes(attempts, now=now)], at=now)

    def _give_back(self, mails: int) -> None:
        patiently(lambda: quota.give_back(self._sender, mails, now=self.now))

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
        """Records what is left. A journal whose rows could not be recorded stays for the sweeper.

        So does one of a claim that may have held although nobody could say so.
        """
        try:
            self._record(self._held)
        finally:
            for held in self._held:
                held.journal.leave()
            for journal in self._journals:
                journal.leave() if self._is_claiming else journal.close()

"""Sending: claims due rows of a Sender, hands their mails to the postbox and records each answer at once."""

import logging
import random
import time
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from newsletter.delivery import ledger
from newsletter.delivery.claiming import claim
from newsletter.delivery.messages import message
from newsletter.delivery.models import Delivery
from newsletter.postbox import senders
from newsletter.postbox.answers import MOST_ATTEMPTS, Answer, Kind, pause_after
from newsletter.postbox.message import Message
from newsletter.postbox.models import Sender

logger = logging.getLogger(__name__)

BATCH = 20  # rows a claim: as many are in doubt when a worker is killed
TURN = timedelta(seconds=20)  # then other tasks have theirs: letters, and the readers of other newsletters
HAND_OVER = ledger.LEASE - timedelta(minutes=2)  # after a claim no mail is begun later than this


def send_due(sender: Sender, *, now: datetime) -> int:
    """Sends what is due for `sender`: for a TURN, or until nothing is left, its quota is used up, or it is paused.

    Returns how many mails the postbox answered for. The timetable comes back for the rest.
    """
    total = 0
    ends = time.monotonic() + TURN.total_seconds()
    while time.monotonic() < ends and (batch := claim(sender, now=now, limit=BATCH)):
        answers = _send(sender, batch, now=now)
        total += answers.total()
        level = logging.INFO if answers.keys() <= {Kind.SENT} else logging.WARNING
        logger.log(level, "sender %s: %s", sender.pk, ", ".join(f"{kind} {n}" for kind, n in answers.items()))
        if answers.keys() <= {Kind.BUSY, Kind.BROKEN}:
            break
    return total


def _send(sender: Sender, batch: Sequence[Delivery], *, now: datetime) -> Counter[Kind]:
    """Sends a claimed batch. Whatever happens, each row ends with what is known about it."""
    begun: deque[Delivery] = deque()
    waiting = deque(batch)
    answers: Counter[Kind] = Counter()
    try:
        with senders.postbox_of(sender) as postbox:
            for answer in postbox.send(_messages(sender, waiting, begun, now=now)):
                record(begun.popleft(), answer, now=now)
                answers[answer.kind] += 1
                if answer.kind is Kind.BROKEN:
                    senders.pause(sender, reason=answer.text, now=now)
                    break
    finally:
        for delivery in begun:
            ledger.uncertain(delivery, reason="the worker stopped after the mail was begun")
        for delivery in waiting:
            ledger.back(delivery, ready_at=now, attempted=False)
    return answers


def _messages(sender: Sender, waiting: deque[Delivery], begun: deque[Delivery], *, now: datetime) -> Iterator[Message]:
    """The mails of the batch, one by one as the postbox asks for them."""
    latest = time.monotonic() + HAND_OVER.total_seconds()
    while waiting and time.monotonic() < latest:
        delivery = waiting.popleft()
        try:
            mail = message(delivery, sender, now=now)
        except Exception:  # one reader's mail that cannot be made must not stop the others'
            logger.exception("delivery %s could not be rendered", delivery.pk)
            ledger.failed(delivery, reason="could not be rendered")
            continue
        begun.append(delivery)
        yield mail
        if sender.per_second:
            time.sleep(1 / sender.per_second)


def record(delivery: Delivery, answer: Answer, *, now: datetime) -> None:
    """The ledger's row as the provider's answer says. What the Sender is to blame for does not count as an attempt."""
    match answer.kind:
        case Kind.SENT:
            ledger.sent(delivery, at=now)
        case Kind.SILENT:
            ledger.uncertain(delivery, reason=answer.text or "no answer after the mail was handed over")
        case Kind.REFUSED:
            ledger.failed(delivery, reason=answer.text)
        case Kind.BROKEN:
            ledger.back(delivery, ready_at=now, reason=answer.text, attempted=False)
        case Kind.BUSY if answer.reached and delivery.attempts >= MOST_ATTEMPTS:
            ledger.failed(delivery, reason=f"{MOST_ATTEMPTS} attempts: {answer.text}")
        case Kind.BUSY:
            pause = pause_after(answer, delivery.attempts, chance=random.random())  # noqa: S311  (no secret)
            ledger.back(delivery, ready_at=now + pause, reason=answer.text, attempted=answer.reached)

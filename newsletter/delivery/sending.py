"""Sending: claims due rows of a Sender, hands their mails to the postbox and records each answer at once."""

import logging
import random
import time
from collections import deque
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from newsletter.delivery import ledger
from newsletter.delivery.claiming import claim
from newsletter.delivery.messages import message
from newsletter.delivery.models import Delivery
from newsletter.delivery.queries import sent_since
from newsletter.postbox import senders
from newsletter.postbox.answers import MOST_ATTEMPTS, Answer, Kind, pause_after
from newsletter.postbox.message import Message
from newsletter.postbox.models import Sender

logger = logging.getLogger(__name__)

BATCH = 50  # rows a claim: as many are in doubt when a worker is killed
HAND_OVER = ledger.LEASE - timedelta(minutes=2)  # after a claim no mail is begun later than this


def send_due(sender: Sender, *, now: datetime) -> int:
    """Sends what is due for `sender` until nothing is left, its quota is used up, or it is paused.

    Returns how many mails the postbox answered for. A row that fails does not stop the others.
    """
    total = 0
    while (allowed := allowance(sender, now=now)) > 0:
        batch = claim(sender, now=now, limit=min(BATCH, allowed))
        answered = _send(sender, batch, now=now)
        if not answered:
            break
        total += answered
        sender.refresh_from_db()
    return total


def allowance(sender: Sender, *, now: datetime) -> int:
    """How many mails may leave now: nothing while the Sender is paused, and its mails a day."""
    if sender.paused_at is not None:
        return 0
    if sender.per_day is None:
        return BATCH
    return sender.per_day - sent_since(sender, now - timedelta(days=1))


def _send(sender: Sender, batch: Sequence[Delivery], *, now: datetime) -> int:
    """Sends a claimed batch. Whatever happens, each row ends with what is known about it."""
    begun: deque[Delivery] = deque()
    waiting = deque(batch)
    answered = 0
    try:
        with senders.postbox_of(sender) as postbox:
            for answer in postbox.send(_messages(sender, waiting, begun, now=now)):
                record(begun.popleft(), answer, now=now)
                answered += 1
                if answer.kind is Kind.BROKEN:
                    senders.pause(sender, reason=answer.text, now=now)
                    break
    finally:
        for delivery in begun:
            _record_silence(delivery)
        for delivery in waiting:
            ledger.back(delivery.pk, claim_id=delivery.claim, ready_at=now)
    return answered


def _messages(sender: Sender, waiting: deque[Delivery], begun: deque[Delivery], *, now: datetime) -> Iterator[Message]:
    """The mails of the batch, one by one as the postbox asks for them."""
    latest = time.monotonic() + HAND_OVER.total_seconds()
    while waiting and time.monotonic() < latest:
        delivery = waiting.popleft()
        try:
            mail = message(delivery, sender, now=now)
        except Exception:  # one reader's mail that cannot be made must not stop the others'
            logger.exception("delivery %s could not be rendered", delivery.pk)
            ledger.failed(delivery.pk, claim_id=delivery.claim, reason="could not be rendered")
            continue
        begun.append(delivery)
        yield mail
        if sender.per_second:
            time.sleep(1 / sender.per_second)


def record(delivery: Delivery, answer: Answer, *, now: datetime) -> None:
    """The ledger's row as the provider's answer says."""
    claim_id = delivery.claim
    if answer.kind is Kind.SENT:
        ledger.sent(delivery.pk, claim_id=claim_id, at=now)
    elif answer.kind is Kind.SILENT:
        _record_silence(delivery)
    elif answer.kind is Kind.REFUSED:
        ledger.failed(delivery.pk, claim_id=claim_id, reason=answer.text)
    elif answer.kind is Kind.BUSY and delivery.attempts >= MOST_ATTEMPTS:
        ledger.failed(delivery.pk, claim_id=claim_id, reason=f"{MOST_ATTEMPTS} attempts: {answer.text}")
    else:
        ready_at = now if answer.kind is Kind.BROKEN else now + _pause(answer, delivery)
        ledger.back(delivery.pk, claim_id=claim_id, ready_at=ready_at, reason=answer.text)


def _pause(answer: Answer, delivery: Delivery) -> timedelta:
    return pause_after(answer, delivery.attempts, chance=random.random())  # noqa: S311  (no secret)


def _record_silence(delivery: Delivery) -> None:
    ledger.uncertain(delivery.pk, claim_id=delivery.claim, reason="no answer after the mail was handed over")

"""Sweeping: settles what workers of this machine had begun and did not live to record, by their journals."""

import logging
import random
from datetime import datetime
from pathlib import Path

from newsletter.delivery import ledger
from newsletter.delivery.outcomes import Outcome, in_doubt, outcome, unsent
from newsletter.postbox import outbox
from newsletter.postbox.journal import Account, journals, left_behind

logger = logging.getLogger(__name__)

KILLED = "the worker was killed after the mail was begun"


def sweep(folder: Path, *, now: datetime) -> int:
    """Each journal in `folder` whose process is gone is settled and removed; how many rows that settled.

    Answered rows get their status, those that were begun are UNCERTAIN, the rest is PLANNED again.
    """
    settled = 0
    for path in journals(folder):
        with left_behind(path) as account:
            if account is not None:
                settled += _settle(account, now=now) + outbox.settle_account(account, now=now)
                logger.warning("journal of %s: settled", account.claim)
    return settled


def _settle(account: Account, *, now: datetime) -> int:
    rows = ledger.in_the_air(account.claim)
    outcomes = [_outcome(row, account, attempts=attempts, now=now) for row, attempts in rows.items()]
    return ledger.record([(account.claim, found) for found in outcomes], at=now)


def _outcome(row: int, account: Account, *, attempts: int, now: datetime) -> Outcome:
    if row not in account.rows:
        return unsent(row)
    answer = account.rows[row]
    if answer is None:
        return in_doubt(row, KILLED)
    return outcome(row, answer, attempts=attempts, now=now, chance=random.random())  # noqa: S311  (no secret)

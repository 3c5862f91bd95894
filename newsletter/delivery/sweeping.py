"""Sweeping: settles what workers of this machine had begun and did not live to record, by their journals."""

import logging
from datetime import datetime
from pathlib import Path

from newsletter.delivery import ledger
from newsletter.postbox import outbox
from newsletter.postbox.chance import chance
from newsletter.postbox.journal import Account, journals, left_behind
from newsletter.postbox.outcomes import Outcome, outcome, unsent

logger = logging.getLogger(__name__)


def sweep(folder: Path, *, now: datetime) -> int:
    """Each journal in `folder` whose process is gone is settled and removed; how many rows that settled.

    Answered rows get their status, those that may have begun are UNCERTAIN, the rest is PLANNED again. A journal that
    cannot be read or settled stays. May run anywhere and at any time, also twice at once.
    """
    settled = 0
    for path in journals(folder):
        try:
            settled += _settle_journal(path, now=now)
        except OSError as problem:  # of another user, say
            logger.warning("journal %s cannot be read: %s", path.name, problem.strerror)
        except Exception:  # one bad journal must not keep the others' rows, nor this machine's workers, waiting
            logger.exception("journal %s could not be settled", path.name)
    return settled


def _settle_journal(path: Path, *, now: datetime) -> int:
    """Both ledgers are asked for the rows of its claim: only one of them has any."""
    with left_behind(path) as account:
        if account is None:
            return 0
        settled = _settle(account, now=now) + outbox.settle_account(account, now=now)
        logger.warning("journal of %s: settled", account.claim)
        return settled


def _settle(account: Account, *, now: datetime) -> int:
    rows = ledger.in_the_air(account.claim)
    outcomes = [_outcome(row, account, attempts=attempts, now=now) for row, attempts in rows.items()]
    return ledger.record([(account.claim, found) for found in outcomes], at=now)


def _outcome(row: int, account: Account, *, attempts: int, now: datetime) -> Outcome:
    answer = account.answer_of(row)
    if answer is None:
        return unsent(row)
    return outcome(row, answer, attempts=attempts, now=now, chance=chance())

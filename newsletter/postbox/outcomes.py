"""From a provider's answer to what becomes of the mail's row, a delivery or a letter. Pure."""

from datetime import datetime
from typing import NamedTuple

from newsletter.postbox.answers import MOST_ATTEMPTS, Answer, Kind, pause_after

# Why a row is in doubt although nobody was silent.
STOPPED = "the worker stopped after the mail was begun"
KILLED = "the worker was killed after the mail was begun"
RESTARTED = "the machine was restarted, and the journal's last marks may be lost"
NOT_BACK = "the worker did not come back"
LONGEST_REASON = 300  # characters


class Outcome(NamedTuple):
    """What becomes of a claimed row: its next status (a word of Delivery.Status and of Letter.Status) and why.

    `ready_at` None leaves the row ready when it was; `is_attempt` says whether it counts as one.
    """

    row: int
    status: str
    reason: str = ""
    ready_at: datetime | None = None
    is_attempt: bool = True


def outcome(row: int, answer: Answer, *, attempts: int, now: datetime, chance: float) -> Outcome:
    """The row's outcome after `attempts` attempts. What the Sender is to blame for does not count as one.

    `chance` (0 to 1) spreads the pauses after busy answers.
    """
    reason = answer.text[:LONGEST_REASON]
    match answer.kind:
        case Kind.SENT:
            return Outcome(row, "sent")
        case Kind.SILENT:
            return Outcome(row, "uncertain", reason or "no answer after the mail was handed over")
        case Kind.REFUSED:
            return Outcome(row, "failed", reason or "refused without a reason")
        case Kind.BROKEN:
            return Outcome(row, "planned", reason, is_attempt=False)
        case Kind.BUSY if answer.reached and attempts >= MOST_ATTEMPTS:
            return Outcome(row, "failed", f"{MOST_ATTEMPTS} attempts: {reason}"[:LONGEST_REASON])
        case Kind.BUSY:
            pause = pause_after(answer, attempts, chance=chance)
            return Outcome(row, "planned", reason, now + pause, is_attempt=answer.reached)


def in_doubt(row: int, reason: str = STOPPED) -> Outcome:
    """The mail had begun, and nobody knows how it ended."""
    return Outcome(row, "uncertain", reason)


def unsent(row: int) -> Outcome:
    """The mail was never begun."""
    return Outcome(row, "planned", is_attempt=False)

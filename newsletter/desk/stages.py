"""How far a digest has come on its way from the source to the reader. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Stage(StrEnum):
    """In this order, but for the last four, which stand beside it."""

    CAME_IN = "came_in"
    DRAFTED = "drafted"
    TO_CHECK = "to_check"
    READY = "ready"
    APPROVED = "approved"
    GOING_OUT = "going_out"
    SENT = "sent"
    MISSING = "missing"
    PAUSED = "paused"
    CANCELLED = "cancelled"
    CLOSED = "closed"


WAY = (
    Stage.CAME_IN,
    Stage.DRAFTED,
    Stage.TO_CHECK,
    Stage.READY,
    Stage.APPROVED,
    Stage.GOING_OUT,
    Stage.SENT,
)


@dataclass(frozen=True, slots=True)
class Summaries:
    """Of a digest's papers, in one language: how many have a summary, and how many of those somebody has checked.

    `findings` are open ones that are errors; `paper` is where there is something to do first, if there is.
    """

    locale: str
    papers: int
    done: int
    checked: int
    findings: int
    paper: int | None = None

    @property
    def missing(self) -> int:
        return self.papers - self.done

    @property
    def unchecked(self) -> int:
        return self.done - self.checked

    @property
    def is_complete(self) -> bool:
        return not (self.missing or self.unchecked or self.findings)


def stage_of(
    status: str, languages: Sequence[Summaries], *, was_approved: bool, has_left: bool, is_waiting: bool
) -> Stage:
    """The stage of a digest with this status. `has_left`: a mail may have; `is_waiting`: a planned one is to come.

    One that is closed and was never approved was taken back for good.
    """
    match status:
        case "draft":
            return _draft(languages)
        case "approved" if not has_left:
            return Stage.APPROVED
        case "approved" if is_waiting:
            return Stage.GOING_OUT
        case "closed" if not was_approved:
            return Stage.CLOSED
        case "approved" | "closed":
            return Stage.SENT
        case _:
            return Stage(status)


def _draft(languages: Sequence[Summaries]) -> Stage:
    if not any(language.done for language in languages):
        return Stage.CAME_IN
    if any(language.missing for language in languages):
        return Stage.DRAFTED
    return Stage.READY if all(language.is_complete for language in languages) else Stage.TO_CHECK

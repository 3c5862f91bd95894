"""What a subscription's history means: keep, watch or stop. Pure.

A hard bounce or a complaint stops at once, so does the provider's word that the reader left. Three soft bounces
among the last five mails stop too: such a mailbox is full or abandoned, and sending on hurts every other reader.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

LAST_MAILS = 5
SOFT_BOUNCES = 3


class Act(StrEnum):
    KEEP = "keep"
    WATCH = "watch"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class Verdict:
    """`reason` is one of Subscription.EndReason; `suppress` says that the address itself is to get nothing more."""

    act: Act
    reason: str = ""
    suppress: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """One Event: which mail, what (one of Event.Kind), and when it happened."""

    delivery: int
    kind: str
    at: datetime


KEEP = Verdict(Act.KEEP)
WATCH = Verdict(Act.WATCH)
AT_ONCE = (
    ("complained", Verdict(Act.STOP, "complained", suppress=True)),
    ("bounced_hard", Verdict(Act.STOP, "bounced", suppress=True)),
    ("left", Verdict(Act.STOP, "left")),
)


def verdict(history: Iterable[Report]) -> Verdict:
    """The verdict on a subscription whose mails had these reports, in whatever order they came in."""
    reports = sorted(history, key=lambda report: report.at)
    kinds = {report.kind for report in reports}
    for kind, stop in AT_ONCE:
        if kind in kinds:
            return stop
    soft = _ends(reports)[-LAST_MAILS:].count("bounced_soft")
    if soft >= SOFT_BOUNCES:
        return Verdict(Act.STOP, "bounced")
    return WATCH if soft else KEEP


def _ends(reports: Iterable[Report]) -> list[str]:
    """How each mail ended, oldest end first: its last report but "deferred", which is no end."""
    ends: dict[int, str] = {}
    for report in reports:
        if report.kind != "deferred":
            ends.pop(report.delivery, None)
            ends[report.delivery] = report.kind
    return list(ends.values())

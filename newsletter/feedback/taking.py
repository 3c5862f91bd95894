"""Taking mails that came back, one by one or from the mailbox that they come to, and recording what they report."""

import logging
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from django.conf import settings

from newsletter.environment import Mailbox
from newsletter.feedback import events
from newsletter.feedback.bounces import LARGEST, BounceReport, report_of
from newsletter.feedback.mailbox import OpenMailbox
from newsletter.feedback.statements import Reported

logger = logging.getLogger(__name__)

SOURCE = "bounce mail"
BELIEVED = timedelta(days=7)  # a mail's own date, when it is not older: nobody tries for longer to deliver one
MAILS = 1000  # of one turn
TURN = 45.0  # seconds: less than the minute between two turns


class Taken(StrEnum):
    """What became of a mail: recorded, known already, or no report of a delivery of ours."""

    RECORDED = "recorded"
    KNOWN = "known"
    IGNORED = "ignored"


def take(mail: bytes, *, now: datetime, recipients: Sequence[str] = ()) -> Taken:
    """What the mail reports is recorded and acted on, once however often it comes."""
    reported = reported_by(mail, now=now, recipients=recipients)
    if reported is None:
        return Taken.IGNORED
    return Taken.RECORDED if events.record_all([reported]) else Taken.KNOWN


def reported_by(mail: bytes, *, now: datetime, recipients: Sequence[str] = ()) -> Reported | None:
    """What the mail reports; None where it is no report of a delivery of ours."""
    found = report_of(mail, keys=settings.LINK_KEYS, recipients=recipients)
    if found is None:
        return None
    return Reported(
        kind=found.kind,
        source=SOURCE,
        external_id=found.external_id,
        at=_moment(found, now),
        delivery_id=found.delivery,
        payload={"status": found.code},
    )


def take_new(mailbox: Mailbox | None, *, now: datetime) -> dict[Taken, int]:
    """The new mails of the mailbox, where there is one, are taken up to a limit; how many became what.

    A report is removed when it is recorded, not before: whoever is killed in between leaves it to the next turn.
    What is no report is marked as read and stays: a person may have written it.
    """
    counts = dict.fromkeys(Taken, 0)
    if mailbox is None:
        return counts
    until = time.monotonic() + TURN
    with OpenMailbox(mailbox) as opened:
        for number in opened.new()[:MAILS]:
            if time.monotonic() > until:
                break
            mail = opened.read(number, octets=LARGEST)
            if mail is None:  # another turn was faster
                continue
            taken = take(mail, now=now)
            counts[taken] += 1
            opened.leave(number) if taken is Taken.IGNORED else opened.remove(number)
    if any(counts.values()):
        logger.info("bounce mailbox: %s", ", ".join(f"{count} {taken}" for taken, count in counts.items()))
    return counts


def _moment(found: BounceReport, now: datetime) -> datetime:
    return found.at if found.at is not None and now - BELIEVED <= found.at <= now else now

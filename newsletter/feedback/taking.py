"""Taking mails that came back, one by one or from the mailbox that they come to, and recording what they report."""

import imaplib
import logging
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import islice

from django.conf import settings
from django.db import InterfaceError, OperationalError

from newsletter.environment import Mailbox
from newsletter.feedback import events
from newsletter.feedback.bounces import LARGEST, BounceReport, report_of
from newsletter.feedback.mailbox import OpenMailbox, Refused
from newsletter.feedback.statements import Reported

logger = logging.getLogger(__name__)

SOURCE = "bounce mail"
BELIEVED = timedelta(days=7)  # a mail's own date, when it is not older: nobody tries for longer to deliver one
MAILS = 1000  # of one turn
TURN = 45.0  # seconds: less than the minute between two turns
SHORT_TURN = 3.0  # where one process does everything: letters and digests wait for its end


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
    What is no report is marked as read and stays: a person may have written it. A server is waited for no longer than
    a turn takes.
    """
    counts = dict.fromkeys(Taken, 0)
    if mailbox is None:
        return counts
    turn = TURN if settings.REDIS_URL else SHORT_TURN
    until = time.monotonic() + turn
    with OpenMailbox(replace(mailbox, timeout=min(mailbox.timeout, turn))) as opened:
        for number in islice(opened.new(), MAILS):
            if time.monotonic() > until:
                break
            taken = _take_out(opened, number, now=now)
            if taken is not None:
                counts[taken] += 1
    if any(counts.values()):
        logger.info("bounce mailbox: %s", ", ".join(f"{count} {taken}" for taken, count in counts.items()))
    return counts


def _take_out(opened: OpenMailbox, number: str, *, now: datetime) -> Taken | None:
    """What became of the mail with this UID; None where it stays for the next turn, or another turn was faster.

    What cannot be read, or recorded, does not stop the mails behind it.
    """
    try:
        mail = opened.read(number, octets=LARGEST)
        if mail is None:
            return None
        taken = take(mail, now=now)
        opened.leave(number) if taken is Taken.IGNORED else opened.remove(number)
    except Refused as no:
        logger.error("bounce mailbox: mail %s stays: %s", number, no)
    except (OSError, imaplib.IMAP4.error, OperationalError, InterfaceError):
        raise  # the server, or the database, is away for every mail
    except Exception:  # one mail must not stop the others
        logger.exception("bounce mailbox: mail %s stays", number)
    else:
        return taken
    return None


def _moment(found: BounceReport, now: datetime) -> datetime:
    return found.at if found.at is not None and now - BELIEVED <= found.at <= now else now

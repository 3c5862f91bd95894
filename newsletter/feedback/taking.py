"""Taking mails that came back or say goodbye, one by one or from the mailbox they come to, and acting on them."""

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
from newsletter.feedback import events, goodbyes
from newsletter.feedback.bounces import LARGEST, BounceReport, report_of
from newsletter.feedback.mailbox import OpenMailbox, Refused
from newsletter.feedback.statements import Reported
from newsletter.subscribers import membership
from newsletter.subscribers.membership import ConsentFacts

logger = logging.getLogger(__name__)

SOURCE = "bounce mail"
BELIEVED = timedelta(days=7)  # a mail's own date, when it is not older: nobody tries for longer to deliver one
MAILS = 1000  # of one turn
TURN = 45.0  # seconds: less than the minute between two turns
SHORT_TURN = 3.0  # where one process does everything: letters and digests wait for its end


class Taken(StrEnum):
    """What became of a mail: recorded, known already, its reader has left, or nothing that concerns us."""

    RECORDED = "recorded"
    KNOWN = "known"
    LEFT = "left"
    IGNORED = "ignored"


def take(mail: bytes, *, now: datetime, recipients: Sequence[str] = ()) -> Taken:
    """What the mail reports, or asks for, is recorded and acted on, once however often it comes."""
    reported = reported_by(mail, now=now, recipients=recipients)
    if reported is not None:
        return Taken.RECORDED if events.record_all([reported]) else Taken.KNOWN
    subscription = left_by(mail, recipients=recipients)
    if subscription is None:
        return Taken.IGNORED
    let_go(subscription, now=now)
    return Taken.LEFT


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


def left_by(mail: bytes, *, recipients: Sequence[str] = ()) -> int | None:
    """The subscription that the mail asks to end; None where it asks for nothing."""
    return goodbyes.subscription_left_by(mail, keys=settings.LINK_KEYS, recipients=recipients)


def let_go(subscription: int, *, now: datetime) -> None:
    """The subscription has ended because its reader wrote so; the consent keeps none of the reader's own words."""
    consent = ConsentFacts(wording="List-Unsubscribe: mailto", page="mailto", network="", locale="")
    outcome = membership.leave(subscription, consent=consent, now=now)
    logger.info("subscription %s leaves by mail: %s", subscription, outcome)


def take_new(mailbox: Mailbox | None, *, now: datetime) -> dict[Taken, int]:
    """The new mails of the mailbox, where there is one, are taken up to a limit; how many became what.

    A mail is removed when it is recorded, not before: whoever is killed in between leaves it to the next turn.
    What is not for us is marked as read and stays: a person may have written it. A server is waited for no longer than
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

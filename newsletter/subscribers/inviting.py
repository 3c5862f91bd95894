"""Inviting: readers of an imported list get their letter that asks to confirm, a few at a time.

Whoever signs up at this moment must not wait behind half a million letters, nor digests lose what a provider allows:
not more than the part of a day's mails that is kept for letters, and never many in the outbox at once.
"""

import logging
from datetime import datetime, timedelta

from django.db import transaction

from digests.models import Newsletter
from newsletter.postbox import quota
from newsletter.postbox.models import Letter, Sender
from newsletter.postbox.queries import sender_of
from newsletter.subscribers import membership, queries, tokens, waiting, writing
from newsletter.subscribers.models import Subscription

logger = logging.getLogger(__name__)
AT_ONCE = 60  # letters a round, which is a minute
WAITING = 100  # letters of a Sender that may be in the outbox
ANSWERED_WITHIN = tokens.LIFETIMES[tokens.Purpose.INVITE]  # and so long they may wait for their letter


def invite(*, now: datetime) -> int:
    """Writes the next letters of every newsletter that has readers to ask; how many."""
    return sum(_invite(newsletter, now=now) for newsletter in waiting.newsletters_with_invitations())


def forget(*, now: datetime) -> int:
    """Who could not be asked for 30 days, or was asked so long ago, is invited no more; how many.

    Who has not confirmed by then is forgotten as anybody who never does.
    """
    rows, _by_model = waiting.invitations_before(now - ANSWERED_WITHIN).delete()
    return rows


def within_reach(newsletter: Newsletter, *, now: datetime) -> int:
    """How many readers of a list can be asked before the last of them have waited too long."""
    if not queries.takes_readers(newsletter):
        return 0
    rounds = timedelta(days=1) // timedelta(minutes=1)
    most = quota.letters_a_day(sender_of(newsletter), now=now)
    return ANSWERED_WITHIN.days * min(AT_ONCE * rounds, AT_ONCE * rounds if most is None else most)


def letters_left(sender: Sender, *, now: datetime) -> int:
    """How many letters of a round the Sender has room for."""
    if sender.paused_at is not None:
        return 0
    room = min(AT_ONCE, WAITING - waiting.planned_letters(sender).count())
    most = quota.letters_a_day(sender, now=now)
    if most is None:
        return max(0, room)
    written = waiting.letters_of_sender(sender, Letter.Kind.CONFIRM, since=now - timedelta(days=1)).count()
    return max(0, min(room, most - written))


def _invite(newsletter: Newsletter, *, now: datetime) -> int:
    if not queries.takes_readers(newsletter):
        return 0
    left = letters_left(sender_of(newsletter), now=now)
    numbers = waiting.invited(newsletter, left) if left else []
    return sum(_tried(number, now=now) for number in numbers)


def _tried(number: int, *, now: datetime) -> bool:
    try:
        return _write(number, now=now)
    except Exception:  # one letter that cannot be written must not stop the others
        logger.exception("subscription %d could not be asked", number)
    waiting.invitation_of(number).delete()
    return False


@transaction.atomic
def _write(number: int, *, now: datetime) -> bool:
    """The letter is in the outbox, and its reader has 30 days. Who may not be asked is invited no more."""
    subscription = queries.subscription_numbered(number)
    if subscription is None:
        return False
    subscription.subscriber = queries.locked(subscription.subscriber_id)
    if not waiting.unwritten(number).update(written_at=now):
        return False  # another worker was here
    if not _may_ask(subscription, now=now):
        waiting.invitation_of(number).delete()
        return False
    writing.write_invitation(subscription, now=now)
    return True


def _may_ask(subscription: Subscription, *, now: datetime) -> bool:
    """Whether the letter may go to this reader, whose row is locked. It counts as written."""
    address_hash = subscription.subscriber.address_hash
    if address_hash is None or queries.is_suppressed(address_hash, subscription.newsletter):
        return False
    is_pending = queries.in_state(subscription.pk, Subscription.Status.PENDING)
    may = is_pending.filter(pk__in=queries.not_asked_since(subscription.pk, now - membership.BETWEEN_LETTERS))
    return bool(may.update(asked_at=now))

"""What belongs to leaving: everything at once, taking it back within a day, one optional question.

Leaving one newsletter is `membership.leave`. Each verb here may run twice.
"""

from dataclasses import asdict
from datetime import datetime

from django.db import transaction

from newsletter.subscribers import membership, queries
from newsletter.subscribers.membership import NOT_ENDED, UNDO, ConsentFacts, Outcome
from newsletter.subscribers.models import Consent, Subscription


@transaction.atomic
def leave_all(subscription_id: int, *, consent: ConsentFacts, now: datetime) -> Outcome:
    """Every subscription of the same reader has ended at one moment, because its reader left.

    One that was left within a day before counts as left with them: one undo brings back what was lost by one slip.
    """
    subscription = queries.subscription_numbered(subscription_id)
    if subscription is None:
        return Outcome.UNKNOWN
    reader = queries.locked(subscription.subscriber_id)
    mine = list(queries.all_of(reader))  # also what was left, and signed up for again
    done = [membership.leave(one.pk, consent=consent, now=now) == Outcome.DONE for one in mine]
    if not any(done):
        return Outcome.ENDED
    queries.left_by_its_reader(subscription_id, since=now - UNDO).update(ended_at=now)
    return Outcome.DONE


@transaction.atomic
def come_back(subscription_id: int, *, consent: ConsentFacts, now: datetime) -> Outcome:
    """What its reader left within a day is active as it was before, with all that was left at the same moment.

    When it was confirmed stays, or the next digest would pass it by. Whoever complained, or was erased, since then
    does not come back.
    """
    subscription = queries.subscription_numbered(subscription_id)
    if subscription is None:
        return Outcome.UNKNOWN
    queries.locked(subscription.subscriber_id)
    left = list(queries.left_together(subscription_id, since=now - UNDO))
    back = {one.pk for one in left if one.subscriber.address_hash} - queries.suppressed_among(left)
    if subscription_id not in back:
        is_active = queries.in_state(subscription_id, Subscription.Status.ACTIVE).exists()
        return Outcome.ALREADY if is_active else Outcome.ENDED
    queries.numbered(back).update(status=Subscription.Status.ACTIVE, **NOT_ENDED)
    Consent.objects.bulk_create(
        Consent(subscription_id=number, act=Consent.Act.RETURNED, at=now, **asdict(consent)) for number in sorted(back)
    )
    return Outcome.DONE


def answer(subscription_id: int, reason: str) -> bool:
    """Why the reader left is known, if they had left and had not said so before; `reason` is of LeaveAnswer."""
    return bool(queries.left_by_its_reader(subscription_id).filter(leave_answer="").update(leave_answer=reason))


def may_come_back(subscription: Subscription, *, now: datetime) -> bool:
    """Whether undo is worth offering. `come_back` looks again, and at more than this."""
    return (
        subscription.end_reason == Subscription.EndReason.LEFT
        and subscription.confirmed_at is not None
        and subscription.ended_at is not None
        and subscription.ended_at >= now - UNDO
        and subscription.subscriber.erased_at is None
    )

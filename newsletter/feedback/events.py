"""Recording what came back, once, and doing what it asks for: settling a mail, ending a subscription."""

import logging
from collections.abc import Sequence, Set
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from newsletter.delivery import ledger
from newsletter.delivery.models import Delivery
from newsletter.feedback import queries, statements
from newsletter.feedback.models import Event
from newsletter.feedback.statements import Added, Reported
from newsletter.feedback.verdicts import Act, Report, Verdict, verdict
from newsletter.subscribers import membership
from newsletter.subscribers.models import Subscription, Suppression

logger = logging.getLogger(__name__)

PAYLOADS_KEPT = timedelta(days=7)  # they name addresses
# What can end a subscription. A mail that arrived, or is late, never makes a verdict worse.
JUDGED = frozenset({Event.Kind.BOUNCED_HARD, Event.Kind.BOUNCED_SOFT, Event.Kind.COMPLAINED, Event.Kind.LEFT})


def record_all(reported: Sequence[Reported]) -> int:
    """All are events and are acted on, each once however often it is reported; how many were new.

    Most are mails that arrived: they are added together, and nothing hangs on one that a failing disk forgets. One
    that asks for more is recorded and acted on together or not at all, so that a provider's second try finds nothing
    half done. Whatever became of a mail, it has left: it is SENT if it was in the air.
    """
    now = timezone.now()
    quiet = [one for one in reported if one.kind not in JUDGED]
    added = [statements.add(quiet, now=now, patient=False)]
    if quiet:
        logger.info("events by %s: %s of %s were new", quiet[0].source, len(added[0].events), len(quiet))
    added += [_record_and_judge(one, now=now) for one in reported if one.kind in JUDGED]
    _settle(reported, set().union(*(one.in_the_air for one in added)))
    return sum(len(one.events) for one in added)


def record(
    *, kind: str, source: str, external_id: str, at: datetime, delivery_id: int | None, payload: Any = None
) -> bool:
    """The same for one alone; whether it was new."""
    one = Reported(kind=kind, source=source, external_id=external_id, at=at, delivery_id=delivery_id, payload=payload)
    return bool(record_all([one]))


def forget_payloads(*, now: datetime) -> int:
    """Raw payloads are gone after 7 days; the events stay."""
    return queries.events_with_old_payloads(now - PAYLOADS_KEPT).update(payload=None)


def _settle(reported: Sequence[Reported], in_the_air: Set[int]) -> None:
    """Row by row, in no transaction with others: no lock is held that a worker waits for. It may be done twice."""
    moments = {one.delivery_id: one.at for one in reported if one.delivery_id in in_the_air}
    for delivery_id, at in moments.items():
        if delivery_id is not None:
            ledger.prove_sent(delivery_id, at=at)


@transaction.atomic
def _record_and_judge(one: Reported, *, now: datetime) -> Added:
    """The subscription is locked, so that of two bounces at once the later sees the earlier."""
    added = statements.add([one], now=now)
    for event in added.events.values():
        delivery = queries.delivery_to_judge(one.delivery_id)
        if delivery is not None:
            _judge(delivery, now=now)
        logger.info("event %s: %s of delivery %s by %s", event, one.kind, one.delivery_id, one.source)
    return added


def _judge(delivery: Delivery, *, now: datetime) -> None:
    """Ends the subscription if its history says so, and suppresses its address where the address is at fault."""
    subscription = delivery.subscription
    reports = [Report(event.delivery_id or 0, event.kind, event.at) for event in queries.history(subscription)]
    found = verdict(reports)
    if found.act is not Act.STOP:
        return
    membership.end(subscription.pk, reason=Subscription.EndReason(found.reason), now=now)
    if found.suppress:
        _suppress(subscription, found)


def _suppress(subscription: Subscription, found: Verdict) -> None:
    """An address that does not exist gets nothing from anybody; who complained, nothing of this newsletter."""
    address_hash = subscription.subscriber.address_hash
    if address_hash is None:  # erased: there is no address any more
        return
    reason = Suppression.Reason(found.reason)
    newsletter = None if reason is Suppression.Reason.BOUNCED else subscription.newsletter
    membership.suppress(address_hash, newsletter, reason)

"""Recording what came back, once, and doing what it asks for: settling a mail, ending a subscription."""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from newsletter.delivery import ledger
from newsletter.delivery.models import Delivery
from newsletter.feedback import queries
from newsletter.feedback.models import Event
from newsletter.feedback.verdicts import Act, Report, Verdict, verdict
from newsletter.subscribers import membership
from newsletter.subscribers.models import Subscription, Suppression

logger = logging.getLogger(__name__)

PAYLOADS_KEPT = timedelta(days=7)  # they name addresses


@transaction.atomic
def record(
    *, kind: str, source: str, external_id: str, at: datetime, delivery_id: int | None, payload: Any = None
) -> bool:
    """The event is recorded and acted on, once however often it is delivered; whether it was new.

    Recorded and acted on together or not at all, so that a provider's second try finds nothing half done.
    """
    delivery = queries.known_delivery(delivery_id)
    event, is_new = Event.objects.get_or_create(
        source=source,
        external_id=external_id,
        defaults={"kind": kind, "at": at, "delivery": delivery, "payload": payload},
    )
    if is_new and delivery is not None:
        ledger.prove_sent(delivery.pk, at=at)  # whatever became of the mail, it had left
        _act(delivery, now=timezone.now())
    if is_new:
        logger.info("event %s: %s of delivery %s by %s", event.pk, kind, delivery_id, source)
    return is_new


def forget_payloads(*, now: datetime) -> int:
    """Raw payloads are gone after 7 days; the events stay."""
    return queries.events_with_old_payloads(now - PAYLOADS_KEPT).update(payload=None)


def _act(delivery: Delivery, *, now: datetime) -> None:
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

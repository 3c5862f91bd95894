"""Erasing a reader in every room at once."""

import logging
from datetime import datetime

from django.db import transaction

from newsletter.feedback import queries as feedback
from newsletter.subscribers import erasing
from newsletter.subscribers.models import Subscriber

logger = logging.getLogger(__name__)


@transaction.atomic
def forget(subscriber: Subscriber, *, now: datetime) -> None:
    """No row names the reader, the address is never written to again, and the numbers stay. It may run twice."""
    erasing.erase(subscriber, now=now)
    feedback.payloads_of(subscriber).update(payload=None)
    if subscriber.address:
        feedback.payloads_that_name(subscriber.address).update(payload=None)
    logger.info("subscriber %s is erased", subscriber.pk)

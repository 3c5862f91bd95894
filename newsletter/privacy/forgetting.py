"""Erasing a reader in every room at once."""

import logging
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from newsletter.feedback import queries as feedback
from newsletter.staff import acting
from newsletter.staff.models import User
from newsletter.subscribers import erasing
from newsletter.subscribers.models import Subscriber
from newsletter.subscribers.queries import newsletters_asked_for

logger = logging.getLogger(__name__)


@transaction.atomic
def forget(subscriber: Subscriber, *, now: datetime) -> None:
    """No row names the reader, the address is never written to again, and the numbers stay. It may run twice."""
    erasing.erase(subscriber, now=now)
    feedback.payloads_of(subscriber).update(payload=None)
    if subscriber.address:
        feedback.payloads_that_name(subscriber.address).update(payload=None)
    logger.info("subscriber %s is erased", subscriber.pk)


def may_forget(by: User, subscriber: Subscriber) -> bool:
    """Whether the user administers every newsletter that the reader has ever asked for: erasing ends them all."""
    return by.has_perm("subscribers.delete_subscriber", subscriber)


def forget_for(subscriber: Subscriber, *, by: User, now: datetime) -> None:
    """`forget`, for a reader who asked one of us. Raises PermissionDenied."""
    if not may_forget(by, subscriber):
        raise PermissionDenied("erasing needs the role of an administrator in each of the reader's newsletters")
    with transaction.atomic():
        for newsletter in newsletters_asked_for(subscriber):
            acting.record("erase a reader", newsletter, by=by)
        forget(subscriber, now=now)
    logger.info("user %s erased subscriber %s", by.pk, subscriber.pk)

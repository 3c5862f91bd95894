"""What a reader follows stays there: without the only topic that somebody follows that reader would get every paper."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Model, ProtectedError, QuerySet
from django.db.models.signals import pre_delete
from django.utils import timezone

from digests.models import Topic
from newsletter.subscribers import queries
from newsletter.subscribers.membership import UNDO
from newsletter.subscribers.models import Subscription


def readers_of(topics: Iterable[int]) -> QuerySet[Subscription]:
    """Who follows some of these topics and nothing else; also who has left and may still take that back."""
    return queries.readers_of_these_alone(topics, left_since=timezone.now() - UNDO)


def guard() -> None:
    """From now on no way of deleting a topic leaves a reader who follows it alone."""
    pre_delete.connect(_refuse, sender=Topic, dispatch_uid="topics that are followed alone")


def _refuse(instance: Topic, origin: Model | QuerySet[Any], **_sent: object) -> None:
    """Raises ProtectedError, and so nothing is deleted. A QuerySet's topics go together."""
    going = [topic.pk for topic in origin] if isinstance(origin, QuerySet) else [instance.pk]
    readers = readers_of(going)
    if readers.exists():
        raise ProtectedError(f"topic {instance.pk} is all that some readers follow", set(readers))

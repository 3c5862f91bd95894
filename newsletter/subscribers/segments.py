"""What counting and exporting ask of the tables: whole groups of readers, never one by one."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from digests.models import Newsletter
from newsletter.subscribers.models import Readership, Subscription, Suppression

ACTIVE = Subscription.Status.ACTIVE
Topics = Subscription.topics.through


def active(newsletter: Newsletter) -> QuerySet[Subscription]:
    return Subscription.objects.filter(newsletter=newsletter, status=ACTIVE).order_by()


def combinations(newsletter: Newsletter, columns: Sequence[str]) -> Iterator[tuple[tuple[Any, ...], int]]:
    """How many active readers have the same values in these columns, in one pass over them."""
    for *values, readers in active(newsletter).values_list(*columns).annotate(readers=Count("pk")):
        yield tuple(values), readers


def followers(newsletter: Newsletter) -> dict[str, int]:
    """How many active readers chose which topic, by its id."""
    rows = Topics.objects.filter(topic__newsletter=newsletter, subscription__status=ACTIVE).order_by()
    return {str(topic): readers for topic, readers in rows.values_list("topic_id").annotate(readers=Count("pk"))}


def readers_of_all_topics(newsletter: Newsletter) -> int:
    """Active readers who chose no topic, and so get all."""
    return active(newsletter).filter(~Exists(Topics.objects.filter(subscription=OuterRef("pk")))).count()


def readership(newsletter: Newsletter) -> Readership | None:
    return Readership.objects.filter(newsletter=newsletter).first()


def exported(newsletter: Newsletter, *, everybody: bool) -> QuerySet[Subscription]:
    """The active readers, or everybody whose address is still known, with the subscriber and the topics' slugs."""
    rows = Subscription.objects.filter(newsletter=newsletter, subscriber__address_hash__isnull=False)
    rows = rows if everybody else rows.filter(status=ACTIVE)
    return rows.select_related("subscriber").prefetch_related("topics").order_by("pk")


def suppressions(newsletter: Newsletter) -> QuerySet[Suppression]:
    """What this newsletter does not write to: its own list, and the one of all newsletters."""
    return Suppression.objects.filter(Q(newsletter=newsletter) | Q(newsletter__isnull=True)).order_by("pk")


def after(rows: QuerySet[Any], number: int, limit: int) -> list[Any]:
    """The next of these rows behind an id: a page of a walk through a table that is never held as a whole."""
    return list(rows.filter(pk__gt=number)[:limit])

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


def has_at_most(newsletter: Newsletter, readers: int) -> bool:
    """Whether it has no more active readers than so many; looks at no more of them than that."""
    return active(newsletter)[: readers + 1].count() <= readers


def readership(newsletter: Newsletter) -> Readership | None:
    return Readership.objects.filter(newsletter=newsletter).first()


def exported(newsletter: Newsletter, *, everybody: bool) -> QuerySet[Subscription]:
    """The active readers, or everybody whose address is still known."""
    rows = Subscription.objects.filter(newsletter=newsletter, subscriber__address_hash__isnull=False)
    return rows if everybody else rows.filter(status=ACTIVE)


def suppressions(newsletter: Newsletter) -> QuerySet[Suppression]:
    """What this newsletter does not write to: its own list, and the one of all newsletters."""
    return Suppression.objects.filter(Q(newsletter=newsletter) | Q(newsletter__isnull=True))


def after(rows: QuerySet[Any], number: int, limit: int, *, columns: Sequence[str]) -> list[dict[str, Any]]:
    """The next of these rows behind an id, as values: a page of a walk that never holds the whole table."""
    return list(rows.filter(pk__gt=number).order_by("pk").values("pk", *columns)[:limit])


def slugs_of(subscriptions: Sequence[int]) -> dict[int, str]:
    """The slugs of the topics that each of these follows, with a space between them; none where it follows all."""
    found: dict[int, list[str]] = {}
    rows = Topics.objects.filter(subscription__in=subscriptions).values_list("subscription_id", "topic__slug")
    for subscription, slug in rows:
        found.setdefault(subscription, []).append(slug)
    return {subscription: " ".join(sorted(slugs)) for subscription, slugs in found.items()}

"""Questions to the ledger and to the readers, by name."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from django.db.models import Count, F, Q, QuerySet

from digests.models import Digest, Newsletter
from newsletter.delivery.models import Delivery
from newsletter.postbox.models import Letter, Sender
from newsletter.subscribers.models import Subscription


def digests_going_out() -> QuerySet[Digest]:
    """Approved daily digests of newsletters that have a Sender. Other kinds have no readers and no address yet."""
    return Digest.objects.filter(
        status=Digest.Status.APPROVED,
        kind=Digest.Kind.DAILY,
        newsletter__sender_assignment__isnull=False,
    ).select_related("newsletter")


def digests_that_are_over(now: datetime) -> QuerySet[Digest]:
    """Digests whose day has ended in every zone, the morning after included: approved, or taken back with rows left."""
    planned = Delivery.objects.filter(status=Delivery.Status.PLANNED)
    taken_back = Q(status=Digest.Status.DRAFT, pk__in=planned.values("digest"))
    over = Q(status=Digest.Status.APPROVED) | taken_back
    return Digest.objects.filter(over, day__lt=(now - timedelta(days=4)).date())


def has_approved_digest(newsletter: Newsletter, day: date) -> bool:
    return Digest.objects.filter(
        newsletter=newsletter, day=day, kind=Digest.Kind.DAILY, status=Digest.Status.APPROVED
    ).exists()


def mornings(newsletter: Newsletter) -> list[tuple[str, int]]:
    """The (time zone, hour) pairs that the newsletter has active readers in."""
    active = newsletter.subscriptions.filter(status=Subscription.Status.ACTIVE)
    return list(active.order_by("time_zone", "hour").values_list("time_zone", "hour").distinct())


def readers_without_a_row(
    digest: Digest, *, time_zone: str, hour: int, weekday_bit: int, confirmed_by: datetime
) -> QuerySet[Subscription]:
    """Active readers of one morning who want that weekday and have no row in the ledger for the digest."""
    return (
        digest.newsletter.subscriptions.filter(
            status=Subscription.Status.ACTIVE, time_zone=time_zone, hour=hour, confirmed_at__lte=confirmed_by
        )
        .annotate(chosen=F("weekdays").bitand(weekday_bit))
        .filter(chosen__gt=0)
        .exclude(deliveries__digest=digest)
    )


def senders_with_due_mail(now: datetime) -> QuerySet[Sender]:
    """Senders that are not paused and have rows to send."""
    due = Delivery.objects.filter(status=Delivery.Status.PLANNED, ready_at__lte=now).exclude(digest__status="draft")
    return Sender.objects.filter(paused_at__isnull=True, pk__in=due.values("sender"))


def sent_since(sender: Sender, moment: datetime) -> int:
    """How many mails left under this Sender since `moment`, letters and what is in the air included."""
    # One query for both statuses: a row that goes from one to the other between two queries would not count.
    rows = sender.deliveries.filter(
        Q(status=Delivery.Status.SENT, sent_at__gte=moment) | Q(status=Delivery.Status.SENDING)
    )
    letters = sender.letters.filter(status=Letter.Status.SENT, sent_at__gte=moment)
    return rows.count() + letters.count()


def locked_sender(sender: Sender) -> Sender:
    """The Sender as it is now, locked until the transaction ends; rows that name it can still be added."""
    return Sender.objects.select_for_update(no_key=True).get(pk=sender.pk)


def allowance(sender: Sender, *, now: datetime, most: int) -> int:
    """How many mails may leave now: none while the Sender is paused, and no more than its mails a day."""
    if sender.paused_at is not None:
        return 0
    if sender.per_day is None:
        return most
    return sender.per_day - sent_since(sender, now - timedelta(days=1))


def counts(digest: Digest) -> dict[str, int]:
    """How many rows of a digest have which status."""
    rows = digest.deliveries.order_by().values_list("status").annotate(rows=Count("pk"))
    return dict(rows)


def has_left(digest: Digest) -> bool:
    """Whether a mail of this digest may have left already."""
    return digest.deliveries.exclude(status__in=[Delivery.Status.PLANNED, Delivery.Status.SKIPPED]).only("pk").exists()


def web_version(delivery_id: int) -> Delivery | None:
    """A delivery with the edition that was sent, if it was."""
    rows = Delivery.objects.filter(pk=delivery_id, edition__isnull=False)
    return rows.select_related("edition__revision", "subscription__newsletter").first()


def claimed(ids: Sequence[int]) -> list[Delivery]:
    """Claimed rows with everything that their mails are made from, in the order in which they were due."""
    rows = Delivery.objects.filter(pk__in=ids).order_by("due_at", "pk")
    return list(rows.select_related("subscription__subscriber", "digest__newsletter", "edition"))


def counts_of(digests: Iterable[Digest]) -> dict[int, dict[str, int]]:
    """How many rows have which status, by the digest's id: one question for all of them."""
    rows = Delivery.objects.filter(digest__in=[digest.pk for digest in digests]).order_by()
    found: dict[int, dict[str, int]] = {}
    for digest, status, count in rows.values_list("digest", "status").annotate(rows=Count("pk")):
        found.setdefault(digest, {})[status] = count
    return found

"""Questions to the ledger and to the readers, by name."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db.models import Count, F, QuerySet

from digests.models import Digest, Newsletter
from newsletter.delivery.models import Delivery
from newsletter.postbox.models import Sender
from newsletter.subscribers.models import Subscription


def digests_going_out() -> QuerySet[Digest]:
    """Approved digests that readers get, daily ones and special issues, of newsletters that have a Sender."""
    return Digest.objects.filter(
        status=Digest.Status.APPROVED,
        kind__in=[Digest.Kind.DAILY, Digest.Kind.SPECIAL],
        newsletter__sender_assignment__isnull=False,
    ).select_related("newsletter")


def digests_that_are_over(now: datetime) -> QuerySet[Digest]:
    """Approved digests whose day has ended in every zone, the morning after included."""
    return Digest.objects.filter(status=Digest.Status.APPROVED, day__lt=(now - timedelta(days=4)).date())


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
    """How many digests left under this Sender since `moment`, those in the air included."""
    rows = sender.deliveries.filter(status=Delivery.Status.SENT, sent_at__gte=moment)
    return rows.count() + sender.deliveries.filter(status=Delivery.Status.SENDING).count()


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
    return list(rows.select_related("subscription__subscriber", "digest__newsletter", "edition__revision"))

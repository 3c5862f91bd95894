"""Questions of the watch, each answered from an index.

One of them walks over the planned rows of paused digests, 40 ms for 300,000; /healthz keeps its answer for that.
"""

from datetime import date, datetime, timedelta

from django.db.models import DurationField, ExpressionWrapper, F, Q
from django.db.models.functions import Now

from digests.models import Digest, Newsletter
from newsletter.delivery.models import Delivery
from newsletter.delivery.queries import held_digests
from newsletter.health.models import Heartbeat
from newsletter.health.problems import Wait
from newsletter.postbox.models import Sender
from newsletter.subscribers import schedule
from newsletter.subscribers.models import Ask, Subscription

ALARM = "alarm:"
WEEKS = 4  # so long readers remember that a digest came on this weekday


def silence_of(name: str) -> timedelta | None:
    """What has passed since the last heartbeat, by the database's clock; None where there never was one."""
    age = ExpressionWrapper(Now() - F("at"), output_field=DurationField())
    return Heartbeat.objects.filter(name=name).annotate(age=age).values_list("age", flat=True).first()


def longest_waits() -> list[Wait]:
    """Per Sender that is not paused, the PLANNED row that is ready since longest, but for those of held digests."""
    held = held_digests()
    found = []
    for sender in Sender.objects.filter(paused_at__isnull=True):
        rows = Delivery.objects.filter(sender=sender, status=Delivery.Status.PLANNED).exclude(digest__in=held)
        since = rows.order_by("ready_at").values_list("ready_at", flat=True).first()
        if since is not None:
            found.append(Wait(sender.slug, since))
    return found


def oldest_ask() -> datetime | None:
    """When what somebody typed on a page, and waits for, was asked for; none where nobody waits."""
    return Ask.objects.order_by("at").values_list("at", flat=True).first()


def newsletters_with_readers() -> list[Newsletter]:
    """Newsletters that have a Sender; those without one have no readers."""
    return list(Newsletter.objects.filter(sender_assignment__isnull=False).order_by("slug"))


def is_missing(newsletter: Newsletter, day: date, *, kind: str) -> bool:
    """Whether the day's digest is a draft; or is not there, though one was approved of this weekday in four weeks.

    On a day off nobody waits for a daily one.
    """
    if kind == Digest.Kind.DAILY and newsletter.days_off.filter(day=day).exists():
        return False
    digests = Digest.objects.filter(newsletter=newsletter, kind=kind)
    status = digests.filter(day=day).values_list("status", flat=True).first()
    if status is not None:
        return status == Digest.Status.DRAFT
    weeks = [day - timedelta(weeks=number) for number in range(1, WEEKS + 1)]
    return digests.filter(day__in=weeks, approved_at__isnull=False).exists()


def weekly_drafts(newsletter: Newsletter, *, first: date, last: date) -> list[date]:
    """The days from the first to the last whose weekly digest is a draft."""
    drafts = Digest.objects.filter(newsletter=newsletter, kind=Digest.Kind.WEEKLY, status=Digest.Status.DRAFT)
    return list(drafts.filter(day__range=(first, last)).order_by("day").values_list("day", flat=True))


def has_reader(newsletter: Newsletter, *, rhythm: str, time_zone: str, hour: int, day: date) -> bool:
    """Whether somebody of this morning gets a digest of that rhythm on that day."""
    active = newsletter.subscriptions.filter(
        Q(paused_until__isnull=True) | Q(paused_until__lte=day),
        status=Subscription.Status.ACTIVE,
        rhythm=rhythm,
        time_zone=time_zone,
        hour=hour,
    )
    return active.alias(chosen=F("weekdays").bitand(schedule.weekday_bit(day))).filter(chosen__gt=0).exists()


def alarms() -> dict[str, Heartbeat]:
    """Problems that an alarm was given for, by their names."""
    rows = Heartbeat.objects.filter(name__startswith=ALARM)
    return {row.name.removeprefix(ALARM): row for row in rows}

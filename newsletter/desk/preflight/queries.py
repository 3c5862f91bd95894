"""What pre-flight asks of the tables, by name."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db.models import Count, F, Q, QuerySet

from digests.models import DayOff, Digest
from digests.queries import PUBLIC
from newsletter.desk.models import Known, Look, Overruling
from newsletter.subscribers.models import Subscription
from newsletter.subscribers.schedule import weekday_bit


def day_off(digest: Digest) -> DayOff | None:
    return DayOff.objects.filter(newsletter=digest.newsletter_id, day=digest.day).first()


def beside(digest: Digest) -> QuerySet[Digest]:
    """Other digests of that day which readers of the same rhythm get; there is one daily and one weekly at most."""
    kinds = [digest.kind, Digest.Kind.SPECIAL]
    if digest.kind == Digest.Kind.SPECIAL:
        kinds.append(Digest.Kind.DAILY)
    same_day = Digest.objects.filter(newsletter=digest.newsletter_id, day=digest.day, kind__in=kinds, status__in=PUBLIC)
    return same_day.exclude(pk=digest.pk).select_related("newsletter").order_by("pk")


def readers_of(digest: Digest) -> list[tuple[str, str, int]]:
    """How many readers are due a digest, per language and zone: reads all of them, so no page asks it."""
    due = Subscription.objects.filter(
        Q(paused_until__isnull=True) | Q(paused_until__lte=digest.day),
        newsletter=digest.newsletter_id,
        status=Subscription.Status.ACTIVE,
    )
    if digest.kind != Digest.Kind.SPECIAL:  # which readers of both rhythms get
        due = due.filter(rhythm=digest.kind)
    if digest.kind == Digest.Kind.DAILY:
        due = due.annotate(reads=F("weekdays").bitand(weekday_bit(digest.day))).filter(reads__gt=0)
    counted = due.order_by().values_list("locale", "time_zone").annotate(readers=Count("pk"))
    return sorted((locale, zone, readers) for locale, zone, readers in counted)


def known(marks: Iterable[str]) -> list[Known]:
    return list(Known.objects.filter(mark__in=list(marks)))


def known_before(moment: datetime) -> QuerySet[Known]:
    return Known.objects.filter(at__lt=moment)


def look_of(digest: Digest) -> Look | None:
    return Look.objects.filter(digest=digest.pk).first()


def looks_to_begin(*, now: datetime, lost_after: timedelta) -> QuerySet[Look]:
    """Looks that were asked for and that nobody is at, or whose worker has not come back."""
    asked = Q(began_at__isnull=True) | Q(began_at__lt=F("asked_at"))
    is_open = Q(done_at__isnull=True) | Q(done_at__lt=F("began_at"))
    return Look.objects.filter(asked | (is_open & Q(began_at__lt=now - lost_after))).select_related(
        "digest__newsletter"
    )


def overrulings(digest: Digest) -> QuerySet[Overruling]:
    return Overruling.objects.filter(digest=digest.pk).select_related("by")


def digests_of(day: date, *, slug: str) -> list[Digest]:
    """The digests of a day that are not cancelled: of one newsletter, or of all where `slug` is empty."""
    digests = Digest.objects.filter(day=day).exclude(status=Digest.Status.CANCELLED).select_related("newsletter")
    if slug:
        digests = digests.filter(newsletter__slug=slug)
    return list(digests.order_by("newsletter__slug", "kind", "slug"))

"""Questions of today, each one for all newsletters or digests at once."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, timedelta

from digests.models import Digest, Newsletter, Source
from newsletter.delivery.models import Delivery
from newsletter.delivery.queries import statuses_of
from newsletter.postbox.models import Sender
from newsletter.staff.models import Role

BEHIND, AHEAD = timedelta(days=2), timedelta(days=7)


def digests_near(newsletters: Collection[Newsletter], today: date) -> list[Digest]:
    """What is to be worked on: from two days ago, for a late one, to a week ahead."""
    near = Digest.objects.filter(newsletter__in=newsletters, day__range=(today - BEHIND, today + AHEAD))
    return list(near.select_related("newsletter").order_by("day", "kind", "slug"))


def digests_in_doubt(newsletters: Collection[Newsletter], *, since: date) -> list[Digest]:
    """The digests from that day on with mails of which nobody knows whether they arrived."""
    digests = list(Digest.objects.filter(newsletter__in=newsletters, day__gte=since).order_by("day", "kind", "slug"))
    statuses = statuses_of(digests)
    return [digest for digest in digests if Delivery.Status.UNCERTAIN in statuses[digest.pk]]


def last_sent(newsletter: Newsletter, *, before: date) -> Digest | None:
    """The newest digest before that day that was approved."""
    return newsletter.digests.filter(day__lt=before, approved_at__isnull=False).order_by("-day", "kind").first()


def failed_sources(newsletters: Collection[Newsletter]) -> list[Source]:
    """Enabled sources whose last import failed."""
    return list(Source.objects.filter(newsletter__in=newsletters, enabled=True).exclude(last_error=""))


def senders_of(newsletters: Collection[Newsletter]) -> dict[int, Sender]:
    """The Sender of each newsletter that has one, by the newsletter's id."""
    senders = Sender.objects.filter(assignments__newsletter__in=newsletters).distinct().prefetch_related("assignments")
    return {row.newsletter_id: sender for sender in senders for row in sender.assignments.all()}


def roles_at(newsletters: Collection[Newsletter]) -> dict[int, list[Role]]:
    """The roles of people who can log in, by the newsletter's id, by name."""
    rows = Role.objects.filter(newsletter__in=newsletters, user__is_active=True, user__is_staff=True)
    found: dict[int, list[Role]] = defaultdict(list)
    for role in rows.select_related("user").order_by("user__username"):
        found[role.newsletter_id].append(role)
    return found

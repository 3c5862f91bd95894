"""Questions to what came back, by name."""

from datetime import datetime

from django.db.models import Max, Q, QuerySet, TextField
from django.db.models.functions import Cast, Coalesce

from digests.days import Named
from digests.models import Digest, Entry
from newsletter.delivery.models import Delivery
from newsletter.feedback.models import Event
from newsletter.subscribers.models import Consent, Subscriber, Subscription

LONG_ENOUGH = 20  # reports: four for each of the five last mails that a verdict looks at


def delivery_to_judge(delivery_id: int | None) -> Delivery | None:
    """The delivery with its reader, if there is one. Its subscription is locked until the transaction ends."""
    if delivery_id is None:
        return None
    rows = Delivery.objects.select_related("subscription__subscriber", "subscription__newsletter")
    return rows.select_for_update(of=("subscription",), no_key=True).filter(pk=delivery_id).first()


def history(subscription: Subscription) -> QuerySet[Event]:
    """The latest events about the subscription's mails since it was last confirmed, newest first.

    Without DEFERRED, which says nothing of how a mail ended, and may be said any number of times; and without what
    came back from an address that the reader has moved away from. What they said themselves they said wherever it was;
    that they leave, until they took it back.
    """
    since = subscription.confirmed_at or subscription.created_at
    moved = subscription.subscriber.moved_at or since
    back = subscription.consents.filter(act=Consent.Act.RETURNED).aggregate(at=Max("at"))["at"] or since
    events = Event.objects.filter(delivery__subscription=subscription).exclude(kind=Event.Kind.DEFERRED)
    return (
        events.annotate(mailed_at=Coalesce("delivery__sent_at", "delivery__due_at"))
        .filter(Q(mailed_at__gte=moved) | Q(kind__in=[Event.Kind.COMPLAINED, Event.Kind.LEFT]), mailed_at__gte=since)
        .exclude(kind=Event.Kind.LEFT, at__lte=back)
        .order_by("-at", "-pk")[:LONG_ENOUGH]
    )


def events_with_old_payloads(moment: datetime) -> QuerySet[Event]:
    return Event.objects.filter(payload__isnull=False, received_at__lt=moment)


def payloads_of(subscriber: Subscriber) -> QuerySet[Event]:
    """Events of the subscriber's mails whose payload is kept."""
    return Event.objects.filter(delivery__subscription__subscriber=subscriber, payload__isnull=False)


def payloads_that_name(address: str) -> QuerySet[Event]:
    """Events of no mail that is known, whose payload has the address in its text."""
    kept = Event.objects.filter(delivery__isnull=True, payload__isnull=False)
    return kept.annotate(text=Cast("payload", TextField())).filter(text__icontains=address)


def approved_entry(newsletter: str, named: Named, *, paper: int) -> Entry | None:
    """The paper's entry in the newsletter's digest of that name, if that was ever approved."""
    digests = Digest.objects.filter(
        newsletter__slug=newsletter, day=named.day, kind=named.kind, slug=named.slug, revisions__isnull=False
    )
    # By __pk, which finds nothing where a link names a number that SQLite cannot hold.
    rows = Entry.objects.filter(digest__in=digests, paper__pk=paper)
    return rows.select_related("digest__newsletter", "paper").first()


def events_about(subscriber: Subscriber) -> QuerySet[Event]:
    """What came back of a subscriber's mails, oldest first."""
    return Event.objects.filter(delivery__subscription__subscriber=subscriber).order_by("at", "pk")

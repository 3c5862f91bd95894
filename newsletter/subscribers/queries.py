"""What this room asks of the tables, each question with its name."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from digests.models import Newsletter, Topic
from newsletter.postbox.models import Letter, SenderAssignment
from newsletter.subscribers.models import Consent, Subscriber, Subscription, Suppression

LIVE = (Subscription.Status.PENDING, Subscription.Status.ACTIVE)


def newsletters() -> list[Newsletter]:
    """All newsletters, by name."""
    return list(Newsletter.objects.order_by("name"))


def has_several_newsletters() -> bool:
    return Newsletter.objects.count() > 1


def newsletters_asked_for(subscriber: Subscriber) -> list[Newsletter]:
    """The newsletters that the subscriber reads, or has ever asked for."""
    return list(Newsletter.objects.filter(subscriptions__subscriber=subscriber).distinct())


def newsletter_called(slug: str) -> Newsletter | None:
    return Newsletter.objects.filter(slug=slug).first()


def takes_readers(newsletter: Newsletter) -> bool:
    """Whether it has a Sender: without one no confirming letter can leave."""
    return SenderAssignment.objects.filter(newsletter=newsletter).exists()


def subscription_numbered(number: int) -> Subscription | None:
    """The subscription that a link names, with its subscriber and newsletter."""
    return Subscription.objects.select_related("subscriber", "newsletter").filter(pk=number).first()


def in_state(number: int, *statuses: Subscription.Status) -> QuerySet[Subscription]:
    """The subscription if its status is one of `statuses`: the base of every compare-and-set."""
    return Subscription.objects.filter(pk=number, status__in=statuses)


def left_by_its_reader(number: int, *, since: datetime | None = None) -> QuerySet[Subscription]:
    """The subscription if it ended because its reader left, which takes a link that the reader alone has."""
    left = Subscription.objects.filter(
        pk=number, status=Subscription.Status.ENDED, end_reason=Subscription.EndReason.LEFT
    )
    return left if since is None else left.filter(ended_at__gte=since)


def left_by_a_reader(number: int, *, since: datetime) -> QuerySet[Subscription]:
    """The subscription if its reader, who had confirmed it, left it since then."""
    return left_by_its_reader(number, since=since).filter(confirmed_at__isnull=False)


def left_after_asking(number: int) -> QuerySet[Subscription]:
    """The subscription if its reader left it, and nobody signed up for it since."""
    return left_by_its_reader(number).filter(asked_at__lte=F("ended_at"))


def left_and_asked_again(number: int) -> QuerySet[Subscription]:
    """The subscription if its reader left it, and a letter asked to confirm it since; locked like `left_together`."""
    left = left_by_its_reader(number).filter(asked_at__gt=F("ended_at"))
    return left.select_related("subscriber").select_for_update(of=("self",))


def left_together(number: int, *, since: datetime) -> QuerySet[Subscription]:
    """The subscription if its reader left it since then, and all that the reader left at the same moment.

    Those that were confirmed before, in the order of their ids; locked until the transaction ends.
    """
    own = left_by_its_reader(number, since=since)
    together = Subscription.objects.select_related("subscriber").filter(
        status=Subscription.Status.ENDED,
        end_reason=Subscription.EndReason.LEFT,
        confirmed_at__isnull=False,
        subscriber__in=own.values("subscriber"),
        ended_at__in=own.values("ended_at"),
    )
    return together.select_for_update(of=("self",)).order_by("pk")


def numbered(numbers: Iterable[int]) -> QuerySet[Subscription]:
    return Subscription.objects.filter(pk__in=numbers)


def not_asked_since(number: int, moment: datetime) -> QuerySet[Subscription]:
    """The subscription if no service mail was written for it since `moment`."""
    return Subscription.objects.filter(Q(asked_at__isnull=True) | Q(asked_at__lte=moment), pk=number)


def read_by(address_hash: str) -> QuerySet[Subscription]:
    """The active subscriptions of an address."""
    return Subscription.objects.select_related("subscriber", "newsletter").filter(
        subscriber__address_hash=address_hash, status=Subscription.Status.ACTIVE
    )


def live_ones_of(subscriber: Subscriber) -> QuerySet[Subscription]:
    """The subscriptions that are not ended."""
    return Subscription.objects.filter(subscriber=subscriber, status__in=LIVE)


def others_that_take_readers(newsletter: Newsletter) -> QuerySet[Newsletter]:
    """The newsletters with a Sender beside this one, by name."""
    return Newsletter.objects.filter(sender_assignment__isnull=False).exclude(pk=newsletter.pk).order_by("name")


def barred_to(address_hash: str | None) -> set[int | None]:
    """The ids of newsletters that the address gets nothing from; None among them means all."""
    return set(Suppression.objects.filter(address_hash=address_hash).values_list("newsletter", flat=True))


def unconfirmed_since(moment: datetime) -> QuerySet[Subscription]:
    """Subscriptions that wait for confirmation and were last asked for it before `moment`; not who is still to be."""
    return Subscription.objects.select_related("subscriber").filter(
        Q(asked_at__lt=moment) | Q(asked_at__isnull=True, created_at__lt=moment),
        status=Subscription.Status.PENDING,
        invitation__isnull=True,
    )


def is_suppressed(address_hash: str, newsletter: Newsletter) -> bool:
    """Whether the address gets nothing more: from this newsletter, or from all of them."""
    return Suppression.objects.filter(
        Q(newsletter=newsletter) | Q(newsletter__isnull=True), address_hash=address_hash
    ).exists()


def suppressions_of(address_hash: str, newsletter: Newsletter | None) -> QuerySet[Suppression]:
    """The address's suppression for exactly this newsletter, or for all of them where it is None."""
    return Suppression.objects.filter(address_hash=address_hash, newsletter=newsletter)


def topics_of(newsletter: Newsletter, slugs: frozenset[str] | None = None) -> QuerySet[Topic]:
    """The newsletter's topics: all, or those with the given slugs."""
    topics = Topic.objects.select_related("newsletter").filter(newsletter=newsletter)
    return topics if slugs is None else topics.filter(slug__in=slugs)


def letters_to(address: str) -> QuerySet[Letter]:
    return Letter.objects.filter(to=address)


def suppressed_among(subscriptions: Sequence[Subscription]) -> set[int]:
    """The ids of those whose address gets nothing more; their subscribers should be loaded with them."""
    hashes = {subscription.subscriber.address_hash for subscription in subscriptions}
    found: set[tuple[str | None, int | None]] = set(
        Suppression.objects.filter(address_hash__in=hashes - {None}).values_list("address_hash", "newsletter_id")
    )
    return {
        subscription.pk
        for subscription in subscriptions
        if (subscription.subscriber.address_hash, subscription.newsletter_id) in found
        or (subscription.subscriber.address_hash, None) in found
    }


def active_readers(newsletter: Newsletter, *, rhythm: str) -> dict[str, int]:
    """How many active readers of that rhythm read in which language; of both where it is none, but a special issue."""
    rhythms = [rhythm] if rhythm in Subscription.Rhythm.values else Subscription.Rhythm.values
    active = newsletter.subscriptions.filter(status=Subscription.Status.ACTIVE, rhythm__in=rhythms).order_by()
    return dict(active.values_list("locale").annotate(readers=Count("*")))


def active_readers_by_rhythm(newsletter: Newsletter) -> dict[str, dict[str, int]]:
    """The same for each rhythm: a million rows are read once for all of them."""
    active = newsletter.subscriptions.filter(status=Subscription.Status.ACTIVE).order_by()
    found: dict[str, dict[str, int]] = {}
    for rhythm, locale, readers in active.values_list("rhythm", "locale").annotate(readers=Count("*")):
        found.setdefault(rhythm, {})[locale] = readers
    return found


def subscriber_numbered(number: int) -> Subscriber | None:
    return Subscriber.objects.filter(pk=number).first()


def known_as(address_hash: str) -> Subscriber | None:
    """Who has this address, whether they read anything or not. The row is locked until the transaction ends."""
    return Subscriber.objects.select_for_update().filter(address_hash=address_hash).first()


def locked(subscriber_id: int) -> Subscriber:
    """The row as it is now, locked until the transaction ends."""
    return Subscriber.objects.select_for_update().get(pk=subscriber_id)


def voice_of(subscriber_id: int) -> Subscription | None:
    """The subscription whose newsletter and language speak to a subscriber about all of them.

    One of a newsletter that has a Sender, that is active, and the newest of these, as far as there is one.
    """
    has_sender = Exists(SenderAssignment.objects.filter(newsletter=OuterRef("newsletter")))
    # By __pk, which finds nobody where a link names a number that SQLite cannot hold.
    mine = Subscription.objects.select_related("subscriber", "newsletter").filter(subscriber__pk=subscriber_id)
    ranked = mine.annotate(has_sender=has_sender, is_read=Q(status=Subscription.Status.ACTIVE))
    return ranked.order_by("-has_sender", "-is_read", "-pk").first()


def is_suppressed_anywhere(address_hash: str) -> bool:
    """Whether the address gets nothing more from one newsletter or from all."""
    return Suppression.objects.filter(address_hash=address_hash).exists()


def letters_of_kind(kind: str, address: str, *, since: datetime) -> QuerySet[Letter]:
    """The letters of a kind that were written to an address since a moment."""
    return Letter.objects.filter(to=address, kind=kind, created_at__gte=since)


def consents_of(subscriber: Subscriber) -> QuerySet[Consent]:
    return Consent.objects.filter(subscription__subscriber=subscriber)


def all_of(subscriber: Subscriber) -> QuerySet[Subscription]:
    """All subscriptions of a subscriber, ended ones too, oldest first."""
    mine = Subscription.objects.select_related("newsletter").filter(subscriber=subscriber)
    return mine.prefetch_related("topics").order_by("pk")


def readers_of_nothing_since(moment: datetime) -> QuerySet[Subscriber]:
    """Subscribers with an address whose last subscription ended before `moment`."""
    kept = Subscription.objects.filter(Q(status__in=LIVE) | Q(ended_at__gte=moment), subscriber=OuterRef("pk"))
    some = Subscription.objects.filter(subscriber=OuterRef("pk"))
    return Subscriber.objects.filter(Exists(some), ~Exists(kept), erased_at__isnull=True)


def reads(subscriber: Subscriber) -> QuerySet[Subscription]:
    """The subscriptions that a subscriber gets mails of."""
    return Subscription.objects.filter(subscriber=subscriber, status=Subscription.Status.ACTIVE)


def reads_at(address_hash: str) -> QuerySet[Subscription]:
    """The subscriptions of an address that are not ended."""
    return Subscription.objects.filter(subscriber__address_hash=address_hash, status__in=LIVE)


def by_id_and_hash(number: int, address_hash: str) -> list[Subscriber]:
    """The subscriber with this id and the one with this address, locked in the order of their ids."""
    both = Subscriber.objects.filter(Q(pk=number) | Q(address_hash=address_hash))
    return list(both.order_by("pk").select_for_update())


def all_suppressions_of(address_hash: str) -> QuerySet[Suppression]:
    """What the suppression list says of an address, of all newsletters."""
    return Suppression.objects.select_related("newsletter").filter(address_hash=address_hash).order_by("pk")


def leave_answers(newsletter: Newsletter) -> dict[str, int]:
    """Why readers left, as far as they said: how many gave which of LeaveAnswer."""
    said = newsletter.subscriptions.exclude(leave_answer="").order_by()
    return dict(said.values_list("leave_answer").annotate(readers=Count("*")))


def readers_of_these_alone(topics: Iterable[int], *, left_since: datetime) -> QuerySet[Subscription]:
    """Subscriptions that follow some of these topics and nothing else, no author and no word either.

    Live ones, and those that were left since that moment.
    """
    going = list(topics)
    followed = Subscription.topics.through.objects.filter(subscription=OuterRef("pk"))
    return Subscription.objects.filter(
        Exists(followed.filter(topic__in=going)),
        ~Exists(followed.exclude(topic__in=going)),
        Q(status__in=LIVE) | Q(end_reason=Subscription.EndReason.LEFT, ended_at__gte=left_since),
        authors="",
        words="",
    )


def weekly_readers(newsletter: Newsletter) -> QuerySet[Subscription]:
    """Live subscriptions to its weekly digest."""
    weekly = Subscription.Rhythm.WEEKLY
    return Subscription.objects.filter(newsletter=newsletter, rhythm=weekly, status__in=LIVE)

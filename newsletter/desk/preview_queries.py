"""What previews and tests of a digest ask of the tables, by name."""

from datetime import datetime

from django.db.models import QuerySet

from digests.models import Digest, Newsletter
from newsletter.delivery.models import Delivery
from newsletter.staff.models import Act, User
from newsletter.subscribers.models import Subscription


def lock(user: User) -> None:
    """Nobody else holds the user until the transaction ends."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)


def acts_since(moment: datetime, *, user: User, verb: str) -> int:
    """How often a user has done so; asked newsletter by newsletter, which the index of acts begins with."""
    mine = Act.objects.filter(newsletter__in=Newsletter.objects.values("pk"), at__gte=moment)
    return mine.filter(user=user.pk, verb=verb).count()


def subscription_numbered(digest: Digest, number: int) -> Subscription | None:
    """A reader of the digest's newsletter."""
    return _of(digest).filter(pk=number).first()


def subscription_of(digest: Digest, address_hash: str) -> Subscription | None:
    """The reader of the digest's newsletter with that address."""
    return _of(digest).filter(subscriber__address_hash=address_hash).first()


def has_had(digest: Digest, subscription: Subscription) -> bool:
    """Whether a mail of it has left to the reader."""
    return Delivery.objects.filter(subscription=subscription, digest=digest, status=Delivery.Status.SENT).exists()


def _of(digest: Digest) -> QuerySet[Subscription]:
    return Subscription.objects.filter(newsletter=digest.newsletter_id).prefetch_related("topics")

"""Questions of the desk, by name."""

from datetime import date, datetime

from django.db.models import Model, QuerySet

from digests.models import Digest, Newsletter
from newsletter.postbox.models import Sender
from newsletter.staff.models import Act, Role, User
from newsletter.subscribers.models import Subscription


def sender_of(newsletter: Newsletter) -> Sender | None:
    return Sender.objects.filter(assignments__newsletter=newsletter).first()


def newsletters_with_a_cut_off() -> QuerySet[Newsletter]:
    return Newsletter.objects.filter(cut_off__isnull=False).order_by("pk")


def drafts_of(newsletter: Newsletter, day: date) -> list[Digest]:
    """The drafts of that day, daily and weekly, with their newsletter."""
    drafts = newsletter.digests.filter(day=day, status=Digest.Status.DRAFT).exclude(kind=Digest.Kind.SPECIAL)
    return list(drafts.select_related("newsletter").order_by("kind"))


def has_digest(newsletter: Newsletter, day: date) -> bool:
    """Whether there is a daily digest of that day, in whatever state."""
    return newsletter.digests.filter(day=day, kind=Digest.Kind.DAILY).exists()


def is_draft(digest: Digest) -> bool:
    return Digest.objects.filter(pk=digest.pk, status=Digest.Status.DRAFT).exists()


def is_day_off(newsletter: Newsletter, day: date) -> bool:
    return newsletter.days_off.filter(day=day).exists()


def editors_of(newsletter: Newsletter) -> QuerySet[User]:
    """Those who edit and approve the newsletter's digests, by name."""
    kinds = [Role.Kind.EDITOR, Role.Kind.PUBLISHER, Role.Kind.ADMINISTRATOR]
    users = User.objects.filter(is_active=True, is_staff=True, roles__newsletter=newsletter, roles__role__in=kinds)
    return users.order_by("username").distinct()


def has_act(verb: str, thing: Model, *, since: datetime) -> bool:
    """Whether that was done to the thing since then."""
    return Act.objects.filter(kind=thing._meta.label_lower, thing=str(thing.pk), verb=verb, at__gte=since).exists()


def lock_newsletter(newsletter: Newsletter) -> None:
    """Nobody else holds the newsletter until the transaction ends."""
    Newsletter.objects.select_for_update(no_key=True).get(pk=newsletter.pk)


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


def _of(digest: Digest) -> QuerySet[Subscription]:
    return Subscription.objects.filter(newsletter=digest.newsletter_id).prefetch_related("topics")

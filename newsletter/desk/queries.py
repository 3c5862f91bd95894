"""Questions of the desk, by name."""

from collections.abc import Collection
from datetime import date, datetime

from django.db.models import Model, Prefetch, QuerySet

from digests.models import DayOff, Digest, Entry, Newsletter
from newsletter.staff.models import Act, Role, User
from newsletter.staff.permissions import roles_of


def zones_of(user: User) -> set[str]:
    """The zones of the newsletters that the user works for."""
    if user.is_superuser:
        return set(Newsletter.objects.values_list("time_zone", flat=True))
    return {role.newsletter.time_zone for role in roles_of(user)}


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


def held(digest: Digest) -> Digest:
    """The digest as it is now; nobody else holds it until the transaction ends."""
    return Digest.objects.select_for_update(of=("self",), no_key=True).get(pk=digest.pk)


def hold(number: str) -> None:
    """Nobody else holds the digest of that id, if there is one, until the transaction ends."""
    if number.isdecimal():
        Digest.objects.select_for_update(of=("self",), no_key=True).filter(pk=number).first()


def to_compare(number: int) -> Digest:
    """The digest with its words and its entries, without what is said of their papers."""
    entries = Entry.objects.select_related("paper").only(
        "digest_id", "position", "votes", "included", "pinned", "again", "paper__key"
    )
    return Digest.objects.prefetch_related(Prefetch("entries", entries), "texts").get(pk=number)


def acts_of(digest: Digest, verb: str, *, most: int) -> list[Act]:
    """The last acts of that verb on the digest, the newest first."""
    acts = Act.objects.filter(kind=digest._meta.label_lower, thing=str(digest.pk), verb=verb)
    return list(acts.order_by("-pk")[:most])


def titles_of(digest: Digest) -> dict[str, str]:
    """The titles of the digest's papers, by their keys."""
    return dict(digest.papers.values_list("key", "title"))


def digests_between(newsletter: Newsletter, first: date, last: date) -> list[Digest]:
    """The newsletter's digests of these days, in their order."""
    digests = Digest.objects.filter(newsletter=newsletter, day__range=(first, last)).select_related("newsletter")
    return list(digests.order_by("day", "kind", "slug"))


def days_off(newsletters: Collection[Newsletter], first: date, last: date) -> dict[int, dict[date, DayOff]]:
    """The days off of each newsletter among these days, by its id and their day."""
    found: dict[int, dict[date, DayOff]] = {newsletter.pk: {} for newsletter in newsletters}
    for off in DayOff.objects.filter(newsletter__in=newsletters, day__range=(first, last)):
        found[off.newsletter_id][off.day] = off
    return found

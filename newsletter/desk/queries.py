"""Questions of the desk, by name."""

from datetime import date

from django.db.models import Exists, OuterRef, Prefetch

from digests.models import DayOff, Digest, Entry, Newsletter
from newsletter.delivery.models import Delivery
from newsletter.staff.models import Act


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
    """The newsletter's digests of these days; whether a mail has left, and whether there are more to come."""
    rows = Delivery.objects.filter(digest=OuterRef("pk"))
    gone = [Delivery.Status.SENT, Delivery.Status.UNCERTAIN, Delivery.Status.FAILED, Delivery.Status.SENDING]
    to_come = [Delivery.Status.PLANNED, Delivery.Status.SENDING]
    digests = Digest.objects.filter(newsletter=newsletter, day__range=(first, last))
    return list(
        digests.annotate(
            has_left=Exists(rows.filter(status__in=gone)), has_more=Exists(rows.filter(status__in=to_come))
        ).order_by("day", "kind", "slug")
    )


def days_off(newsletter: Newsletter, first: date, last: date) -> dict[date, DayOff]:
    """The newsletter's days off among these days."""
    return {off.day: off for off in DayOff.objects.filter(newsletter=newsletter, day__range=(first, last))}


def newsletters() -> list[Newsletter]:
    return list(Newsletter.objects.order_by("name"))

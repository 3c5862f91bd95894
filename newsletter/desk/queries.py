"""Questions of the desk, by name."""

from django.db.models import Prefetch

from digests.models import Digest, Entry
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

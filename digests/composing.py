"""Composing: the order of a digest's entries, and which of them stand in it."""

from collections.abc import Iterable, Mapping

from django.db import transaction

from digests.models import Digest, Entry


def in_order(entries: Iterable[Entry], *, ordering: str) -> list[Entry]:
    """By votes, the unknown last and ties as listed; or as the editor ordered them."""
    as_listed = sorted(entries, key=lambda entry: (entry.position, entry.pk))
    if ordering == Digest.Ordering.EDITOR:
        return as_listed
    return sorted(as_listed, key=lambda entry: -1 if entry.votes is None else entry.votes, reverse=True)


@transaction.atomic
def reorder(digest: Digest, places: Mapping[int, int]) -> None:
    """From now on the digest is ordered by the editor: entries stand by `places` (entry id to place)."""
    entries = in_order(digest.entries.all(), ordering=digest.ordering)
    ranks = {entry.pk: rank for rank, entry in enumerate(entries, 1)}
    entries.sort(key=lambda entry: (places.get(entry.pk, ranks[entry.pk]), ranks[entry.pk]))
    for position, entry in enumerate(entries, 1):
        entry.position = position
    Entry.objects.bulk_update(entries, ["position"])
    Digest.objects.filter(pk=digest.pk).update(ordering=Digest.Ordering.EDITOR)
    digest.ordering = Digest.Ordering.EDITOR

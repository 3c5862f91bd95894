"""Cancelling: what becomes of a digest's planned rows when it is cancelled, and when it is taken up again."""

from digests.models import Digest
from newsletter.delivery import ledger
from newsletter.delivery.queries import digests_to_skip, digests_to_take_up

AT_ONCE = 20_000  # rows, within a second or so; the timetable does the rest, as much at a time


def follow(digest: Digest) -> None:
    """Up to AT_ONCE rows say what the digest is: skipped where it is cancelled, planned where it is a draft again.

    The digest is shared for a thousand rows at a time: senders do not wait for it, and editors no longer than that.
    """
    if digest.status == Digest.Status.CANCELLED:
        ledger.cancel_planned(digest.pk, most=AT_ONCE)
    elif digest.status == Digest.Status.DRAFT:
        ledger.take_up_again(digest.pk, most=AT_ONCE)


def follow_all() -> None:
    """The same for each digest that has such rows left."""
    for digest in (*digests_to_skip(), *digests_to_take_up()):
        follow(digest)


def is_followed(digest: Digest) -> bool:
    """Whether no row says any more that the digest is cancelled."""
    return not digests_to_take_up().filter(pk=digest.pk).exists()

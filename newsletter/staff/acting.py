"""The log of acts: who did what to which thing, what it was before, and what after."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Model
from django.utils import timezone

from newsletter.staff.models import Act, User
from newsletter.staff.permissions import newsletters_of

KEPT = timedelta(days=731)  # the database keeps rows for two years, whatever is asked of it
UNSAID = {"subscribers.subscriber", "subscribers.subscription", "subscribers.consent", "postbox.letter"}  # of readers


def record(
    verb: str,
    thing: Model,
    *,
    by: User | None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """The log says so, in the transaction of the act itself. `by` is None where it happened by itself.

    `before` and `after` hold the fields that changed, as JSON knows them. Raises ValueError for rows of readers, which
    have no place here.
    """
    if thing._meta.label_lower in UNSAID:
        raise ValueError(f"{thing._meta.label_lower} has no place in the log of acts")
    owners = sorted(newsletters_of(thing))
    Act.objects.create(
        at=timezone.now(),
        user=by.pk if by else None,
        username=by.get_username() if by else "",
        newsletter=owners[0] if len(owners) == 1 else None,
        verb=verb,
        kind=thing._meta.label_lower,
        thing=str(thing.pk),
        name=str(thing)[:200],
        before=dict(before or {}),
        after=dict(after or {}),
    )


def forget(*, now: datetime) -> int:
    """Acts that are older than two years are gone."""
    return Act.objects.filter(at__lt=now - KEPT).delete()[0]

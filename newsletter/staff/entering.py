"""What the log of acts says of the entrance: who has logged in, and how many log-ins failed on a day."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from newsletter.staff import acting
from newsletter.staff.models import FailedLogIns, User


def logged_in(user: User, *, by_code: bool) -> None:
    """The log says that the user came in; from where is nobody's business."""
    acting.record("log in", user, by=user, after={"second step": by_code})


def count_failure(sender: Any, **more: Any) -> None:
    """One more log-in failed today. By whom or from where is not kept here: see locking.py."""
    today = timezone.now().date()
    FailedLogIns.objects.get_or_create(day=today)
    FailedLogIns.objects.filter(day=today).update(number=F("number") + 1)


@transaction.atomic
def say_failures(*, now: datetime) -> int:
    """The log says of each day that is over how many log-ins failed; how many days it said it of."""
    days = FailedLogIns.objects.select_for_update().filter(day__lt=now.date())
    said = 0
    for day in days:
        acting.record("failed log-ins", day, by=None, after={"number": day.number})
        day.delete()
        said += 1
    return said

"""The throttle of a Sender, in one place: how many mails may leave under it now, kept in the database.

Three limits, each of them optional; the smallest counts, and what is taken counts at once, for all workers:

- mails a second, by the generic cell rate algorithm: `paced_until` is the moment at which what was taken is paid for.
  It may lie one second ahead, so after a rest one second's worth may leave at once.
- mails a day: 24 hours rolling, counted by the hour (SenderHour). The oldest hour counts whole until it is over, so a
  day has 24 to 25 hours: never more than the provider allows, and up to an hour late.
- a warm-up, by the UTC date: `warm_up_first` on its first day and before, `warm_up_more` more on each further day.
  Once it passes the mails a day these alone count; without them it grows for ever, until its first day is emptied.

A twentieth of a day's mails is kept for letters. A Sender without limits is not counted, and none of its workers
waits for another. A Sender that is paused has nothing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce

from newsletter.postbox.models import Sender, SenderHour

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
RESERVE = 20  # one of so many mails a day is for letters alone; of fewer than these none is
BITE = 10  # mails are given in tenths of a second, so that a paced Sender is not claimed mail by mail
DEBT = timedelta(minutes=1)  # what letters, or a clock that jumped back, can make digests wait for at most
KEPT = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Taken:
    """So many mails may leave. With none, `wait` says when to ask again: None while no pace is what is waited for."""

    mails: int
    wait: timedelta | None = None


NONE = Taken(0)


def take(sender: Sender, wanted: int, *, now: datetime, for_letters: bool = False) -> Taken:
    """Up to `wanted` mails of the Sender's quota, which are counted as gone when this returns.

    Letters never wait for the pace, but pay into it. Takes a transaction of its own: RuntimeError inside of another.
    """
    as_it_is = Sender.objects.get(pk=sender.pk)
    if as_it_is.paused_at is not None or wanted <= 0:
        return NONE
    if not is_limited(as_it_is):
        return Taken(wanted)
    with transaction.atomic(durable=True):
        return _take(_locked(sender), wanted, now=now, for_letters=for_letters)


def give_back(sender: Sender, mails: int, *, now: datetime) -> None:
    """Mails that were taken and did not leave count no more; those of an earlier hour are found there."""
    if mails <= 0 or not is_limited(Sender.objects.get(pk=sender.pk)):
        return
    with transaction.atomic(durable=True):
        locked = _locked(sender)
        if locked.per_second is not None and locked.paced_until is not None:
            _pace(locked, locked.paced_until - mails * SECOND // locked.per_second)
        for hour in SenderHour.objects.filter(sender=sender, hour__lte=now, mails__gt=0).order_by("-hour"):
            less = min(mails, hour.mails)
            SenderHour.objects.filter(pk=hour.pk).update(mails=F("mails") - less)
            mails -= less
            if not mails:
                break


def is_limited(sender: Sender) -> bool:
    """Whether its mails are counted."""
    return (sender.per_second, sender.per_day, sender.warm_up_from) != (None, None, None)


def counted(sender: Sender, *, now: datetime) -> int:
    """How many mails count against its mails a day."""
    return _gone(sender, {"rolling": _hour(now) - DAY})["rolling"]


def limit_of_a_day(sender: Sender, *, now: datetime) -> int | None:
    """How many digests the Sender's limits let through on the day of `now`; None where it has none for a day."""
    return min((most - most // RESERVE for _window, most in _limits(sender, now=now)), default=None)


def letters_a_day(sender: Sender, *, now: datetime) -> int | None:
    """How many letters fit into what the day's limits keep for letters; None where there is no such limit."""
    return min((most // RESERVE for _name, most in _limits(sender, now=now)), default=None)


def forget_hours(now: datetime) -> int:
    """Hours that no limit looks at any more are gone; how many."""
    rows, _by_model = SenderHour.objects.filter(hour__lt=now - KEPT).delete()
    return rows


def _take(sender: Sender, wanted: int, *, now: datetime, for_letters: bool) -> Taken:
    """The same, with the Sender locked."""
    mails = min(wanted, _left_today(sender, now=now, for_letters=for_letters))
    if mails <= 0:
        return NONE
    if sender.per_second is not None:
        paid = _paid_until(sender, now=now)
        if not for_letters:
            some = min(mails, max(1, sender.per_second // BITE))
            mails = min(mails, _in_pace(paid, per_second=sender.per_second, now=now))
            if mails < some:
                return Taken(0, paid + _cost(some, per_second=sender.per_second) - SECOND - now)
        _pace(sender, paid + _cost(mails, per_second=sender.per_second))
    _count(sender, mails, now=now)
    return Taken(mails)


def _locked(sender: Sender) -> Sender:
    """The Sender as it is now, locked until the transaction ends; rows that name it can still be added."""
    return Sender.objects.select_for_update(no_key=True).get(pk=sender.pk)


def _left_today(sender: Sender, *, now: datetime, for_letters: bool) -> int:
    """How many mails the day's limits leave; a great many where there are none."""
    hour = _hour(now)
    windows = {"rolling": hour - DAY, "dated": hour.replace(hour=0)}
    gone = _gone(sender, windows)
    limits = dict(_limits(sender, now=now))
    return min(
        (most - (0 if for_letters else most // RESERVE) - gone[name] for name, most in limits.items()),
        default=2**31,
    )


def _gone(sender: Sender, windows: Mapping[str, datetime]) -> dict[str, int]:
    """How many mails were taken since the beginning of each window.

    Hours that are still to come are there after a clock has jumped back, and count.
    """
    return SenderHour.objects.filter(sender=sender, hour__gte=min(windows.values())).aggregate(
        **{name: Coalesce(Sum("mails", filter=Q(hour__gte=start)), 0) for name, start in windows.items()}
    )


def _limits(sender: Sender, *, now: datetime) -> Iterator[tuple[str, int]]:
    """The limits of a day, each with the window that it counts in."""
    if sender.per_day is not None:
        yield "rolling", sender.per_day
    if sender.warm_up_from is not None:
        days = max(0, (now.astimezone(UTC).date() - sender.warm_up_from).days)
        yield "dated", (sender.warm_up_first or 1) + days * (sender.warm_up_more or 0)


def _paid_until(sender: Sender, *, now: datetime) -> datetime:
    """From when on the next mail is paid for: now, or later where more was taken than has been paid for."""
    paid = max(sender.paced_until or now, now)
    if paid <= now + DEBT:
        return paid
    _pace(sender, now + DEBT)  # written down, or the debt would move along with the clock
    return now + DEBT


def _in_pace(paid: datetime, *, per_second: int, now: datetime) -> int:
    """How many mails fit before what is paid for lies more than one second ahead."""
    return max(0, (now + SECOND - paid) * per_second // SECOND)


def _cost(mails: int, *, per_second: int) -> timedelta:
    """The time that so many mails take, rounded up."""
    return -(-mails * SECOND // per_second)


def _pace(sender: Sender, until: datetime) -> None:
    Sender.objects.filter(pk=sender.pk).update(paced_until=until)


def _count(sender: Sender, mails: int, *, now: datetime) -> None:
    hour = _hour(now)
    if not SenderHour.objects.filter(sender=sender, hour=hour).update(mails=F("mails") + mails):
        SenderHour.objects.create(sender=sender, hour=hour, mails=mails)


def _hour(now: datetime) -> datetime:
    return now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)

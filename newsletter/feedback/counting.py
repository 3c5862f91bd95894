"""Counting: what became of each day's mails, and who came and went, as numbers that name nobody.

Runs each hour and counts the days anew that may still change; each statement is one for all newsletters.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta

from django.db import connection, transaction
from django.db.models import Case, Count, F, Value, When
from django.db.models.functions import TruncDate

from digests.models import Digest, Paper
from newsletter.delivery.models import Delivery
from newsletter.feedback.models import DailyCount, Event, LinkCount
from newsletter.subscribers.models import Consent, Subscription

Kind = DailyCount.Kind
Numbers = Mapping[tuple[int, date, str, str], int]  # (newsletter, day, locale, kind) -> number

OPEN = timedelta(days=12)  # a weekly digest is read for a week, and a bounce may take some days
ROWS = {
    Delivery.Status.SENT: Kind.SENT,
    Delivery.Status.FAILED: Kind.FAILED,
    Delivery.Status.UNCERTAIN: Kind.UNCERTAIN,
}
EVENTS = {
    Event.Kind.DELIVERED: Kind.DELIVERED,
    Event.Kind.BOUNCED_HARD: Kind.BOUNCED,
    Event.Kind.BOUNCED_SOFT: Kind.BOUNCED,
    Event.Kind.COMPLAINED: Kind.COMPLAINED,
}
# What readers said themselves stands in their consents, also where they came back since; other ends do not.
SAID = {
    Consent.Act.CONFIRMED: Kind.JOINED,
    Consent.Act.RETURNED: Kind.JOINED,
    Consent.Act.LEFT: Kind.LEFT,
}


def count_days(*, now: datetime) -> None:
    """DailyCount says of each of the last days what the ledger and the readers say; of a mail by its digest's day.

    A day further back keeps its numbers, whatever becomes of its rows.
    """
    today = now.astimezone(UTC).date()
    first = today - OPEN
    counted = Counter[tuple[int, date, str, str]]()
    for numbers in (_mails(first), _answers(first), _readers(first)):
        counted.update(numbers)
    with transaction.atomic():
        _alone()
        DailyCount.objects.filter(day__gte=first).delete()
        DailyCount.objects.bulk_create(
            DailyCount(newsletter_id=newsletter, day=day, locale=locale, kind=kind, number=number)
            for (newsletter, day, locale, kind), number in sorted(counted.items())
        )


def count_link(digest: Digest, paper: Paper, *, locale: str) -> None:
    """The paper was opened once more from this digest in this language."""
    counted = LinkCount.objects.filter(digest=digest, paper=paper, locale=locale)
    if not counted.update(number=F("number") + 1):
        _row, is_new = LinkCount.objects.get_or_create(
            digest=digest, paper=paper, locale=locale, defaults={"number": 1}
        )
        if not is_new:  # somebody was faster
            counted.update(number=F("number") + 1)


def _mails(first: date) -> Numbers:
    rows = Delivery.objects.filter(digest__day__gte=first, status__in=ROWS, correction=0).order_by()
    counted = rows.values_list("digest__newsletter", "digest__day", "subscription__locale", "status").annotate(
        number=Count("pk")
    )
    return {(letter, day, locale, ROWS[status]): number for letter, day, locale, status, number in counted}


def _answers(first: date) -> Numbers:
    """Of readers of a digest, not of reports: one whose mail and correction bounced, or bounced twice, counts once."""
    rows = Event.objects.filter(delivery__digest__day__gte=first, kind__in=EVENTS).order_by()
    said = rows.annotate(answer=Case(*(When(kind=kind, then=Value(answer)) for kind, answer in EVENTS.items())))
    counted = said.values_list(
        *("delivery__digest__newsletter", "delivery__digest__day", "delivery__subscription__locale", "answer"),
        "delivery__digest",
    ).annotate(number=Count("delivery__subscription", distinct=True))
    numbers = Counter[tuple[int, date, str, str]]()
    for newsletter, day, locale, answer, _digest, number in counted:
        numbers[newsletter, day, locale, answer] += number
    return numbers


def _readers(first: date) -> Numbers:
    """Who came and who went, by the day (UTC) on which it happened."""
    since = datetime.combine(first, time(0), UTC)
    said = Consent.objects.filter(act__in=SAID, at__gte=since).annotate(day=TruncDate("at", tzinfo=UTC)).order_by()
    ended = Subscription.objects.filter(ended_at__gte=since, confirmed_at__isnull=False).order_by()
    ended = ended.exclude(end_reason=Subscription.EndReason.LEFT).annotate(day=TruncDate("ended_at", tzinfo=UTC))
    numbers = Counter[tuple[int, date, str, str]]()
    rows = said.values_list("subscription__newsletter", "day", "subscription__locale", "act")
    for newsletter, day, locale, act, number in rows.annotate(number=Count("pk")):
        numbers[newsletter, day, locale, SAID[Consent.Act(act)]] += number
    for newsletter, day, locale, number in ended.values_list("newsletter", "day", "locale").annotate(
        number=Count("pk")
    ):
        numbers[newsletter, day, locale, Kind.LEFT] += number
    return numbers


def _alone() -> None:
    """Two runs at once would delete and add the same rows; the second waits. (SQLite has one writer.)"""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('daily counts'))")

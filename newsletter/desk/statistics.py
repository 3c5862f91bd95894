"""Statistics of a newsletter: growth, what became of its mails, what was opened, and why readers left.

From DailyCount and LinkCount, which name nobody; today's numbers are those of the last count.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.core.cache import cache
from django.db.models import Count, Sum

from digests.models import Newsletter
from newsletter.desk import charts
from newsletter.feedback.models import DailyCount, LinkCount
from newsletter.subscribers.models import Subscription

Kind = DailyCount.Kind
SPANS = (30, 90, 365)  # days
MOST_OPENED = 20  # papers
KEPT = 300  # seconds: the readers of a large newsletter take a moment to count


@dataclass(frozen=True, slots=True)
class Day:
    """One day's numbers by their kind. `readers` are those at its end."""

    day: date
    readers: int
    numbers: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Opened:
    """A paper and how often it was opened, by language."""

    title: str
    total: int
    by_locale: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Statistics:
    """All numbers of a newsletter for some days, oldest first, with their charts."""

    days: tuple[Day, ...]
    totals: Mapping[str, int]
    by_locale: Mapping[str, Mapping[str, int]]
    opened: tuple[Opened, ...]
    reasons: tuple[charts.Bar, ...]
    growth: charts.Line | None
    sent: charts.Line | None


def look(newsletter: Newsletter, *, span: int, now: datetime) -> Statistics:
    """The statistics of the last `span` days, by the editors' clock."""
    today = now.astimezone(ZoneInfo(newsletter.time_zone)).date()
    first = today - timedelta(days=span - 1)
    counted, by_locale = _counted(newsletter, first, today)
    days = tuple(_days(counted, readers=_readers(newsletter), first=first, last=today))
    return Statistics(
        days=days,
        totals={kind: sum(counted[day][kind] for day in counted) for kind in Kind.values},
        by_locale=by_locale,
        opened=_opened(newsletter, first),
        reasons=_reasons(newsletter, first),
        growth=charts.line([(day.day, day.readers) for day in days]),
        sent=charts.line([(day.day, day.numbers[Kind.SENT]) for day in days]),
    )


def _counted(
    newsletter: Newsletter, first: date, last: date
) -> tuple[dict[date, Counter[str]], dict[str, Counter[str]]]:
    """The numbers by day and kind, and by language and kind. Tomorrow has some where it has begun."""
    by_day, by_locale = defaultdict[date, Counter[str]](Counter), defaultdict[str, Counter[str]](Counter)
    rows = DailyCount.objects.filter(newsletter=newsletter, day__range=(first, last)).order_by("locale")
    for day, locale, kind, number in rows.values_list("day", "locale", "kind", "number"):
        by_day[day][kind] += number
        by_locale[locale][kind] += number
    return by_day, dict(by_locale)


def _days(counted: Mapping[date, Counter[str]], *, readers: int, first: date, last: date) -> Iterable[Day]:
    """Backwards from how many read it now: who joined since was none before, who left was one."""
    found = []
    for ago in range((last - first).days + 1):
        day = last - timedelta(days=ago)
        numbers = counted.get(day, Counter())
        found.append(Day(day, max(readers, 0), numbers))
        readers += numbers[Kind.LEFT] - numbers[Kind.JOINED]
    return reversed(found)


def _readers(newsletter: Newsletter) -> int:
    active = newsletter.subscriptions.filter(status=Subscription.Status.ACTIVE)
    return cache.get_or_set(f"desk:active:{newsletter.pk}", active.count, KEPT) or 0


def _opened(newsletter: Newsletter, first: date) -> tuple[Opened, ...]:
    rows = LinkCount.objects.filter(digest__newsletter=newsletter, digest__day__gte=first).order_by()
    most = rows.values_list("paper", "paper__title").annotate(total=Sum("number")).order_by("-total", "paper")
    papers = list(most[:MOST_OPENED])
    by_locale = defaultdict[int, dict[str, int]](dict)
    each = rows.filter(paper__in=[paper for paper, _title, _total in papers])
    for paper, locale, number in each.values_list("paper", "locale").annotate(total=Sum("number")):
        by_locale[paper][locale] = number
    return tuple(Opened(title, total, by_locale[paper]) for paper, title, total in papers)


def _reasons(newsletter: Newsletter, first: date) -> tuple[charts.Bar, ...]:
    """Why readers left: what ended their subscription, or what they answered."""
    key = f"desk:reasons:{newsletter.pk}:{first}"
    counted = cache.get_or_set(key, lambda: _reasons_counted(newsletter, first), KEPT) or []
    answers, reasons = dict(Subscription.LeaveAnswer.choices), dict(Subscription.EndReason.choices)
    return charts.bars([(str(answers.get(answer) or reasons[reason]), number) for reason, answer, number in counted])


def _reasons_counted(newsletter: Newsletter, first: date) -> list[tuple[str, str, int]]:
    begin = datetime.combine(first, time(), ZoneInfo(newsletter.time_zone))
    ended = newsletter.subscriptions.filter(
        status=Subscription.Status.ENDED, ended_at__gte=begin, confirmed_at__isnull=False
    )
    rows = ended.order_by().values_list("end_reason", "leave_answer").annotate(number=Count("pk"))
    return list(rows.order_by("-number"))

"""Statistics: a newsletter's numbers on one page, for those who may see them."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from digests.models import Newsletter
from newsletter.desk import charts
from newsletter.desk.statistics import look
from newsletter.feedback.models import DailyCount, LinkCount
from newsletter.staff.models import Role
from tests.factories import DAY, make_approved, make_digest, make_newsletter, make_subscription, make_user

pytestmark = pytest.mark.django_db
NOON = datetime(DAY.year, DAY.month, DAY.day, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def fresh() -> None:
    cache.clear()


def count(newsletter: Newsletter, kind: str, number: int, *, ago: int = 0, locale: str = "en") -> None:
    DailyCount.objects.create(
        newsletter=newsletter, day=DAY - timedelta(days=ago), locale=locale, kind=kind, number=number
    )


def test_growth_is_told_backwards_from_those_who_read_now() -> None:
    newsletter = make_newsletter()
    for _ in range(5):
        make_subscription(newsletter)
    count(newsletter, "joined", 3)
    count(newsletter, "left", 1, ago=1)

    seen = look(newsletter, span=30, now=NOON)

    assert [day.readers for day in seen.days[-3:]] == [3, 2, 5]


def test_totals_and_languages_add_up() -> None:
    newsletter = make_newsletter()
    count(newsletter, "sent", 10)
    count(newsletter, "sent", 5, locale="ko")
    count(newsletter, "sent", 7, ago=40)
    count(newsletter, "sent", 9, ago=-1)

    seen = look(newsletter, span=30, now=NOON)

    assert seen.totals["sent"] == 15
    assert {locale: counts["sent"] for locale, counts in seen.by_locale.items()} == {"en": 10, "ko": 5}


def test_each_number_of_the_table_stands_below_its_name(admin_client: Client) -> None:
    newsletter = make_newsletter()
    today = timezone.now().date()
    for number, kind in enumerate(DailyCount.Kind.values, 11):
        DailyCount.objects.create(newsletter=newsletter, day=today, locale="en", kind=kind, number=number)

    page = admin_client.get(reverse("admin:desk_statistics")).text

    table = page.partition("Each day as a table</summary>")[2].partition("</table>")[0]
    names = re.findall(r'<th scope="col" class="number">([^<]+)</th>', table)
    numbers = re.findall(r'<td class="number">(\d+)</td>', table)[: len(names)]
    assert dict(zip(names, numbers, strict=True)) == {"Readers": "0"} | {
        str(label): str(number) for number, label in enumerate(DailyCount.Kind.labels, 11)
    }


def test_papers_that_were_opened_most_come_first() -> None:
    digest = make_approved(make_digest(papers=2))
    less, more = digest.papers.order_by("pk")
    for paper, locale, number in [(less, "en", 1), (less, "ko", 2), (more, "en", 3), (more, "ko", 9)]:
        LinkCount.objects.create(digest=digest, paper=paper, locale=locale, number=number)

    seen = look(digest.newsletter, span=30, now=NOON)

    assert [(paper.total, dict(paper.by_locale)) for paper in seen.opened] == [
        (12, {"en": 3, "ko": 9}),
        (3, {"en": 1, "ko": 2}),
    ]


def test_reasons_are_answers_where_there_are_some() -> None:
    newsletter = make_newsletter()
    make_subscription(newsletter, status="ended", ended_at=NOON, end_reason="left", leave_answer="often")
    for _ in range(2):
        make_subscription(newsletter, status="ended", ended_at=NOON, end_reason="bounced")

    seen = look(newsletter, span=30, now=NOON)

    assert [(bar.label, bar.value, bar.share) for bar in seen.reasons] == [
        ("address does not exist", 2, 100.0),
        ("too many mails", 1, 50.0),
    ]


def test_reasons_are_those_of_the_editors_days() -> None:
    newsletter = make_newsletter(time_zone="Asia/Seoul")
    begin = datetime.combine(DAY - timedelta(days=29), time(), ZoneInfo("Asia/Seoul"))
    for moment in (begin, begin - timedelta(seconds=1)):
        make_subscription(newsletter, status="ended", ended_at=moment, end_reason="bounced")

    seen = look(newsletter, span=30, now=NOON)

    assert [bar.value for bar in seen.reasons] == [1]


def test_a_chart_begins_at_nothing_and_ends_at_the_highest() -> None:
    line = charts.line([(DAY, 0), (DAY + timedelta(days=1), 50), (DAY + timedelta(days=2), 100)])

    assert line is not None
    assert [point.y for point in line.points] == [line.base, (line.base + charts.TOP) / 2, charts.TOP]
    assert (line.points[0].x, line.points[-1].x) == (charts.SIDE, charts.WIDTH - charts.SIDE)


def test_one_day_makes_no_chart() -> None:
    assert charts.line([(DAY, 1)]) is None


def test_the_page_shows_the_newsletters_of_the_user_alone(client: Client) -> None:
    own, other = make_newsletter(), make_newsletter()
    user = make_user("bob", is_staff=True)
    Role.objects.create(user=user, newsletter=own, role="viewer")
    client.force_login(user)
    page = reverse("admin:desk_statistics")

    assert client.get(page, {"newsletter": own.slug}).status_code == 200
    assert client.get(page, {"newsletter": other.slug}).status_code == 403


@pytest.mark.parametrize("days", ["", "30", "90", "365", "12", "x", "999999999999"])
def test_odd_spans_are_the_usual_one(client: Client, days: str) -> None:
    newsletter = make_newsletter()
    user = make_user("bob", is_staff=True)
    Role.objects.create(user=user, newsletter=newsletter, role="viewer")
    client.force_login(user)

    assert client.get(reverse("admin:desk_statistics"), {"days": days}).status_code == 200


def test_a_year_takes_few_queries(
    admin_client: Client, django_assert_max_num_queries: Callable[..., AbstractContextManager[object]]
) -> None:
    newsletter = make_newsletter()
    for ago in range(300):
        count(newsletter, "sent", 5, ago=ago)

    with django_assert_max_num_queries(15):
        admin_client.get(reverse("admin:desk_statistics"), {"days": 365})

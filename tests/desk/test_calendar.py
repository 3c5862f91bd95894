"""The calendar: what each day has, days off, and special issues that are begun by hand."""

import re
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from digests.models import DayOff, Digest, DigestText, Newsletter
from newsletter.desk import calendar
from newsletter.desk.approving import NotPossible
from newsletter.desk.scheduling import begin_special, put_back, take_off
from newsletter.desk.wording import STAGES
from newsletter.staff.models import Act, User
from tests.factories import DAY, MORNING, make_approved, make_delivery, make_digest, make_newsletter, make_user
from tests.staff.pages import browser, member

pytestmark = pytest.mark.django_db
APRIL = DAY.replace(day=1)
NIGHT = time(23, 30, tzinfo=UTC)
SPECIAL = {"slug": "best-of-2026", "title": "Best of 2026"}


@pytest.fixture
def newsletter() -> Newsletter:
    return make_newsletter(weekly_day=5)


@pytest.fixture
def bob(newsletter: Newsletter) -> User:
    return member(newsletter, "editor")


def states(newsletter: Newsletter, day: date = DAY, *, today: date = DAY) -> list[tuple[str, str]]:
    shown = next(one for one in calendar.month(newsletter, APRIL, now=datetime.combine(today, NIGHT)) if one.day == day)
    return [(issue.kind, str(STAGES[issue.stage]) if issue.stage else "to come") for issue in shown.issues]


def page(client: Client, newsletter: Newsletter, month: str = "2026-04") -> str:
    return client.get(reverse("admin:desk_calendar"), {"newsletter": newsletter.slug, "month": month}).text


def test_a_month_is_of_whole_weeks_that_begin_as_in_the_editors_language(newsletter: Newsletter) -> None:
    days = [one.day for one in calendar.month(newsletter, APRIL, now=datetime.combine(DAY, NIGHT))]

    assert (days[0], days[-1], len(days)) == (date(2026, 3, 30), date(2026, 5, 3), 35)
    assert [one.day for one in calendar.month(newsletter, APRIL, now=datetime.combine(DAY, NIGHT)) if one.is_today] == [
        DAY
    ]


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, "drafted"),
        ({"status": "approved", "approved_at": datetime(2026, 4, 6, tzinfo=UTC)}, "approved"),
        ({"status": "paused", "approved_at": datetime(2026, 4, 6, tzinfo=UTC)}, "paused"),
        ({"status": "cancelled"}, "cancelled"),
        ({"status": "closed", "approved_at": datetime(2026, 4, 6, tzinfo=UTC)}, "sent"),
        ({"status": "closed"}, "closed"),
    ],
)
def test_a_day_says_what_has_become_of_its_digest(
    newsletter: Newsletter, changes: dict[str, object], state: str
) -> None:
    Digest.objects.filter(pk=make_digest(newsletter).pk).update(**changes)

    assert states(newsletter) == [("daily", state)]


def test_a_digest_is_going_out_until_its_last_mail_has_left(newsletter: Newsletter) -> None:
    digest = make_approved(make_digest(newsletter))
    make_delivery(digest, status="sent", sent_at=MORNING)
    waiting = make_delivery(digest)

    before = states(newsletter)
    waiting.delete()

    assert (before, states(newsletter)) == ([("daily", "going out")], [("daily", "sent")])


def test_the_best_of_the_week_is_announced_until_it_is_there(newsletter: Newsletter) -> None:
    saturday = date(2026, 4, 11)

    before = states(newsletter, saturday)
    make_digest(newsletter, kind="weekly", day=saturday)

    assert (before, states(newsletter, saturday)) == ([("weekly", "to come")], [("weekly", "drafted")])
    assert states(newsletter, date(2026, 4, 4)) == []


def test_a_draft_of_long_ago_is_not_looked_into(newsletter: Newsletter) -> None:
    make_digest(newsletter)

    assert states(newsletter, today=DAY + timedelta(days=7)) == [("daily", "drafted")]
    assert states(newsletter, today=DAY + timedelta(days=8)) == [("daily", "came in")]


def test_another_newsletters_days_are_its_own(newsletter: Newsletter, bob: User) -> None:
    other = make_newsletter(name="Others")
    make_digest(other)

    assert states(newsletter) == []
    assert "Others" not in page(browser(bob), newsletter)
    assert browser(bob).get(reverse("admin:desk_calendar"), {"newsletter": other.slug}).status_code == 404


def test_the_page_leads_to_the_digest_and_to_the_months_beside(newsletter: Newsletter, bob: User) -> None:
    digest = make_digest(newsletter)

    shown = page(browser(bob), newsletter)

    assert reverse("admin:digests_digest_change", args=[digest.pk]) in shown
    assert re.findall(r"month=([-0-9]+)", shown) == ["2026-03", "2026-05"]


@pytest.mark.parametrize("month", ["", "2026", "2026-13", "0001-01", "1999-12", "<b>"])
def test_an_odd_month_is_this_one(newsletter: Newsletter, bob: User, month: str) -> None:
    assert 'aria-current="date"' in page(browser(bob), newsletter, month)


@pytest.mark.parametrize(("month", "known"), [("2000-01", ["2000-02"]), ("2100-12", ["2100-11"])])
def test_the_calendar_ends_where_digests_have_no_days(
    newsletter: Newsletter, bob: User, month: str, known: list[str]
) -> None:
    assert re.findall(r"month=([-0-9]+)", page(browser(bob), newsletter, month)) == known


def test_a_day_off_is_taken_and_given_back(newsletter: Newsletter, bob: User) -> None:
    client = browser(bob)

    taken = client.post(
        reverse("admin:desk_take_off", args=[newsletter.slug]), {"off-day": "2026-04-06", "off-reason": "Easter Monday"}
    )
    off = DayOff.objects.get()
    shown = page(client, newsletter)
    client.post(reverse("admin:desk_put_back", args=[off.pk]))

    assert taken["Location"].endswith("month=2026-04")
    assert "Easter Monday" in shown
    assert not DayOff.objects.exists()
    assert list(Act.objects.order_by("pk").values_list("verb", "username")) == [
        ("take off", "bob"),
        ("put back", "bob"),
    ]


def test_a_day_whose_digest_is_approved_is_no_day_off(newsletter: Newsletter, bob: User) -> None:
    make_approved(make_digest(newsletter))

    with pytest.raises(NotPossible, match="approved"):
        take_off(newsletter, DAY, by=bob)


def test_a_special_issue_begins_with_its_title(newsletter: Newsletter, bob: User) -> None:
    answer = browser(bob).post(
        reverse("admin:desk_begin_special", args=[newsletter.slug]),
        {"special-day": "2026-12-24", "special-slug": "best-of-2026", "special-title": "Best of 2026"},
    )

    digest = Digest.objects.get()
    assert (digest.kind, digest.slug, digest.status, digest.day) == (
        "special",
        "best-of-2026",
        "draft",
        date(2026, 12, 24),
    )
    assert DigestText.objects.get().subject == "Best of 2026"
    assert answer["Location"] == reverse("admin:digests_digest_change", args=[digest.pk])
    assert Act.objects.get().verb == "begin"


def test_a_special_issue_is_begun_once(newsletter: Newsletter, bob: User) -> None:
    begin_special(newsletter, DAY, by=bob, **SPECIAL)

    with pytest.raises(NotPossible, match="already exists"):
        begin_special(newsletter, DAY, by=bob, **SPECIAL)


@pytest.mark.parametrize(
    "typed",
    [
        {"special-day": "", "special-slug": "a", "special-title": "Kept"},
        {"special-day": "1999-01-01", "special-slug": "a", "special-title": "Kept"},
        {"special-day": "2026-04-07", "special-slug": "not a slug", "special-title": "Kept"},
    ],
)
def test_what_was_typed_stays_when_something_is_wrong(newsletter: Newsletter, bob: User, typed: dict[str, str]) -> None:
    answer = browser(bob).post(reverse("admin:desk_begin_special", args=[newsletter.slug]), typed)

    assert 'value="Kept"' in answer.text
    assert "errorlist" in answer.text
    assert not Digest.objects.exists()


def test_what_was_typed_stays_when_it_is_not_possible(newsletter: Newsletter, bob: User) -> None:
    begin_special(newsletter, DAY, by=bob, **SPECIAL)
    make_approved(make_digest(newsletter))

    special = browser(bob).post(
        reverse("admin:desk_begin_special", args=[newsletter.slug]),
        {"special-day": f"{DAY}", "special-slug": SPECIAL["slug"], "special-title": "Kept"},
    )
    off = browser(bob).post(
        reverse("admin:desk_take_off", args=[newsletter.slug]), {"off-day": f"{DAY}", "off-reason": "Kept"}
    )

    assert "already exists" in special.text.partition("A special issue")[2]
    assert (
        "is approved already: a day that has a digest is no day off."
        in off.text.partition("A day without a daily digest")[2]
    )
    assert all('value="Kept"' in answer.text and "autofocus" in answer.text for answer in (special, off))


@pytest.mark.parametrize("role", ["viewer", "translator"])
def test_who_is_no_editor_sees_the_calendar_and_changes_nothing(newsletter: Newsletter, role: str) -> None:
    carol = member(newsletter, role, user=make_user("carol", is_staff=True))
    off = DayOff.objects.create(newsletter=newsletter, day=DAY + timedelta(days=1))

    shown = page(browser(carol), newsletter)

    assert "day off" in shown
    assert "<form class" not in shown
    with pytest.raises(PermissionDenied):
        take_off(newsletter, DAY, by=carol)
    with pytest.raises(PermissionDenied):
        put_back(off, by=carol)
    with pytest.raises(PermissionDenied):
        begin_special(newsletter, DAY, by=carol, **SPECIAL)


def test_a_full_month_takes_few_queries(
    newsletter: Newsletter, bob: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(30):
        digest = make_digest(newsletter, day=APRIL + timedelta(days=number))
        if number % 2:
            make_delivery(make_approved(digest))
    client = browser(bob)

    with django_assert_max_num_queries(20):
        page(client, newsletter)

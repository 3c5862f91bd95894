"""The admin's first page: what an editor has to know in the morning."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from digests.models import DayOff, Digest, Entry, Finding, Newsletter, Source, Summary
from newsletter.staff.models import Role, User
from tests.factories import (
    DAY,
    make_approved,
    make_delivery,
    make_digest,
    make_newsletter,
    make_paper,
    make_publisher,
    make_subscription,
    make_user,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("early")]
FIVE = datetime.combine(DAY, time(5), UTC)


@pytest.fixture
def early() -> Iterator[None]:
    cache.clear()
    with time_machine.travel(FIVE, tick=False):
        yield


@pytest.fixture
def alice(client: Client) -> Client:
    client.force_login(make_publisher())
    return client


def today(client: Client) -> str:
    return " ".join(client.get(reverse("admin:index")).content.decode().split())


def member(newsletter: Newsletter, name: str, role: str, *languages: str) -> User:
    user = make_user(name.lower(), is_staff=True, first_name=name)
    Role.objects.create(user=user, newsletter=newsletter, role=role, languages=list(languages))
    return user


def test_a_day_without_a_digest_says_that_nothing_came_in(alice: Client) -> None:
    make_newsletter()

    assert "nothing came in yet" in today(alice)


def test_a_day_off_is_none_of_these(alice: Client) -> None:
    DayOff.objects.create(newsletter=make_newsletter(), day=DAY, reason="Easter Monday")

    page = today(alice)

    assert "Easter Monday" in page
    assert f"{reverse('admin:desk_calendar')}?newsletter=" in page
    assert "nothing came in yet" not in page


def test_what_comes_in_on_a_day_off_waits_for_nobody(alice: Client) -> None:
    newsletter = make_newsletter(cut_off=time(6, 30))
    digest = make_digest(newsletter)
    member(newsletter, "Pat", "publisher")
    DayOff.objects.create(newsletter=newsletter, day=DAY)

    page = today(alice)

    assert "Approval waits for" not in page
    assert "To be approved by" not in page
    assert reverse("admin:digest_approve", args=[digest.pk]) in page


def test_a_week_that_was_not_approved_on_its_day_still_waits(alice: Client) -> None:
    newsletter = make_newsletter()
    yesterday = DAY - timedelta(days=1)
    daily, weekly = (make_digest(newsletter, day=yesterday, kind=kind) for kind in ("daily", "weekly"))

    page = today(alice)

    assert reverse("admin:digest_approve", args=[weekly.pk]) in page
    assert reverse("admin:digest_approve", args=[daily.pk]) not in page


def test_who_can_add_a_sender_is_led_to_it(alice: Client) -> None:
    make_newsletter().sender_assignment.delete()

    assert reverse("admin:postbox_sender_changelist") in today(alice).partition("Everything else")[0]


def test_what_is_missing_is_said_per_language_and_whom_it_waits_for(alice: Client) -> None:
    newsletter = make_newsletter()
    make_digest(newsletter, papers=[make_paper(), make_paper(summaries={"en": "- One.", "ko": "- 하나."})])
    member(newsletter, "Kim", "translator", "ko")
    member(newsletter, "Anna", "translator", "de")
    member(newsletter, "Pat", "publisher")

    page = today(alice)

    assert "1 of 2" in page
    assert "1 summary" in page
    assert "Kim" in page
    assert "Anna" not in page
    assert "Approval waits for Pat." in page


def test_findings_that_nobody_accepted_are_counted(alice: Client) -> None:
    digest = make_digest(papers=1)
    summary = Summary.objects.get(paper__entries__digest=digest)
    for mark in ("a", "b"):
        Finding.objects.create(summary=summary, kind="number", level="error", mark=mark)
    Finding.objects.create(summary=summary, kind="number", level="error", mark="c", accepted_at=timezone.now())

    assert "2 findings" in today(alice)


def test_what_another_newsletters_glossary_forbids_is_their_matter(alice: Client) -> None:
    own, other = make_newsletter(locales=["en"]), make_newsletter(locales=["en"])
    make_digest(own, papers=1)
    summary = Summary.objects.get()
    Finding.objects.create(summary=summary, kind="term", level="error", mark="a", detail={"newsletter": other.pk})
    Summary.objects.update(checked_at=timezone.now())

    page = today(alice)

    assert "finding" not in page
    assert '<li aria-current="step">ready</li>' in page


def test_a_summary_in_the_language_itself_serves_its_regions(alice: Client) -> None:
    make_digest(make_newsletter(locales=["pt-br"]), papers=[make_paper(summaries={"pt": "- Um."})])

    assert "1 of 1" in today(alice)


def test_a_language_leads_to_the_first_paper_with_something_to_do(alice: Client) -> None:
    digest = make_digest(make_newsletter(locales=["en"]), papers=3)
    first, second, third = digest.papers.order_by("pk")
    Summary.objects.update(checked_at=timezone.now())
    Finding.objects.create(summary=second.summaries.get(), kind="number", level="error", mark="a")
    with_a_finding = today(alice)
    third.summaries.all().delete()

    desks = [reverse("admin:summary_desk", args=[paper.pk, "en"]) for paper in (first, second, third)]
    assert [address in with_a_finding for address in desks] == [False, True, False]
    assert [address in today(alice) for address in desks] == [False, False, True]


def test_papers_that_were_left_out_count_for_nothing(alice: Client) -> None:
    digest = make_digest(papers=2)
    Entry.objects.filter(digest=digest, position=2).update(included=False)

    assert "1 of 1" in today(alice)


def test_papers_that_another_day_has_told_since_count_for_nothing(alice: Client) -> None:
    newsletter, paper = make_newsletter(), make_paper()
    make_digest(newsletter, papers=[paper, make_paper()], again=False)
    make_approved(make_digest(newsletter, papers=[paper], day=DAY - timedelta(days=1)))

    assert "1 of 1" in today(alice)


def test_a_special_issue_without_papers_is_not_complete_and_has_no_cut_off(alice: Client) -> None:
    newsletter = make_newsletter(cut_off=time(6, 30))
    make_digest(newsletter, papers=0, kind="special", slug="best-of-2026")
    DayOff.objects.create(newsletter=newsletter, day=DAY)

    page = today(alice)

    assert "special issue" in page
    assert "complete" not in page
    assert "To be approved by" not in page


def test_the_cut_off_and_the_first_opening_stand_in_the_editors_clock(alice: Client) -> None:
    newsletter = make_newsletter(cut_off=time(6, 30), time_zone="Europe/Berlin")
    make_subscription(newsletter, hour=7, time_zone="UTC")
    make_digest(newsletter)

    page = today(alice)

    assert "To be approved by 06:30 (Berlin)." in page
    assert "The first readers expect it at 09:00 (Berlin)." in page


def test_an_opening_on_the_evening_before_says_its_day(alice: Client) -> None:
    newsletter = make_newsletter(time_zone="America/New_York")
    make_subscription(newsletter, hour=7, time_zone="Asia/Seoul")
    make_digest(newsletter, day=DAY + timedelta(days=1))

    assert "The first readers expect it at 7 April, 18:00 (New York)." in today(alice)


def test_yesterday_has_its_figures(alice: Client) -> None:
    newsletter = make_newsletter()
    digest = make_approved(make_digest(newsletter, day=DAY - timedelta(days=1)))
    make_delivery(digest, status="sent", sent_at=FIVE)
    make_delivery(digest, status="failed", reason="550")

    page = today(alice)

    assert "<dt>sent</dt><dd>1</dd>" in page
    assert "<dt>failed</dt><dd>1</dd>" in page
    assert "<dt>uncertain</dt><dd>0</dd>" in page


def test_uncertain_rows_lead_to_the_page_that_settles_them(alice: Client) -> None:
    digest = make_approved(day=DAY)
    make_delivery(digest, status="uncertain")

    assert f"?digest__id__exact={digest.pk}&amp;status__exact=uncertain" in today(alice)


def test_uncertain_rows_of_last_week_are_not_forgotten(alice: Client) -> None:
    digest = make_approved(day=DAY - timedelta(days=9))
    make_delivery(digest, status="uncertain")
    Digest.objects.update(status="closed")

    assert f"?digest__id__exact={digest.pk}&amp;status__exact=uncertain" in today(alice)


def test_a_source_that_failed_says_why(alice: Client) -> None:
    Source.objects.create(newsletter=make_newsletter(), kind="hf_daily", last_error="no answer within 20 seconds")

    assert "no answer within 20 seconds" in today(alice)


def test_sending_that_is_paused_says_why(alice: Client) -> None:
    sender = make_newsletter().sender_assignment.sender
    sender.paused_at, sender.pause_reason = FIVE, "the provider's credit is used up"
    sender.save()

    assert "the provider&#x27;s credit is used up" in today(alice)


def test_nobody_sees_the_newsletters_of_others(client: Client) -> None:
    make_newsletter(name="Papers of others")
    client.force_login(member(make_newsletter(name="Own papers"), "Bob", "viewer"))

    page = today(client)

    assert "Own papers" in page
    assert "Papers of others" not in page


def test_a_digest_that_was_sent_is_not_work_any_more(alice: Client) -> None:
    digest = make_approved(make_digest(day=DAY - timedelta(days=1)))
    make_delivery(digest, status="sent", sent_at=FIVE)

    assert "See how it goes out" not in today(alice)


def test_a_digest_goes_out_as_long_as_readers_of_later_mornings_are_to_come(alice: Client) -> None:
    digest = make_approved(make_digest(day=DAY))
    make_delivery(digest, make_subscription(digest.newsletter, hour=5), status="sent", sent_at=FIVE)
    later = make_subscription(digest.newsletter, hour=9)  # without a row: they are made half an hour ahead

    going_out = today(alice)
    later.delete()

    assert '<li aria-current="step">going out</li>' in going_out
    assert '<li aria-current="step">sent</li>' in today(alice)


def test_a_full_day_in_two_newsletters_takes_few_queries(
    alice: Client, django_assert_max_num_queries: Callable[..., AbstractContextManager[object]]
) -> None:
    for _ in range(2):
        newsletter = make_newsletter()
        make_digest(newsletter, papers=68)
        Digest.objects.create(newsletter=newsletter, day=DAY, kind="weekly")
        make_approved(make_digest(newsletter, day=DAY - timedelta(days=1)))
    alice.get(reverse("admin:index"))
    cache.clear()

    with django_assert_max_num_queries(40):
        alice.get(reverse("admin:index"))

"""Times at the desk are those of its editors."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from digests.models import Newsletter, Paper, Summary
from newsletter.staff.models import Role
from tests.factories import make_digest, make_newsletter, make_paper, make_publisher
from tests.staff.pages import browser, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def paper() -> Paper:
    """Its English summary was written at 20:30 UTC, when it is the next day in Seoul."""
    paper = make_paper(summaries={"en": "- Old."})
    Summary.objects.update(updated_at=datetime(2026, 4, 6, 20, 30, tzinfo=UTC))
    return paper


@pytest.fixture
def seoul(paper: Paper) -> Newsletter:
    newsletter = make_newsletter(name="Seoul", time_zone="Asia/Seoul")
    make_digest(newsletter, papers=[paper])
    return newsletter


def page_of(client: Client, paper: Paper) -> str:
    return client.get(reverse("admin:summary_desk", args=[paper.pk, "en"])).text


def test_an_editor_in_seoul_sees_seouls_clock(seoul: Newsletter, paper: Paper) -> None:
    make_newsletter(name="Berlin", time_zone="Europe/Berlin")

    page = page_of(browser(member(seoul, Role.Kind.EDITOR)), paper)

    assert "April 7, 2026, 5:30 a.m." in page
    assert timezone.get_current_timezone_name() == "UTC"


def test_who_works_for_two_zones_sees_that_of_the_site(seoul: Newsletter, paper: Paper) -> None:
    bob = member(seoul, Role.Kind.EDITOR)
    member(make_newsletter(name="Berlin", time_zone="Europe/Berlin"), Role.Kind.EDITOR, user=bob)

    page = page_of(browser(bob), paper)

    assert "April 6, 2026, 8:30 p.m." in page


def test_who_runs_the_site_sees_the_clock_of_its_one_zone(seoul: Newsletter, paper: Paper) -> None:
    page = page_of(browser(make_publisher()), paper)

    assert "April 7, 2026, 5:30 a.m." in page


def test_a_zone_that_this_machine_does_not_know_keeps_nobody_out(seoul: Newsletter) -> None:
    Newsletter.objects.update(time_zone="Mars/Olympus")
    bob = browser(member(seoul, Role.Kind.EDITOR))

    assert bob.get(reverse("admin:digests_glossaryterm_changelist")).status_code == 200

"""The day: no day off, nothing sent already, no second digest."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from newsletter.desk.preflight import calendar, queries
from newsletter.desk.preflight.gathering import case_of
from tests.desk.preflight.cases import NOW, case, kinds
from tests.factories import DAY, make_approved, make_delivery, make_digest, make_newsletter


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ({}, ("fine", "free")),
        ({"day_off": "Easter"}, ("blocking", "off")),
        ({"day_off": ""}, ("blocking", "off")),
        ({"beside": ("Daily Papers 2026-04-07-special",)}, ("warning", "second")),
        ({"has_left": True}, ("warning", "left")),
        ({"now": NOW - timedelta(days=3)}, ("warning", "far")),
        ({"now": NOW - timedelta(days=2)}, ("fine", "free")),
    ],
)
def test_a_day_is_free_or_it_is_said_why_not(state: dict[str, Any], said: tuple[str, str]) -> None:
    assert kinds(calendar.lines, case(**state)) == [said]


@pytest.mark.parametrize("kind", ["weekly", "special"])
def test_a_day_off_is_the_daily_digests(kind: str) -> None:
    off = case(day_off="Easter")

    [line] = calendar.lines(replace(off, content=replace(off.content, kind=kind)))

    assert (line.kind, line.level) == ("calendar.off", "warning")
    assert line.words == "Tuesday, 7 April 2026 has no daily digest; this one goes out all the same."


def test_a_day_off_says_its_reason_and_leads_to_the_calendar() -> None:
    [line] = calendar.lines(case(day_off="Easter"))

    assert line.words == "Tuesday, 7 April 2026 is a day without a digest: Easter"
    assert line.mend == "/calendar/"


@pytest.mark.django_db
def test_a_special_issue_of_the_day_is_beside_it_and_a_weekly_digest_is_not() -> None:
    newsletter = make_newsletter()
    digest = make_digest(newsletter)
    special = make_approved(make_digest(newsletter, kind="special", slug="kites"))
    make_approved(make_digest(newsletter, kind="weekly"))
    make_digest(newsletter, kind="special", slug="drafted")
    make_approved(make_digest(newsletter, day=DAY + timedelta(days=1)))

    assert list(queries.beside(digest)) == [special]


@pytest.mark.django_db
def test_a_mail_that_has_left_is_seen() -> None:
    digest = make_approved()
    before = case_of(digest, now=NOW).has_left
    make_delivery(digest, status="sent", sent_at=NOW)

    assert (before, case_of(digest, now=NOW).has_left) == (False, True)

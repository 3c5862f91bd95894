"""The cut-off: approved by itself, or told to those who can do something about it, and once."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine
from django.utils import translation
from django.utils.translation import gettext

from digests.models import DayOff, Digest, Newsletter
from digests.sources.knocking import Knock
from newsletter.desk import cutting
from newsletter.desk.approving import approve, unapprove
from newsletter.desk.cutting import cut_off
from newsletter.desk.models import Look
from newsletter.desk.preflight import learning, looking
from newsletter.postbox.models import Letter
from newsletter.staff.models import Act, Role
from tests.factories import DAY, make_digest, make_newsletter, make_paper, make_publisher, make_subscription, make_user

pytestmark = pytest.mark.django_db
HALF_PAST_SIX = datetime.combine(DAY, time(4, 30), UTC)  # in Berlin
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def letter_with(*, approves: bool, locales: list[str] | None = None) -> Newsletter:
    newsletter = make_newsletter(
        cut_off=time(6, 30), time_zone="Europe/Berlin", approves_itself=approves, locales=locales or ["en"]
    )
    make_subscription(newsletter)
    for name, role in (("edith", "editor"), ("vera", "viewer"), ("paul", "publisher")):
        user = make_user(f"{name}-{newsletter.pk}", is_staff=True, email=f"{name}@example.org")
        Role.objects.create(user=user, newsletter=newsletter, role=role)
    return newsletter


@pytest.fixture(autouse=True)
def morning(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Papers came in an hour before the cut-off; every link answers, and nobody judges mails."""
    monkeypatch.setattr(learning, "knock_at", lambda urls, *, seconds: {url: Knock(200) for url in urls})
    monkeypatch.setattr(learning, "judge", lambda mails: None)
    with time_machine.travel(HALF_PAST_SIX - HOUR, tick=False):
        yield


def at(moment: datetime, *, is_known: bool = True) -> None:
    with time_machine.travel(moment, tick=False):
        for digest in Digest.objects.filter(status="draft") if is_known else ():
            learning.learn(digest, now=moment)
        cut_off(now=moment)


def status_of(newsletter: Newsletter) -> str:
    return Digest.objects.get(newsletter=newsletter).status


def told() -> list[str]:
    return sorted(Letter.objects.filter(kind="editor").values_list("to", flat=True))


def test_what_is_ready_is_approved_by_itself() -> None:
    newsletter = letter_with(approves=True)
    make_digest(newsletter)

    at(HALF_PAST_SIX)

    assert status_of(newsletter) == "approved"
    assert told() == []
    assert Act.objects.get(verb="cut off").username == ""


def test_nothing_happens_before_it() -> None:
    newsletter = letter_with(approves=True)
    make_digest(newsletter)

    at(HALF_PAST_SIX - MINUTE)

    assert status_of(newsletter) == "draft"


def test_links_and_dns_are_looked_at_before_it_and_once() -> None:
    digest = make_digest(letter_with(approves=True))

    for minutes in (-16, -10, -5):
        at(HALF_PAST_SIX + minutes * MINUTE, is_known=False)

    assert Look.objects.get().asked_at == HALF_PAST_SIX - 10 * MINUTE
    assert status_of(digest.newsletter) == "draft"


def test_what_is_not_ready_is_told_to_those_who_edit_and_why() -> None:
    newsletter = letter_with(approves=True)
    make_digest(newsletter, papers=[make_paper(title="Silent", summaries={})])

    at(HALF_PAST_SIX)

    assert status_of(newsletter) == "draft"
    assert told() == ["edith@example.org", "paul@example.org"]
    letter = Letter.objects.first()
    assert letter is not None
    assert "Silent" in letter.text
    assert "Not approved yet" in letter.subject


def test_a_newsletter_that_does_not_approve_by_itself_waits_for_people() -> None:
    newsletter = letter_with(approves=False)
    make_digest(newsletter)

    at(HALF_PAST_SIX)

    assert status_of(newsletter) == "draft"
    assert told() == ["edith@example.org", "paul@example.org"]


def test_a_day_on_which_nothing_came_in_is_told_as_well() -> None:
    letter_with(approves=True)

    at(HALF_PAST_SIX)

    assert {letter.subject.partition(":")[0] for letter in Letter.objects.all()} == {"Nothing came in"}


def test_a_day_on_which_only_the_week_is_drafted_is_told_too() -> None:
    make_digest(letter_with(approves=True), kind="weekly")

    at(HALF_PAST_SIX)

    assert {letter.subject.partition(":")[0] for letter in Letter.objects.all()} == {"Nothing came in"}


def test_the_reasons_stand_in_the_language_of_the_letter() -> None:
    newsletter = letter_with(approves=True, locales=["de"])
    Newsletter.objects.update(default_locale="de")
    digest = make_digest(newsletter, papers=[make_paper(summaries={"de": "- Eins."})])
    digest.entries.update(included=False)

    at(HALF_PAST_SIX)

    with translation.override("de"):
        reason = gettext("There are no papers in it.")
    assert reason in Letter.objects.all()[0].text


@pytest.mark.parametrize("is_there", [True, False])
def test_a_day_off_is_a_day_off(is_there: bool) -> None:
    newsletter = letter_with(approves=True)
    DayOff.objects.create(newsletter=newsletter, day=DAY)
    if is_there:
        make_digest(newsletter)

    at(HALF_PAST_SIX)

    assert told() == []
    assert not Digest.objects.filter(status="approved").exists()


def test_a_day_off_takes_away_the_daily_digest_and_not_the_weekly_one() -> None:
    newsletter = letter_with(approves=True)
    DayOff.objects.create(newsletter=newsletter, day=DAY)
    weekly, daily = make_digest(newsletter, kind="weekly"), make_digest(newsletter)

    at(HALF_PAST_SIX)

    weekly.refresh_from_db()
    daily.refresh_from_db()
    assert (weekly.status, daily.status) == ("approved", "draft")
    assert told() == []


@pytest.mark.parametrize("is_there", [True, False])
def test_told_once_however_often_it_runs(is_there: bool) -> None:
    newsletter = letter_with(approves=False)
    if is_there:
        make_digest(newsletter)

    for minutes in (0, 1, 2, 60):
        at(HALF_PAST_SIX + minutes * MINUTE)

    assert len(told()) == 2


def test_a_digest_that_was_taken_back_since_is_not_approved_again() -> None:
    newsletter = letter_with(approves=True)
    make_digest(newsletter)
    at(HALF_PAST_SIX)
    Digest.objects.update(status="draft", approved_at=None)

    at(HALF_PAST_SIX + MINUTE)

    assert status_of(newsletter) == "draft"


def test_a_digest_that_was_approved_and_taken_back_that_morning_is_left_to_people() -> None:
    newsletter = letter_with(approves=True)
    digest, alice = make_digest(newsletter), make_publisher()
    approve(digest, by=alice, now=HALF_PAST_SIX - HOUR)
    unapprove(digest, by=alice)

    at(HALF_PAST_SIX)

    assert status_of(newsletter) == "draft"
    assert len(told()) == 2


def test_a_digest_that_came_in_after_it_is_left_to_people() -> None:
    newsletter = letter_with(approves=True)
    with time_machine.travel(HALF_PAST_SIX + HOUR):
        make_digest(newsletter)

    at(HALF_PAST_SIX + 2 * HOUR)

    assert status_of(newsletter) == "draft"
    assert len(told()) == 2


def test_what_is_not_known_is_waited_for_and_then_told() -> None:
    newsletter = letter_with(approves=True)
    make_digest(newsletter)

    at(HALF_PAST_SIX, is_known=False)
    waiting = told()
    at(HALF_PAST_SIX + 11 * MINUTE, is_known=False)

    assert waiting == []
    assert status_of(newsletter) == "draft"
    assert len(told()) == 2


def test_a_change_of_the_last_minute_is_measured_before_it_goes_out() -> None:
    newsletter = letter_with(approves=True)
    digest = make_digest(newsletter)
    at(HALF_PAST_SIX - 5 * MINUTE)
    digest.papers.update(title="Changed since")

    at(HALF_PAST_SIX, is_known=False)
    before = status_of(newsletter)
    at(HALF_PAST_SIX + 2 * MINUTE)

    assert (before, status_of(newsletter)) == ("draft", "approved")


def test_a_draft_that_breaks_does_not_stop_the_weekly_one(monkeypatch: pytest.MonkeyPatch) -> None:
    newsletter = letter_with(approves=True)
    odd = make_digest(newsletter)
    weekly = make_digest(newsletter, kind="weekly")
    looked = looking.look
    monkeypatch.setattr(cutting, "look", lambda digest, *, now: looked(digest, now=now) if digest != odd else 1 / 0)

    at(HALF_PAST_SIX)

    weekly.refresh_from_db()
    assert weekly.status == "approved"
    assert len(told()) == 2


def test_the_quarter_of_an_hour_before_midnight_counts() -> None:
    newsletter = letter_with(approves=True)
    Newsletter.objects.update(cut_off=time(0, 5), time_zone="UTC")
    make_digest(newsletter)

    at(datetime.combine(DAY, time(0), UTC) - 5 * MINUTE, is_known=False)

    assert Look.objects.count() == 1


def test_a_cut_off_of_long_ago_is_passed_over() -> None:
    newsletter = letter_with(approves=True)
    make_digest(newsletter)

    at(HALF_PAST_SIX + timedelta(hours=13))

    assert status_of(newsletter) == "draft"


def test_one_odd_newsletter_does_not_stop_the_others() -> None:
    odd, newsletter = letter_with(approves=True), letter_with(approves=True)
    Newsletter.objects.filter(pk=odd.pk).update(time_zone="Mars/Olympus")
    make_digest(newsletter)

    at(HALF_PAST_SIX)

    assert status_of(newsletter) == "approved"

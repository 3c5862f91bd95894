"""The page of preferences: all choices, the preview beside them, and more newsletters."""

import re
from datetime import date
from typing import Any

import pytest
import time_machine

from newsletter.subscribers.models import Consent, Subscription
from newsletter.subscribers.tokens import Purpose
from tests.factories import (
    make_approved,
    make_digest,
    make_newsletter,
    make_paper,
    make_sender,
    make_subscription,
    make_topic,
)
from tests.subscribers.pages import browser, chosen, everything, link

pytestmark = pytest.mark.django_db
NOON = "2026-04-07T12:00:00Z"


def saved(bob: Subscription, **values: Any) -> Any:
    page = browser().post(link(Purpose.PREFERENCES, bob), chosen(**values))
    bob.refresh_from_db()
    return page


def previewed(bob: Subscription, *, within: bool = False, **values: Any) -> Any:
    headers = {"X-Preview": "1"} if within else {}
    return browser().post(f"{link(Purpose.PREFERENCES, bob)}preview/", chosen(**values), headers=headers)


def test_what_is_followed_and_avoided_holds_and_is_shown_again() -> None:
    bob = make_subscription()

    saved(bob, authors="Yann LeCun\nAda Lovelace", words="확산 모델, agents", avoided="Survey", when_empty="tell")

    page = browser().get(link(Purpose.PREFERENCES, bob)).text
    assert (bob.authors, bob.words, bob.avoided) == ("Ada Lovelace\nYann LeCun", "agents\n확산 모델", "Survey")
    assert bob.when_empty == "tell"
    assert "Ada Lovelace\nYann LeCun</textarea>" in page
    assert re.search(r'value="tell"[^>]* checked', page)


def test_too_many_words_are_told_beside_the_field_and_kept() -> None:
    bob = make_subscription(words="agents")
    many = "\n".join(f"word {number}" for number in range(31))

    page = saved(bob, words=many)

    assert page.status_code == 422
    assert 'id="id_words_error"' in page.text
    assert "word 30</textarea>" in page.text
    assert bob.words == "agents"


@time_machine.travel(NOON, tick=False)
def test_a_pause_holds_and_an_empty_field_ends_it() -> None:
    bob = make_subscription()

    saved(bob, paused_until="2026-04-20")
    assert bob.paused_until == date(2026, 4, 20)
    assert 'value="2026-04-20"' in browser().get(link(Purpose.PREFERENCES, bob)).text

    saved(bob, paused_until="")
    assert bob.paused_until is None


@time_machine.travel("2026-04-07T22:00:00Z", tick=False)
@pytest.mark.parametrize(
    ("day", "told"),
    [
        ("2026-04-07", "Please choose a day after today."),
        ("2026-04-08", "Please choose a day after today."),  # it is the 8th in Seoul already
        ("2027-05-01", "Please choose a day within a year."),
        ("9999-12-31", "Please choose a day within a year."),
        ("soon", "Please give a day as 2026-12-24"),
    ],
)
def test_a_pause_until_no_day_ahead_is_refused(day: str, told: str) -> None:
    bob = make_subscription()

    page = saved(bob, paused_until=day)

    assert page.status_code == 422
    assert told in page.text
    assert bob.paused_until is None


@time_machine.travel(NOON, tick=False)
def test_a_pause_that_is_over_is_not_shown() -> None:
    bob = make_subscription(paused_until=date(2026, 4, 7))

    assert "2026-04-07" not in browser().get(link(Purpose.PREFERENCES, bob)).text


def test_a_weekly_reader_has_one_day() -> None:
    bob = make_subscription(make_newsletter(weekly_day=4))
    assert '<option value="16" selected>' in browser().get(link(Purpose.PREFERENCES, bob)).text

    saved(bob, rhythm="weekly", weekly_day="32", weekdays=[])

    assert (bob.rhythm, bob.weekdays) == ("weekly", 32)
    page = browser().get(link(Purpose.PREFERENCES, bob)).text
    assert '<option value="32" selected>' in page
    assert len(re.findall(r'name="weekdays"[^>]* checked', page)) == 7  # what is proposed to who goes back


@pytest.mark.parametrize("day", ["", "3", "128"])
def test_a_weekly_reader_without_one_day_is_asked_for_it(day: str) -> None:
    bob = make_subscription(make_newsletter(weekly_day=4))

    page = saved(bob, rhythm="weekly", weekly_day=day)

    assert page.status_code == 422
    assert 'id="id_weekly_day_error"' in page.text
    assert bob.rhythm == "daily"


def test_no_rhythm_is_asked_for_where_there_is_one() -> None:
    bob = make_subscription()

    saved(bob, rhythm="weekly", weekly_day="32")

    assert bob.rhythm == "daily"
    assert 'name="rhythm"' not in browser().get(link(Purpose.PREFERENCES, bob)).text


def test_who_reads_weekly_may_go_on_where_it_is_offered_no_more() -> None:
    bob = make_subscription(rhythm="weekly", weekdays=32)

    saved(bob, rhythm="weekly", weekly_day="64", weekdays=[])

    assert (bob.rhythm, bob.weekdays) == ("weekly", 64)


def test_the_preview_of_the_other_rhythm_is_its_own_digest_or_says_so() -> None:
    newsletter = make_newsletter(weekly_day=4)
    make_approved(make_digest(newsletter, papers=[make_paper(title="Of the day")]))
    bob = make_subscription(newsletter)

    before = previewed(bob, within=True, rhythm="weekly", weekly_day="32").text
    weekly = make_digest(newsletter, papers=[make_paper(title="Of the week")], kind="weekly", day=date(2026, 4, 3))
    make_approved(weekly)
    after = previewed(bob, within=True, rhythm="weekly", weekly_day="32").text

    assert "Of the day" in before
    assert "No weekly digest is out yet" in before
    assert "Of the week" in after
    assert "No weekly digest is out yet" not in after


def test_the_page_opens_with_a_preview_of_what_is_saved() -> None:
    digest = make_approved(make_digest(papers=[make_paper(title="Agents"), make_paper(title="Video")]))
    bob = make_subscription(digest.newsletter, words="agents")

    page = browser().get(link(Purpose.PREFERENCES, bob)).text

    assert "1 of 2 papers: 1 by a word." in page
    assert ">Agents</a>" in page
    assert ">Video</a>" not in page


def test_the_preview_follows_what_is_typed_and_nothing_is_saved() -> None:
    digest = make_approved(make_digest(papers=[make_paper(title="Agents"), make_paper(title="Video")]))
    bob, before = make_subscription(digest.newsletter), everything()

    part, whole = (previewed(bob, within=within, words="video", hour="9") for within in (True, False))

    assert everything() == before
    for page in (part, whole):
        assert page.status_code == 200
        assert ">Video</a>" in page.text
        assert ">Agents</a>" not in page.text
    assert "<html" not in part.text
    assert "Nothing is saved yet." in whole.text
    assert "video</textarea>" in whole.text
    assert f'action="{link(Purpose.PREFERENCES, bob)}"' in whole.text


def test_a_preview_of_what_cannot_be_saved_says_what_is_wrong() -> None:
    bob = make_subscription()

    page = previewed(bob, weekdays=[])

    assert page.status_code == 422
    assert "Please choose one day at least." in page.text


def test_the_preview_opened_by_address_leads_to_the_preferences() -> None:
    bob = make_subscription()

    answer = browser().get(f"{link(Purpose.PREFERENCES, bob)}preview/")

    assert (answer.status_code, answer["Location"]) == (302, link(Purpose.PREFERENCES, bob))


def test_before_the_first_digest_the_page_says_when_there_is_a_preview() -> None:
    page = browser().get(link(Purpose.PREFERENCES, make_subscription())).text

    assert "as soon as the first digest is out" in page


def test_one_newsletter_alone_needs_no_list() -> None:
    assert 'id="newsletters"' not in browser().get(link(Purpose.PREFERENCES, make_subscription())).text


def test_a_reader_adds_a_newsletter_and_finds_its_preferences_here() -> None:
    bob, robots = make_subscription(), make_newsletter(name="Robots")
    before = browser().get(link(Purpose.PREFERENCES, bob))
    assert "Send me Robots too" in before.text

    page = browser().post(f"{link(Purpose.PREFERENCES, bob)}add/", {"newsletter": robots.slug})

    other = robots.subscriptions.get()
    assert "You get Robots too, from its next digest on." in page.text
    assert link(Purpose.PREFERENCES, other) in page.text
    assert link(Purpose.LEAVE, other) in page.text
    assert Consent.objects.filter(subscription=other).first().wording == "Send me Robots too"  # type: ignore[union-attr]


def test_looking_adds_nothing() -> None:
    bob, robots = make_subscription(), make_newsletter()

    answer = browser().get(f"{link(Purpose.PREFERENCES, bob)}add/?newsletter={robots.slug}")

    assert answer.status_code == 302
    assert not robots.subscriptions.exists()


def test_a_newsletter_that_takes_no_readers_is_not_added() -> None:
    bob, robots = make_subscription(), make_newsletter(sender=make_sender(), name="Robots")
    robots.sender_assignment.delete()

    page = browser().post(f"{link(Purpose.PREFERENCES, bob)}add/", {"newsletter": robots.slug})

    assert "Robots cannot be added now." in page.text
    assert not robots.subscriptions.exists()


@pytest.mark.parametrize("slug", ["", "nowhere", "\x00", "a" * 5000])
def test_a_newsletter_that_is_not_there_is_not_added(slug: str) -> None:
    answer = browser().post(f"{link(Purpose.PREFERENCES, make_subscription())}add/", {"newsletter": slug})

    assert answer.status_code == 302


@pytest.mark.parametrize("page", ["preview", "add"])
def test_who_has_left_is_told_so_on_each_page(page: str) -> None:
    bob = make_subscription(status="ended", end_reason="left", ended_at=make_newsletter().created_at)

    answer = browser().post(f"{link(Purpose.PREFERENCES, bob)}{page}/", chosen())

    assert answer.status_code == 200
    assert "This subscription has ended" in answer.text


@pytest.mark.parametrize("locale", ["en", "ko", "ar"])
@pytest.mark.parametrize("detail", ["full", "short", "titles"])
def test_a_page_of_a_long_day_stays_below_fifty_kilobytes(locale: str, detail: str) -> None:
    said = {"en": "agents plan ", "ko": "에이전트가 계획을 ", "ar": "يخطط الوكلاء "}[locale]
    text = "\n".join(f"- {said * 12}." for _ in range(5))
    newsletter = make_newsletter(locales=["en", "ko", "ar"])
    for number in range(12):
        make_topic(newsletter, f"topic-{number}", names={"en": "Language models", "ko": "언어 모델", "ar": "النماذج"})
    papers = [make_paper(title="A long title of a paper " * 4, summaries={locale: text}) for _ in range(68)]
    make_approved(make_digest(newsletter, papers=papers))
    bob = make_subscription(newsletter, locale=locale, detail=detail, words="agents " * 100)

    page = browser().get(link(Purpose.PREFERENCES, bob))

    assert len(page.content) < 50_000

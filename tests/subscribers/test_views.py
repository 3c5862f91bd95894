"""The reader's pages, from signing up to leaving."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import settings as project
from pytest_django import Settings

from newsletter.postbox.models import Letter
from newsletter.subscribers import tokens
from newsletter.subscribers.models import Consent, Subscription
from newsletter.subscribers.tokens import Purpose
from tests.dns import ROOT, name_server
from tests.factories import (
    make_approved,
    make_digest,
    make_newsletter,
    make_paper,
    make_sender,
    make_subscription,
    make_topic,
)
from tests.subscribers.pages import ALICE, a_moment_passes, browser, chosen, filled, link, link_in, path_of

pytestmark = pytest.mark.django_db


def test_a_site_without_newsletters_tells_its_operator_what_to_do() -> None:
    page = browser().get("/")

    assert page.status_code == 200
    assert 'href="/admin/"' in page.text


def test_a_site_with_one_newsletter_opens_with_its_sign_up_page() -> None:
    newsletter = make_newsletter(name="Morning Papers")

    page = browser().get("/")

    assert "Morning Papers" in page.text
    assert f'action="{path_of(newsletter)}"' in page.text


def test_a_site_with_several_newsletters_lets_one_choose() -> None:
    one, two = make_newsletter(name="Papers"), make_newsletter(name="Robots")

    page = browser().get("/?lang=ar")

    assert f'href="{path_of(one)}?lang=ar"' in page.text
    assert f'href="{path_of(two)}?lang=ar"' in page.text


def test_alice_signs_up_confirms_chooses_and_leaves() -> None:
    newsletter, alice = make_newsletter(), browser()

    answer = alice.post(path_of(newsletter), filled())
    assert (answer.status_code, answer["Location"]) == (302, f"{path_of(newsletter)}check/")
    assert alice.get(answer["Location"]).status_code == 200

    a_moment_passes()
    letter = Letter.objects.get()
    assert letter.to == ALICE
    confirmed = alice.post(link_in(letter))
    assert "Your first digest comes" in confirmed.text
    assert "07:00 (Seoul)" in confirmed.text
    subscription = Subscription.objects.get()
    assert subscription.status == "active"

    saved = alice.post(link(Purpose.PREFERENCES, subscription), chosen(hour="9", weekdays=["1"]))
    assert "Your next digest comes" in saved.text
    assert "09:00 (Seoul)" in saved.text

    assert alice.post(link(Purpose.LEAVE, subscription)).status_code == 200
    subscription.refresh_from_db()
    assert subscription.status == "ended"


@time_machine.travel("2026-04-07T12:00:00Z", tick=False)
def test_a_confirmed_reader_is_told_when_the_first_digest_comes() -> None:
    bob = make_subscription(status="pending", confirmed_at=None, time_zone="Asia/Seoul", hour=7)

    page = browser().post(link(Purpose.CONFIRM, bob))

    assert "Your first digest comes tomorrow at 07:00 (Seoul)." in page.text
    assert f'href="/n/{bob.newsletter.slug}/"' in page.text


def test_a_confirmed_reader_who_opens_the_letter_again_sees_that_it_is_done() -> None:
    bob = make_subscription()

    page = browser().get(link(Purpose.CONFIRM, bob))

    assert "Your subscription is confirmed" in page.text
    assert "<form" not in page.text


def test_consent_keeps_the_words_beside_the_button_and_no_address_of_a_machine() -> None:
    newsletter = make_newsletter()
    page = browser().get(path_of(newsletter))

    browser().post(path_of(newsletter), filled(), REMOTE_ADDR="203.0.113.7")
    a_moment_passes()

    asked = Consent.objects.get()
    assert asked.wording in page.text
    assert (asked.page, asked.network, asked.locale) == (path_of(newsletter), "203.0.113.0/24", "en")


def test_confirming_and_leaving_keep_no_token_in_the_consent() -> None:
    bob = make_subscription(status="pending", confirmed_at=None)

    browser().post(link(Purpose.CONFIRM, bob))
    browser().post(link(Purpose.LEAVE, bob))

    assert sorted(Consent.objects.values_list("act", "page")) == [("confirmed", "/confirm/"), ("left", "/leave/")]


def test_a_slip_is_told_beside_the_field_and_what_was_typed_is_kept() -> None:
    newsletter = make_newsletter()

    page = browser().post(path_of(newsletter), filled(address="alice@example", hour="9", time_zone="Asia/Calcutta"))

    assert page.status_code == 422
    assert 'value="alice@example"' in page.text
    assert 'aria-invalid="true"' in page.text
    assert 'aria-describedby="id_address_error"' in page.text
    assert 'id="id_address_error"' in page.text
    assert '<option value="9" selected>' in page.text
    assert '<option value="Asia/Calcutta" selected>' in page.text
    assert a_moment_passes() == 0


def test_a_program_that_fills_in_everything_is_thanked_and_ignored() -> None:
    newsletter = make_newsletter()

    answer = browser().post(path_of(newsletter), filled(remarks="https://spam.example"))

    assert answer["Location"] == f"{path_of(newsletter)}check/"
    assert a_moment_passes() == 0


def test_a_program_that_asks_for_a_link_is_thanked_and_ignored() -> None:
    make_subscription(address=ALICE)

    answer = browser().post("/preferences/", {"address": ALICE, "remarks": "https://spam.example"})

    assert answer.content == browser().post("/preferences/", {"address": "zoe@example.org"}).content
    assert a_moment_passes() == 1
    assert not Letter.objects.exists()


def test_a_newsletter_without_a_sender_takes_no_readers() -> None:
    newsletter = make_newsletter(sender=make_sender())
    newsletter.sender_assignment.delete()

    pages = [browser().get(path_of(newsletter)), browser().post(path_of(newsletter), filled())]

    assert [page.status_code for page in pages] == [200, 200]
    assert "<form" not in pages[0].text
    assert a_moment_passes() == 0


def test_the_sign_up_form_proposes_the_pages_language_and_the_newsletters_zone() -> None:
    newsletter = make_newsletter(locales=["en", "ko"], time_zone="Asia/Seoul")

    page = browser().get(path_of(newsletter), headers={"accept-language": "ko-KR,ko;q=0.9"})

    assert '<option value="ko" selected>' in page.text
    assert '<option value="Asia/Seoul" selected>' in page.text


def test_the_landing_page_shows_the_latest_edition_in_the_visitors_language() -> None:
    paper = make_paper(title="Robots at Home", summaries={"en": "- They fold laundry.", "ko": "- 빨래를 갭니다."})
    newsletter = make_newsletter(locales=["en", "ko"])
    make_approved(make_digest(newsletter, papers=[paper]))

    for path in ("/", path_of(newsletter)):
        page = browser().get(path, headers={"accept-language": "ko"}).text
        assert "Robots at Home" in page
        assert "빨래를 갭니다." in page
        assert "2026년 4월 7일 화요일" in page
        assert f'href="/n/{newsletter.slug}/2026-04-07/ko/"' in page


def test_a_landing_page_is_good_when_shared() -> None:
    picture = f"images/{'0123456789abcdef' * 4}.jpg"
    newsletter = make_newsletter(name="Papers & Co", tagline="What is new", locales=["en", "ko"])
    make_approved(make_digest(newsletter, papers=[make_paper(image=picture)]))

    page = browser().get(f"{path_of(newsletter)}?lang=ko").text

    assert '<meta property="og:title" content="Papers &amp; Co">' in page
    assert '<meta property="og:description" content="What is new">' in page
    assert f'<meta property="og:image" content="{project.SITE_URL}/media/{picture}">' in page
    for locale in ("en", "ko"):
        assert f'hreflang="{locale}" href="{project.SITE_URL}{path_of(newsletter)}?lang={locale}"' in page


def test_a_landing_page_before_the_first_edition_promises_none() -> None:
    newsletter = make_newsletter()

    page = browser().get(path_of(newsletter)).text

    assert "The latest edition" not in page
    assert "See past digests" not in page


def test_each_of_several_newsletters_shows_what_its_latest_edition_is_about() -> None:
    one = make_newsletter(name="Papers")
    make_newsletter(name="Robots")
    make_approved(make_digest(one, papers=[make_paper(title="Robots at Home")]))

    page = browser().get("/").text

    assert page.count("The latest edition") == 1
    assert "Robots at Home" in page


@pytest.mark.parametrize("locale", sorted(dict(project.LANGUAGES)))
def test_a_landing_page_is_light(locale: str) -> None:
    summary = "- " + "Ein ziemlich langer Satz über Roboter, die Wäsche falten. " * 20
    papers = [make_paper(title="A Long Title of a Paper " * 5, summaries={"en": summary}) for _ in range(12)]
    newsletter = make_newsletter(accent="#1E6B45")
    make_approved(make_digest(newsletter, papers=papers))

    page = browser().get(f"{path_of(newsletter)}?lang={locale}")

    static = Path(project.BASE_DIR, "newsletter/static")
    beside = sum((static / name).stat().st_size for name in ("paperboy.css", "landing.css", "zone.js"))
    assert set(re.findall(r'(?:href|src)="/static/([\w.]+)"', page.text)) == {
        *("paperboy.css", "landing.css", "zone.js", "icon.svg")
    }
    assert len(page.content) + beside < 50_000


def test_the_address_is_the_one_field_that_must_be_filled_in() -> None:
    newsletter = make_newsletter(locales=["en", "ko"], time_zone="Asia/Seoul")

    for fields in ({"address": ALICE}, {"address": "bob@example.org", "locale": "", "time_zone": "", "hour": ""}):
        assert browser().post(f"{path_of(newsletter)}?lang=ko", fields).status_code == 302

    assert a_moment_passes() == 2
    for subscription in Subscription.objects.all():
        chosen = (subscription.locale, subscription.time_zone, subscription.hour)
        assert chosen == ("ko", "Asia/Seoul", 7)


def test_what_is_proposed_can_be_chosen_in_a_sentence_of_fields_with_names() -> None:
    page = browser().get(path_of(make_newsletter())).text

    for name, label in (("hour", "Time"), ("time_zone", "Time zone"), ("locale", "Language")):
        assert re.search(f'<select [^>]*name="{name}"[^>]*aria-label="{label}"', page) or re.search(
            f'<select [^>]*aria-label="{label}"[^>]*name="{name}"', page
        )
    assert "data-guess" in page
    assert "data-guess" not in browser().post(path_of(make_newsletter()), filled(address="")).text


def test_a_slip_of_the_finger_is_asked_about_once() -> None:
    newsletter = make_newsletter()

    page = browser().post(path_of(newsletter), filled(address="alice@gmial.com"))

    assert page.status_code == 422
    assert "Did you mean alice@gmail.com?" in page.text
    assert 'value="alice@gmial.com"' in page.text
    assert 'name="suggested" value="alice@gmail.com"' in page.text
    assert a_moment_passes() == 0


@pytest.mark.parametrize(
    ("answer", "address"),
    [
        ({"wish": "meant"}, "alice@gmail.com"),
        ({"wish": "typed"}, "alice@gmial.com"),
        ({}, "alice@gmial.com"),
    ],
)
def test_the_reader_says_which_address_is_right(answer: dict[str, str], address: str) -> None:
    asked = filled(address="Alice@gmial.com", suggested="alice@gmail.com", **answer)

    assert browser().post(path_of(make_newsletter()), asked).status_code == 302
    a_moment_passes()

    assert Letter.objects.get().to == address


def test_another_slip_is_asked_about_as_well() -> None:
    answered = filled(address="alice@hotmial.com", suggested="alice@gmail.com", wish="meant")

    page = browser().post(path_of(make_newsletter()), answered)

    assert "Did you mean alice@hotmail.com?" in page.text
    assert a_moment_passes() == 0


def test_a_domain_that_takes_no_mail_is_told_beside_the_field(settings: Settings) -> None:
    settings.MX_CHECK = True
    newsletter = make_newsletter()

    with name_server({**ROOT, "example.org": {"MX": "10 mx.example.org."}}) as server:
        wrong = browser().post(path_of(newsletter), filled(address="alice@nowhere.example"))
        right = browser().post(path_of(newsletter), filled(address="alice@example.org"))
        browser().post(path_of(newsletter), filled(address="alice@gmail.com"))
        browser().post(path_of(newsletter), filled(address="alice@program.example", remarks="buy"))

    assert (wrong.status_code, right.status_code) == (422, 302)
    assert "There is no mailbox at nowhere.example. Is it spelled right?" in wrong.text
    assert 'value="alice@nowhere.example"' in wrong.text
    assert server.asked == ["nowhere.example", "example.org"]


def test_dns_is_not_asked_where_it_may_not_be(settings: Settings) -> None:
    settings.MX_CHECK = False

    with name_server({}) as server:
        browser().post(path_of(make_newsletter()), filled(address="alice@nowhere.example"))

    assert server.asked == []


def test_links_of_the_landing_page_keep_the_language_that_was_asked_for() -> None:
    newsletter = make_newsletter()
    make_approved(make_digest(newsletter))

    page = browser().get(f"{path_of(newsletter)}?lang=ar").text

    for path in (f"/n/{newsletter.slug}/", "/preferences/", path_of(newsletter)):
        assert f'="{path}?lang=ar"' in page
        assert f'="{path}"' not in page


def test_a_language_asked_for_by_address_is_kept_to_the_next_page() -> None:
    newsletter = make_newsletter()

    answer = browser().post(f"{path_of(newsletter)}?lang=ar", filled())

    assert answer["Location"] == f"{path_of(newsletter)}check/?lang=ar"


def test_preferences_show_what_was_chosen() -> None:
    newsletter = make_newsletter()
    agents = make_topic(newsletter, "agents")
    bob = make_subscription(newsletter, topics=[agents], hour=5, weekdays=0b1000001, time_zone="Asia/Calcutta")

    page = browser().get(link(Purpose.PREFERENCES, bob)).text

    assert page.count("checked") == 2 + 1 + 2  # days, topic, detail and format
    assert '<option value="5" selected>' in page
    assert '<option value="Asia/Calcutta" selected>' in page


def test_saved_preferences_hold() -> None:
    newsletter = make_newsletter()
    make_topic(newsletter, "agents")
    bob = make_subscription(newsletter)

    page = browser().post(
        link(Purpose.PREFERENCES, bob),
        chosen(second_locale="ko", weekdays=["1", "64"], topics=["agents"], most_papers="5", detail="titles"),
    )

    bob.refresh_from_db()
    assert page.status_code == 200
    assert (bob.second_locale, bob.weekdays, bob.most_papers, bob.detail) == ("ko", 65, 5, "titles")
    assert [topic.slug for topic in bob.topics.all()] == ["agents"]


def test_preferences_without_a_day_are_not_saved() -> None:
    bob = make_subscription(hour=5)

    page = browser().post(link(Purpose.PREFERENCES, bob), chosen(weekdays=[]))

    bob.refresh_from_db()
    assert page.status_code == 422
    assert "Please choose one day at least." in page.text
    assert bob.hour == 5


def test_saved_preferences_answer_in_the_language_just_chosen() -> None:
    bob = make_subscription(make_newsletter(locales=["en", "ar"]), locale="en")

    page = browser().post(link(Purpose.PREFERENCES, bob), chosen(locale="ar"))

    assert '<html lang="ar" dir="rtl">' in page.text
    assert page["Content-Language"] == "ar"


@pytest.mark.parametrize("purpose", [Purpose.CONFIRM, Purpose.PREFERENCES])
def test_who_has_left_is_told_so_and_can_sign_up_again(purpose: Purpose) -> None:
    bob = make_subscription()
    browser().post(link(Purpose.LEAVE, bob))

    for page in (browser().get(link(purpose, bob)), browser().post(link(purpose, bob), chosen())):
        assert page.status_code == 200
        assert f'href="{path_of(bob.newsletter)}"' in page.text
    bob.refresh_from_db()
    assert bob.status == "ended"


def test_one_click_in_a_mail_program_leaves_at_once() -> None:
    bob = make_subscription()

    answer = browser().post(
        link(Purpose.LEAVE, bob), b"List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded"
    )

    bob.refresh_from_db()
    assert (answer.status_code, bob.status, bob.end_reason) == (200, "ended", "left")
    assert not answer.cookies


def test_a_leave_link_works_for_years_under_an_older_key_and_a_second_time() -> None:
    bob = make_subscription()
    oldest = dict([list(project.LINK_KEYS.items())[-1]])
    token = tokens.make(Purpose.LEAVE, bob.pk, keys=oldest, now=bob.created_at - timedelta(days=3650))

    answers = [browser().post(f"/leave/{token}/") for _ in range(2)]

    bob.refresh_from_db()
    assert [answer.status_code for answer in answers] == [200, 200]
    assert bob.status == "ended"
    assert Consent.objects.count() == 1


def test_a_link_to_the_preferences_can_be_asked_for_again() -> None:
    bob = make_subscription(address="bob@example.org")

    browser().post("/preferences/", {"address": "Bob@Example.org"})
    a_moment_passes()

    page = browser().get(link_in(Letter.objects.get()))
    assert page.status_code == 200
    assert link(Purpose.LEAVE, bob)[:10] in page.text

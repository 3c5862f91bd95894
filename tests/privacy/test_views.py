"""The pages on privacy, as a reader and as a stranger meets them."""

import json
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from newsletter.postbox.models import Letter
from newsletter.subscribers import erasing, membership, moving, tokens
from newsletter.subscribers.membership import ConsentFacts
from newsletter.subscribers.models import Move, Subscriber, Subscription, Suppression
from newsletter.subscribers.moving import End
from newsletter.subscribers.tokens import Purpose
from tests.delivery.test_views import link as web_link
from tests.factories import address_hash, make_approved, make_delivery, make_newsletter, make_subscription
from tests.privacy.readers import ALICE, NEW, make_alice
from tests.subscribers.pages import a_moment_passes, browser, everything, link, link_in

pytestmark = pytest.mark.django_db
YES = ConsentFacts(wording="", page="", network="", locale="")
PAGES = ("", "move/", "erase/")


def data(subscription: Subscription, page: str = "", *, age: timedelta = timedelta(0)) -> str:
    return link(Purpose.DATA, subscription.subscriber, age=age) + page


def test_a_reader_asks_for_the_link_and_sees_what_is_known() -> None:
    make_subscription(make_newsletter(name="Daily Papers"), address=ALICE)

    asked = browser().post("/data/", {"address": ALICE})
    a_moment_passes()
    page = browser().get(link_in(Letter.objects.get()))

    assert asked.status_code == 200
    assert ALICE in page.text
    assert "Daily Papers" in page.text


def test_a_slip_in_the_address_is_told_and_nothing_is_asked() -> None:
    page = browser().post("/data/", {"address": "alice"})

    assert page.status_code == 422
    assert 'role="alert"' in page.text
    assert a_moment_passes() == 0


def test_a_program_that_asks_for_data_is_thanked_and_ignored() -> None:
    make_alice()

    answer = browser().post("/data/", {"address": ALICE, "remarks": "https://spam.example"})
    a_moment_passes()

    assert answer.status_code == 200
    assert not Letter.objects.filter(kind=Letter.Kind.DATA).exists()


def test_the_file_comes_by_the_button_alone() -> None:
    alice = make_alice()

    looked, pressed = browser().get(data(alice)), browser().post(data(alice))

    assert looked["Content-Type"].startswith("text/html")
    assert pressed["Content-Type"] == "application/json; charset=utf-8"
    assert pressed["Content-Disposition"].startswith('attachment; filename="my-data-')
    assert pressed["Cache-Control"] == "private, no-store"
    assert json.loads(pressed.content)["address"] == ALICE


def test_a_reader_is_erased_by_the_button_and_the_page_says_so_afterwards() -> None:
    alice = make_alice()
    assert "다시 구독을 신청하실 수 없습니다" in browser().get(data(alice, "erase/")).text

    erased = browser().post(data(alice, "erase/"))
    again = [browser().get(data(alice, page)) for page in PAGES]

    assert (erased.status_code, [page.status_code for page in again]) == (200, [410, 410, 410])
    assert Subscriber.objects.get().address == ""
    assert Suppression.objects.filter(reason="erased", newsletter=None).count() == 1
    assert ALICE not in erased.text + "".join(page.text for page in again)


@pytest.mark.parametrize("page", PAGES)
def test_who_was_forgotten_and_may_come_back_is_promised_no_silence(page: str) -> None:
    alice = make_subscription(status="ended", end_reason="left", ended_at=timezone.now() - timedelta(days=91))
    path = data(alice, page)
    erasing.forget_left(now=timezone.now())

    answer = browser().get(path)

    assert answer.status_code == 410
    assert "Nothing here names you any more." in answer.text
    assert "never write" not in answer.text


def test_who_asks_to_be_erased_is_promised_that_no_more_is_written() -> None:
    assert "never write to your address again" in browser().post(data(make_subscription(), "erase/")).text


@pytest.mark.parametrize("page", PAGES)
def test_a_post_behind_the_link_of_an_erased_reader_changes_nothing(page: str) -> None:
    alice = make_alice()
    browser().post(data(alice, "erase/"))
    before = everything()

    answer = browser().post(data(alice, page), {"address": NEW})

    assert answer.status_code == 410
    assert everything() == before


def test_the_web_version_of_an_erased_readers_mail_does_not_open() -> None:
    alice = make_subscription(address=ALICE)
    sent = make_delivery(make_approved(newsletter=alice.newsletter), alice, status="sent", sent_at=timezone.now())
    assert browser().get(web_link(sent.pk)).status_code == 200

    browser().post(data(alice, "erase/"))

    assert browser().get(web_link(sent.pk)).status_code == 404


def test_an_address_is_changed_by_two_letters_and_two_buttons() -> None:
    alice = make_subscription(address=ALICE)

    asked = browser().post(data(alice, "move/"), {"address": NEW})
    old, new = (Letter.objects.get(to=to) for to in (ALICE, NEW))
    first = browser().post(link_in(new))
    second = browser().post(link_in(old))

    assert asked.status_code == first.status_code == second.status_code == 200
    assert "Now the other mailbox" in first.text
    assert "The address is changed" in second.text
    assert Subscriber.objects.get().address == NEW


def test_looking_at_both_links_of_a_change_changes_nothing() -> None:
    alice = make_subscription(address=ALICE)
    browser().post(data(alice, "move/"), {"address": NEW})
    before = everything()

    pages = [browser().get(link_in(letter)) for letter in Letter.objects.order_by("pk")]

    assert everything() == before
    assert NEW in pages[0].text
    assert ALICE not in pages[1].text


def test_the_answer_to_a_new_address_tells_nothing_of_it() -> None:
    newsletter = make_newsletter()
    make_subscription(newsletter, address="bob@example.org")
    membership.suppress(address_hash("eve@example.org"), None, Suppression.Reason.BOUNCED)
    said = set()

    for new in ("zoe@example.org", "bob@example.org", "eve@example.org"):
        reader = make_subscription(newsletter)
        page = browser().post(data(reader, "move/"), {"address": new}).text
        said.add(page.replace(new, "NEW").replace(reader.subscriber.address, "OLD"))

    assert len(said) == 1


def test_a_link_from_before_the_move_opens_nothing_any_more() -> None:
    alice = make_subscription(address=ALICE)
    old_link = data(alice, age=timedelta(hours=2))
    moving.ask(alice.subscriber, NEW, now=timezone.now())
    for end in End:
        moving.agree(Move.objects.get().pk, end, consent=YES, now=timezone.now())

    assert browser().get(old_link).status_code == 410
    assert browser().post(old_link).status_code == 410
    assert browser().get(data(alice)).status_code == 200


@pytest.mark.parametrize("page", PAGES)
def test_a_link_to_data_holds_for_a_day(page: str) -> None:
    alice = make_subscription(address=ALICE)

    fresh, old = browser().get(data(alice, page, age=timedelta(hours=23))), data(alice, page, age=timedelta(hours=25))
    answers = [browser().get(old), browser().post(old, {"address": NEW})]

    assert fresh.status_code == 200
    assert [answer.status_code for answer in answers] == [410, 410]
    assert all('action="/data/"' in answer.text and ALICE not in answer.text for answer in answers)
    assert Subscriber.objects.get().address == ALICE


@pytest.mark.parametrize("purpose", [purpose for purpose in Purpose if purpose != Purpose.DATA])
@pytest.mark.parametrize("page", PAGES)
def test_no_other_link_opens_data(purpose: Purpose, page: str) -> None:
    alice = make_subscription(address=ALICE)
    before = everything()
    token = tokens.make(purpose, alice.subscriber.pk, keys=settings.LINK_KEYS, now=timezone.now())

    answers = [browser().get(f"/data/{token}/{page}"), browser().post(f"/data/{token}/{page}", {"address": NEW})]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert everything() == before


@pytest.mark.parametrize("purpose", [Purpose.MOVE, Purpose.ARRIVE])
def test_a_change_that_is_forgotten_has_expired_and_is_not_broken(purpose: Purpose) -> None:
    gone = Move(pk=77)

    pages = [browser().post(link(purpose, gone, age=age)) for age in (timedelta(0), timedelta(days=8))]

    assert [page.status_code for page in pages] == [410, 410]
    assert all('href="/data/"' in page.text for page in pages)


@pytest.mark.parametrize("purpose", [Purpose.MOVE, Purpose.ARRIVE])
def test_who_corrected_the_new_address_is_not_told_that_the_first_link_was_cut(purpose: Purpose) -> None:
    alice = make_subscription(address=ALICE)
    moving.ask(alice.subscriber, "alise@example.net", now=timezone.now())
    first = link(purpose, Move.objects.get())

    moving.ask(alice.subscriber, NEW, now=timezone.now())

    assert browser().post(first).status_code == 410
    assert browser().post(link(purpose, Move.objects.get())).status_code == 200


@pytest.mark.parametrize(
    ("address", "words"), [(ALICE, "at this address already"), ("nonsense", "looks like name@example.org")]
)
def test_a_new_address_that_is_none_is_told_beside_the_field(address: str, words: str) -> None:
    alice = make_subscription(address=ALICE)

    page = browser().post(data(alice, "move/"), {"address": address})

    assert page.status_code == 422
    assert words in page.text
    assert not Move.objects.exists()


@pytest.mark.parametrize("page", PAGES)
def test_a_link_to_nobodys_data_is_as_broken_as_a_forged_one(page: str) -> None:
    nobody = Subscriber(pk=2**63 + 5)

    assert browser().get(link(Purpose.DATA, nobody) + page).status_code == 404


def test_who_left_may_see_and_erase_and_has_nothing_to_move() -> None:
    left = make_subscription(address=ALICE, status="ended", end_reason="left", ended_at=timezone.now())

    page, moved = browser().get(data(left)), browser().post(data(left, "move/"), {"address": NEW})

    assert 'href="erase/"' in page.text
    assert 'href="move/"' not in page.text
    assert moved.status_code == 302
    assert not Move.objects.exists()


def test_pages_of_data_speak_the_readers_language_and_are_kept_by_nobody() -> None:
    alice = make_subscription(make_newsletter(locales=["en", "ar"]), locale="ar", address=ALICE)

    for name in PAGES:
        page = browser().get(data(alice, name), headers={"accept-language": "de"})
        assert '<html lang="ar" dir="rtl">' in page.text
        assert page["Cache-Control"] == "private, no-store"
        assert page["Referrer-Policy"] == "no-referrer"


def test_a_network_that_asks_too_often_is_stopped_in_words() -> None:
    answers = [
        browser().post("/data/", {"address": f"reader-{number}@example.org"}, REMOTE_ADDR="198.51.100.7")
        for number in range(31)
    ]

    assert [answer.status_code for answer in answers] == [200] * 30 + [429]

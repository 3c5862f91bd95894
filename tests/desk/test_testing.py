"""A test of a digest: to oneself alone, named as one, and harmless."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.html import escape

from digests.models import Digest
from digests.selection import Wishes
from newsletter.desk.testing import NotSent, send_test
from newsletter.postbox import letters
from newsletter.postbox.models import Letter
from newsletter.staff.models import Act, Role, User
from newsletter.subscribers.models import Suppression
from tests.acts import sweep_acts
from tests.conftest import Outbox
from tests.factories import (
    MORNING,
    address_hash,
    make_digest,
    make_newsletter,
    make_paper,
    make_publisher,
    make_subscription,
    make_user,
)
from tests.staff.pages import browser, member

pytestmark = pytest.mark.django_db
ENGLISH = Wishes(locale="en")


def make_alice(**values: Any) -> User:
    return make_user(is_staff=True, is_superuser=True, **{"email": "alice@example.org"} | values)


def test_a_test_comes_to_whoever_asks_and_is_named_as_one() -> None:
    digest = make_digest()

    browser(make_alice()).post(reverse("admin:digest_test", args=[digest.pk]) + "?locale=ko")

    letter = Letter.objects.get()
    assert (letter.kind, letter.to, letter.locale, letter.status) == ("test", "alice@example.org", "ko", "planned")
    assert letter.subject.startswith("[Test] Paper ")


@pytest.fixture
def committed(transactional_db: None) -> Iterator[None]:
    """What the test does is committed, and gone afterwards."""
    yield
    sweep_acts()


def test_a_test_leaves_with_the_letters_and_has_nothing_by_which_to_leave(committed: None, outbox: Outbox) -> None:
    digest = make_digest()
    letter = send_test(digest, ENGLISH, by=make_alice(), now=timezone.now())

    letters.send_due(letter.sender, now=timezone.now() + timedelta(seconds=1))

    [mail] = outbox.mails()
    assert mail["To"] == "alice@example.org"
    assert mail["Subject"].startswith("[Test] ")
    assert mail["List-Unsubscribe"] is None
    assert mail["List-Unsubscribe-Post"] is None


@pytest.mark.parametrize("part", ["html", "text"])
def test_its_personal_links_lead_to_a_page_that_says_what_it_is(part: str, client: Client) -> None:
    letter = send_test(make_digest(), ENGLISH, by=make_alice(), now=MORNING)

    said = getattr(letter, part)

    assert "http://testserver/test/" in said
    assert not any(f"/{place}/" in said for place in ("leave", "preferences", "web"))
    assert "This mail was a test" in client.get("/test/").text


@pytest.mark.parametrize("part", ["html", "text"])
def test_no_link_of_it_counts_a_reader(part: str) -> None:
    paper = make_paper(url="https://papers.example.org/kites?page=1&of=2")
    digest = make_digest(make_newsletter(counts_links=True), papers=[paper])

    said = getattr(send_test(digest, ENGLISH, by=make_alice(), now=MORNING), part)

    assert "/open/" not in said
    assert (escape(paper.url) if part == "html" else paper.url) in said


def test_the_subject_says_so_in_the_editors_language() -> None:
    with translation.override("de"):
        letter = send_test(make_digest(), ENGLISH, by=make_alice(), now=MORNING)

    assert letter.subject.startswith("[")


@pytest.mark.parametrize(
    ("email", "words"), [("", "Your account has no e-mail address"), ("alice@localhost", "does not work")]
)
def test_without_an_address_that_works_it_is_said_in_words(email: str, words: str) -> None:
    digest = make_digest()

    answer = browser(make_alice(email=email)).post(reverse("admin:digest_test", args=[digest.pk]), follow=True)

    assert words in answer.text
    assert not Letter.objects.exists()
    assert not Act.objects.exists()


def test_an_hour_has_twenty_tests_of_one_user() -> None:
    digest, alice = make_digest(), make_alice()
    for _number in range(20):
        send_test(digest, ENGLISH, by=alice, now=timezone.now())

    with pytest.raises(NotSent, match="20 tests"):
        send_test(digest, ENGLISH, by=alice, now=timezone.now())
    send_test(digest, ENGLISH, by=make_alice(username="bob"), now=timezone.now())
    send_test(digest, ENGLISH, by=alice, now=timezone.now() + timedelta(minutes=61))

    assert Letter.objects.count() == 22


def test_an_address_on_the_suppression_list_gets_no_test() -> None:
    Suppression.objects.create(address_hash=address_hash("alice@example.org"), reason="complained")

    with pytest.raises(NotSent, match="suppression list"):
        send_test(make_digest(), ENGLISH, by=make_alice(), now=MORNING)


def test_each_test_is_an_act_that_says_nothing_of_an_address() -> None:
    digest = make_digest()

    send_test(digest, ENGLISH, by=make_alice(), now=MORNING)

    act = Act.objects.get()
    assert (act.verb, act.thing, act.username) == ("test", str(digest.pk), "alice")
    assert "@" not in str(act.after)


@pytest.mark.parametrize(
    ("role", "may"),
    [(Role.Kind.VIEWER, False), (Role.Kind.TRANSLATOR, True), (Role.Kind.EDITOR, True), (Role.Kind.PUBLISHER, True)],
)
def test_a_translator_may_send_one_and_a_viewer_may_not(role: str, may: bool) -> None:
    digest = make_digest()
    bob = member(digest.newsletter, role, user=make_user("bob", is_staff=True, email="bob@example.org"))

    answer = browser(bob).post(reverse("admin:digest_test", args=[digest.pk]))

    assert answer.status_code == (302 if may else 403)
    assert Letter.objects.count() == may


def test_a_test_as_a_subscriber_names_none_of_their_words() -> None:
    digest: Digest = make_digest()
    reader = make_subscription(digest.newsletter, authors="Ada Lovelace")
    make_alice()

    browser(User.objects.get()).post(reverse("admin:digest_test", args=[digest.pk]) + f"?subscription={reader.pk}")

    letter = Letter.objects.get()
    assert letter.to == "alice@example.org"
    assert "because you follow" not in (letter.text + letter.html).lower()


def test_who_has_no_role_there_sends_nothing() -> None:
    with pytest.raises(PermissionDenied):
        send_test(make_digest(), ENGLISH, by=make_user("charlie", email="c@example.org"), now=MORNING)


def test_the_page_offers_it_to_whoever_has_an_address() -> None:
    digest = make_digest()

    assert (
        "Send me a test" not in browser(make_publisher("eve")).get(f"/admin/digests/digest/{digest.pk}/preview/").text
    )
    assert "Send me a test" in browser(make_alice()).get(f"/admin/digests/digest/{digest.pk}/preview/").text

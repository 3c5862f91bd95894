"""Readers in the admin: found by a whole address, listed without one, changed by nobody."""

import pytest
from django.test import Client

from newsletter.staff.models import Role
from newsletter.subscribers.models import Consent, Suppression
from tests.factories import address_hash, make_newsletter, make_publisher, make_subscription, make_user

pytestmark = pytest.mark.django_db
ADMIN = "/admin/subscribers/"
BOB = "bob@example.org"


@pytest.fixture
def alice(client: Client) -> Client:
    client.login(username=make_publisher().username, password="breakfast-time")
    return client


def test_lists_show_no_address(alice: Client) -> None:
    subscription = make_subscription(address=BOB)
    Consent.objects.create(subscription=subscription, act="asked", at=subscription.created_at)

    for table in ("subscriber", "subscription", "consent", "suppression"):
        page = alice.get(f"{ADMIN}{table}/")
        assert page.status_code == 200
        assert BOB not in page.text


def test_a_readers_own_words_are_not_shown_to_staff(alice: Client) -> None:
    subscription = make_subscription(authors="Ada Lovelace", words="diffusion", avoided="toxic")

    page = alice.get(f"{ADMIN}subscription/{subscription.pk}/change/")

    assert page.status_code == 200
    assert not any(word in page.text for word in ("Ada Lovelace", "diffusion", "toxic"))


@pytest.mark.parametrize(
    ("typed", "found"), [(BOB, 1), ("BOB@Example.org ", 1), ("bob", 0), ("example.org", 0), ("@", 0), ("", 2)]
)
@pytest.mark.parametrize("table", ["subscriber", "subscription"])
def test_a_reader_is_found_by_the_whole_address_alone(alice: Client, table: str, typed: str, found: int) -> None:
    make_subscription(address=BOB)
    make_subscription(address="carol@example.org")

    page = alice.get(f"{ADMIN}{table}/", {"q": typed})

    assert page.context["cl"].result_count == found


def test_an_address_is_shown_on_the_readers_own_page_and_changed_by_nobody(alice: Client) -> None:
    subscriber = make_subscription(address=BOB).subscriber

    page = alice.get(f"{ADMIN}subscriber/{subscriber.pk}/change/")

    assert BOB in page.text
    assert '<input type="submit"' not in page.text


@pytest.mark.parametrize("table", ["subscriber", "subscription", "consent"])
def test_nobody_makes_changes_or_deletes_readers_and_consents(alice: Client, table: str) -> None:
    subscription = make_subscription()
    consent = Consent.objects.create(subscription=subscription, act="asked", at=subscription.created_at)
    row = {"subscriber": subscription.subscriber, "subscription": subscription, "consent": consent}[table]

    assert alice.get(f"{ADMIN}{table}/{row.pk}/change/").status_code == 200
    for path in ("add/", f"{row.pk}/delete/"):
        assert alice.post(f"{ADMIN}{table}/{path}").status_code == 403
    assert alice.post(f"{ADMIN}{table}/{row.pk}/change/", {"address": "x@example.org"}).status_code == 403


def test_a_suppression_takes_an_address_and_keeps_its_hash(alice: Client) -> None:
    answer = alice.post(f"{ADMIN}suppression/add/", {"address": "Bob@Example.org", "newsletter": "", "reason": "asked"})

    assert answer.status_code == 302
    assert Suppression.objects.get().address_hash == address_hash(BOB)
    page = alice.get(f"{ADMIN}suppression/{Suppression.objects.get().pk}/change/")
    assert page.status_code == 200


def test_a_second_suppression_is_refused_in_words(alice: Client) -> None:
    for status in (302, 200):
        fields = {"address": BOB, "newsletter": "", "reason": "asked"}
        assert alice.post(f"{ADMIN}suppression/add/", fields).status_code == status


def test_an_administrator_sees_the_readers_of_the_own_newsletter(client: Client) -> None:
    own, other = make_newsletter(), make_newsletter()
    make_subscription(own)
    make_subscription(other)
    charlie = make_user("charlie", is_staff=True)
    Role.objects.create(user=charlie, newsletter=own, role=Role.Kind.ADMINISTRATOR)
    client.login(username="charlie", password="breakfast-time")

    page = client.get(f"{ADMIN}subscription/")

    assert page.context["cl"].result_count == 1
    assert client.get(f"{ADMIN}subscriber/").status_code == 403


def test_readers_are_found_by_why_they_left_and_counted_under_statistics_alone(alice: Client) -> None:
    newsletter = make_newsletter()
    for answer in ("often", "often", ""):
        make_subscription(
            newsletter, status="ended", end_reason="left", ended_at=newsletter.created_at, leave_answer=answer
        )

    page = alice.get(f"{ADMIN}subscription/?leave_answer__exact=often&_facets=True")

    assert page.context["cl"].result_count == 2
    assert "too many mails (2)" not in page.text

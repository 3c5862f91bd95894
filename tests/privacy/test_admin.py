"""Erasing in the admin: who may, what is asked before, and what is known of it afterwards."""

import logging

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from newsletter.privacy.forgetting import forget_for
from newsletter.staff.models import Act, Role, User
from newsletter.subscribers.models import Subscriber, Subscription, Suppression
from tests.factories import make_newsletter, make_publisher, make_subscription
from tests.privacy.readers import ALICE, make_alice
from tests.staff.pages import browser, member

pytestmark = pytest.mark.django_db
LIST = "/admin/subscribers/subscription/"


def erase(user: User, *subscriptions: Subscription, sure: bool = True) -> tuple[int, str]:
    fields = {"action": "erase", "_selected_action": [one.pk for one in subscriptions]}
    page = browser(user).post(LIST, fields | ({"sure": "on"} if sure else {}), follow=True)
    return page.status_code, page.text


def test_an_administrator_is_asked_once_and_erases(caplog: pytest.LogCaptureFixture) -> None:
    reader = make_subscription(address=ALICE)
    bob = member(reader.newsletter, Role.Kind.ADMINISTRATOR)
    assert "erase" in browser(bob).get(LIST, {"q": ALICE}).text

    _ok, asked = erase(bob, reader, sure=False)
    before = Subscriber.objects.get().address
    with caplog.at_level(logging.INFO):
        _ok, erased = erase(bob, reader)

    assert "nobody can take it back" in asked
    assert before == ALICE
    assert "The reader is erased." in erased
    assert Subscriber.objects.get().address == ""
    assert Suppression.objects.get().reason == "erased"
    assert f"user {bob.pk} erased subscriber {reader.subscriber_id}" in caplog.text
    assert ALICE not in caplog.text + asked + str(Act.objects.values())
    assert Act.objects.get(verb="erase a reader").user == bob.pk


@pytest.mark.parametrize("kind", [kind for kind in Role.Kind.values if kind != Role.Kind.ADMINISTRATOR])
def test_no_other_role_erases(kind: str) -> None:
    reader = make_subscription(address=ALICE)
    bob = member(reader.newsletter, kind)

    with pytest.raises(PermissionDenied):
        forget_for(reader.subscriber, by=bob, now=timezone.now())

    assert erase(bob, reader)[0] == 403
    assert Subscriber.objects.get().address == ALICE


def test_a_reader_of_a_newsletter_of_others_as_well_is_not_erased_by_one_administrator() -> None:
    alice = make_alice()
    bob = member(alice.newsletter, Role.Kind.ADMINISTRATOR)

    _ok, answer = erase(bob, alice)
    with pytest.raises(PermissionDenied):
        forget_for(alice.subscriber, by=bob, now=timezone.now())

    assert "You may not erase this reader" in answer
    assert Subscriber.objects.get().address == ALICE


def test_an_administrator_of_all_the_newsletters_of_a_reader_may() -> None:
    alice = make_alice()
    for subscription in alice.subscriber.subscriptions.all():
        bob = member(subscription.newsletter, Role.Kind.ADMINISTRATOR, user=User.objects.filter(username="bob").first())

    erase(bob, alice)

    assert Subscriber.objects.get().address == ""


def test_nobody_erases_two_readers_by_one_slip() -> None:
    newsletter = make_newsletter()
    readers = [make_subscription(newsletter) for _ in range(2)]

    _ok, answer = erase(make_publisher(), *readers)

    assert "one reader at a time" in answer
    assert not Subscriber.objects.filter(address="").exists()


def test_whoever_chooses_a_reader_that_is_not_there_is_asked_to_choose_one() -> None:
    reader = make_subscription(address=ALICE)
    bob = member(reader.newsletter, Role.Kind.ADMINISTRATOR)

    answers = [erase(bob, Subscription(pk=12345)), erase(bob, make_subscription())]

    assert [status for status, _text in answers] == [200, 200]
    assert all("one reader at a time" in text for _status, text in answers)


def test_all_readers_are_refused_without_a_look_at_each() -> None:
    newsletter = make_newsletter()
    first, *_others = [make_subscription(newsletter) for _ in range(3)]
    page = browser(make_publisher())
    fields = {"action": "erase", "_selected_action": [first.pk], "select_across": "1"}

    with CaptureQueriesContext(connection) as queries:
        page.post(LIST, fields)

    read = [query["sql"] for query in queries if '"subscribers_subscriber"."address"' in query["sql"]]
    assert read == []

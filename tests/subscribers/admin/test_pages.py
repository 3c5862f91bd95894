"""The readers of a newsletter on one page: numbers, by hand, and out as a file."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from digests.models import Newsletter
from newsletter.staff.models import Act, Role
from newsletter.subscribers import counting
from newsletter.subscribers.models import Readership
from newsletter.subscribers.tasks import count_readers
from tests.factories import make_digest, make_newsletter, make_subscription, make_topic
from tests.staff.pages import browser, member
from tests.subscribers.importing.lists import NOW, alice

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    return browser(alice())


def page(name: str, newsletter: Newsletter) -> str:
    return reverse(f"admin:newsletter_{name}", args=[newsletter.pk])


def make_readers() -> Newsletter:
    newsletter = make_newsletter()
    agents = make_topic(newsletter, "agents")
    make_subscription(newsletter, locale="ko", time_zone="Asia/Seoul", hour=6, topics=[agents])
    make_subscription(newsletter, locale="ko", time_zone="Asia/Seoul", hour=7, detail="short", topics=[agents])
    make_subscription(newsletter, rhythm="weekly", weekdays=1)
    make_subscription(newsletter, status="pending", confirmed_at=None)
    make_subscription()
    return newsletter


def test_active_readers_are_counted_by_what_they_chose() -> None:
    newsletter = make_readers()
    agents = newsletter.topics.get()

    count_readers()

    assert Readership.objects.get(newsletter=newsletter).counts == {
        "locale": {"ko": 2, "en": 1},
        "time_zone": {"Asia/Seoul": 2, "UTC": 1},
        "hour": {"6": 1, "7": 2},
        "rhythm": {"daily": 2, "weekly": 1},
        "detail": {"full": 2, "short": 1},
        "topic": {str(agents.pk): 2, "": 1},
    }


def test_the_page_shows_what_was_counted_and_when(client: Client) -> None:
    newsletter = make_readers()
    counting.count_one(newsletter, now=NOW)
    make_subscription(newsletter)

    shown = client.get(page("readers", newsletter)).text

    assert "as of 12:00 (UTC)" in shown
    for words in ("Korean", "Seoul", "06:00", "each chosen day", "Agents", "all topics", "full summaries"):
        assert words in shown
    assert '<strong class="count">3</strong>' in shown


def test_a_small_newsletter_is_counted_when_somebody_looks_first(client: Client) -> None:
    assert '<strong class="count">3</strong>' in client.get(page("readers", make_readers())).text


def test_a_large_one_is_not(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "FEW", 2)

    assert "They are being counted for the first time." in client.get(page("readers", make_readers())).text


def test_the_page_asks_little(client: Client, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    newsletter = make_readers()
    for number in range(68):
        make_topic(newsletter, f"topic-{number}")
    counting.count_one(newsletter, now=NOW)

    with django_assert_max_num_queries(12):
        client.get(page("readers", newsletter))


def test_a_digest_leads_to_its_readers(client: Client) -> None:
    digest = make_digest()

    shown = client.get(reverse("admin:digests_digest_change", args=[digest.pk])).text

    assert page("readers", digest.newsletter) in shown


def test_a_reader_is_added_by_hand(client: Client) -> None:
    newsletter = make_newsletter()
    typed = {"address": "Bob@example.org", "locale": "ko", "time_zone": "Asia/Seoul", "hour": "6"}

    asked = client.post(page("enter", newsletter), {**typed, "how": "ask"}, follow=True).text
    agreed = client.post(page("enter", newsletter), {**typed, "how": "agreed", "ground": "On paper."}, follow=True).text
    again = client.post(page("enter", newsletter), {**typed, "how": "ask"}, follow=True).text

    assert "A letter is on its way that asks to confirm." in asked
    assert "This reader gets the next digest." in agreed
    assert "This address reads already." in again


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"address": "bob"}, "An e-mail address looks like name@example.org."),
        ({"address": "bob@example.org", "how": "agreed"}, "Please write down where these readers agreed."),
    ],
)
def test_what_is_missing_is_said_beside_the_field(client: Client, typed: dict[str, str], words: str) -> None:
    rest = {"locale": "en", "time_zone": "UTC", "hour": "7", "how": "ask"}

    assert words in client.post(page("enter", make_newsletter()), rest | typed).text


@pytest.mark.parametrize(("form", "kind"), [("csv", "text/csv"), ("json", "application/json")])
@pytest.mark.parametrize("name", ["export", "export_suppressions"])
def test_a_file_is_streamed_and_written_down(client: Client, name: str, form: str, kind: str) -> None:
    answer = client.post(page(name, make_readers()), {"form": form, "who": "everybody"})

    assert answer.streaming
    assert answer.headers["Content-Type"].startswith(kind)
    assert b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert Act.objects.get().verb == {"export": "export readers"}.get(name, "export suppressions")


def test_a_link_exports_nothing(client: Client) -> None:
    assert client.get(page("export", make_newsletter())).status_code == 405


ACTS: list[Callable[[Client, Newsletter], int]] = [
    lambda client, newsletter: client.get(page("enter", newsletter)).status_code,
    lambda client, newsletter: client.post(page("enter", newsletter)).status_code,
    lambda client, newsletter: client.post(page("export", newsletter)).status_code,
    lambda client, newsletter: client.post(page("export_suppressions", newsletter)).status_code,
]


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("kind", Role.Kind.values)
def test_addresses_are_for_administrators(kind: str, act: Callable[[Client, Newsletter], int]) -> None:
    newsletter = make_newsletter()
    own, other = browser(member(newsletter, kind)), make_newsletter()

    assert act(own, newsletter) == (200 if kind == "administrator" else 403)
    assert act(own, other) == 403


@pytest.mark.parametrize("kind", Role.Kind.values)
def test_numbers_are_for_everybody_of_the_newsletter(kind: str) -> None:
    newsletter = make_newsletter()
    own = browser(member(newsletter, kind))

    shown = own.get(page("readers", newsletter))

    assert shown.status_code == 200
    assert ("Export readers" in shown.text) == (kind == "administrator")
    assert own.get(page("readers", make_newsletter())).status_code == 403

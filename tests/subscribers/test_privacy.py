"""What the reader's pages must never do: change by looking, tell who reads, leave traces, break."""

import re
from datetime import timedelta
from itertools import product

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from digests.models import Newsletter
from newsletter.subscribers import erasing, membership, moving
from newsletter.subscribers.models import Move, Subscription, Suppression
from newsletter.subscribers.token_pages import FORGOTTEN
from newsletter.subscribers.tokens import Purpose
from tests.factories import address_hash, make_approved, make_newsletter, make_subscription
from tests.subscribers.pages import a_moment_passes, browser, chosen, everything, filled, link, path_of

pytestmark = pytest.mark.django_db
DOORS = (Purpose.CONFIRM, Purpose.PREFERENCES, Purpose.LEAVE, Purpose.UNDO)
HOSTILE = [
    "",
    "\x00",
    "alice\x00@example.org",
    "a" * 10_000 + "@example.org",
    "alice@example.org\r\nBcc: bob@example.org",
    "<script>alert(1)</script>@example.org",
    "{{ settings.SECRET_KEY }}@example.org",
    "' OR 1=1 --@example.org",
    "alice@" + "xn--" * 60 + ".org",
    "٣",
    "-1",
    "99999999999999999999",
    "1e5",
    "../../etc/passwd",
    "\ud7ff\uffff",
]


def all_pages(newsletter: Newsletter) -> list[str]:
    """One path of every page that a reader can meet."""
    states = [
        make_subscription(newsletter),
        make_subscription(newsletter, status="pending", confirmed_at=None),
        make_subscription(newsletter, status="ended", end_reason="left", ended_at=newsletter.created_at),
        make_subscription(newsletter, status="ended", end_reason="left", ended_at=timezone.now()),
    ]
    expired = timedelta(days=100)
    return [
        "/",
        path_of(newsletter),
        f"{path_of(newsletter)}check/",
        f"{path_of(newsletter)}embed/",
        f"{path_of(newsletter)}json/",
        "/preferences/",
        "/privacy/",
        "/data/",
        "/data/nonsense/",
        *pages_of_data(states[0]),
        "/confirm/nonsense/",
        "/join/nowhere/",
        "/nowhere/",
        *(link(purpose, subscription) for purpose in DOORS for subscription in states),
        *(f"{link(Purpose.PREFERENCES, states[0])}{page}/" for page in ("preview", "add")),
        *(link(purpose, states[0], age=expired) for purpose in (Purpose.CONFIRM, Purpose.PREFERENCES, Purpose.UNDO)),
    ]


def pages_of_data(subscription: Subscription) -> list[str]:
    """Those behind the links to a reader's data, and to a change of address that waits."""
    reader = subscription.subscriber
    data, expired = link(Purpose.DATA, reader), link(Purpose.DATA, reader, age=timedelta(days=2))
    moving.ask(reader, f"new-{reader.address}", now=timezone.now())
    waiting = Move.objects.get(subscriber=reader)
    return [data, f"{data}move/", f"{data}erase/", expired, link(Purpose.MOVE, waiting), link(Purpose.ARRIVE, waiting)]


@pytest.mark.parametrize("method", ["get", "head", "options", "put", "delete"])
def test_a_scanner_that_opens_every_link_changes_nothing(method: str) -> None:
    paths = all_pages(make_newsletter())
    before = everything()

    answers = [getattr(browser(), method)(path) for path in paths]

    assert everything() == before
    assert all(answer.status_code < 500 for answer in answers)


def test_no_page_leaves_a_cookie() -> None:
    newsletter = make_newsletter()
    paths = all_pages(newsletter)

    answers = [browser().get(path) for path in paths]
    answers += [browser().post(path, filled()) for path in paths if path != "/"]

    assert not any(answer.cookies for answer in answers)
    assert not any("Cookie" in answer.get("Vary", "") for answer in answers)


def test_no_page_asks_anybody_else_or_carries_inline_code() -> None:
    newsletter = make_approved().newsletter
    for path in all_pages(newsletter):
        page = re.sub(r'<a [^>]*rel="noopener">', "", browser().get(path).text)  # a reader's own click on a paper

        assert not re.search(r'(?:src|href|action)="(?:https?:)?//(?!testserver)', page), path
        assert not re.search(r"<style|<script(?! src)|\sstyle=|\son\w+=", page), path


@pytest.mark.parametrize("path", ["join", "preferences", "data"])
def test_no_answer_tells_whether_an_address_is_known(path: str) -> None:
    newsletter = make_newsletter()
    make_subscription(newsletter, address="bob@example.org")
    make_subscription(newsletter, address="carol@example.org", status="pending", confirmed_at=None)
    membership.suppress(address_hash("dave@example.org"), None, Suppression.Reason.COMPLAINED)
    url = path_of(newsletter) if path == "join" else f"/{path}/"

    answers = [
        browser().post(url, filled(address=f"{name}@example.org")) for name in ("zoe", "bob", "bob", "carol", "dave")
    ]

    seen = [(answer.status_code, answer.content, dict(answer.items())) for answer in answers]
    assert all(answer == seen[0] for answer in seen)


@pytest.mark.parametrize("purpose", DOORS)
def test_pages_behind_a_link_are_kept_by_nobody(purpose: Purpose) -> None:
    page = browser().get(link(purpose, make_subscription()))

    assert page["Cache-Control"] == "private, no-store"
    assert page["Referrer-Policy"] == "no-referrer"
    assert page["X-Robots-Tag"] == "noindex"


@pytest.mark.parametrize("purpose", DOORS)
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_forged_or_cut_link_opens_nothing_and_shows_a_way_on(purpose: Purpose, method: str) -> None:
    bob = make_subscription(name_of_newsletter := make_newsletter(name="Secret Papers"))
    right, before = link(purpose, bob), everything()
    other = next(door for door in DOORS if door != purpose)
    wrong = [right[:-3] + "AA/", right[:-2] + "/", right[:20] + "/", link(other, bob).replace(*swap(other, purpose))]

    for path in wrong:
        page = getattr(browser(), method)(path)
        assert page.status_code == 404
        assert 'href="/preferences/"' in page.text
        assert name_of_newsletter.name not in page.text
        assert page["Cache-Control"] == "private, no-store"
    assert everything() == before


def swap(one: Purpose, other: Purpose) -> tuple[str, str]:
    return one.name.lower(), other.name.lower()


@pytest.mark.parametrize("purpose", Purpose)
@pytest.mark.parametrize("number", [0, 12345, 2**63 - 1, 2**63 + 5])
def test_a_link_to_nobody_is_as_broken_as_a_forged_one_unless_its_things_are_forgotten(
    purpose: Purpose, number: int
) -> None:
    nobody = Subscription(pk=number)

    assert browser().get(link(purpose, nobody)).status_code == (410 if purpose in FORGOTTEN else 404)


@pytest.mark.parametrize("purpose", [Purpose.CONFIRM, Purpose.PREFERENCES, Purpose.UNDO])
def test_an_expired_link_does_nothing_and_offers_a_new_one(purpose: Purpose) -> None:
    bob = make_subscription(status="pending", confirmed_at=None)
    before = everything()

    page = browser().post(link(purpose, bob, age=timedelta(days=100)), chosen())

    assert page.status_code == 410
    assert f'href="{path_of(bob.newsletter)}"' in page.text
    assert everything() == before


def test_an_erased_reader_can_still_leave(now: object) -> None:
    bob = make_subscription(address="bob@example.org")
    erasing.erase(bob.subscriber, now=bob.created_at)

    page = browser().post(link(Purpose.LEAVE, bob))

    assert page.status_code == 200
    assert "bob" not in page.text


@pytest.mark.parametrize("purpose", DOORS)
def test_pages_speak_the_readers_language_whatever_the_browser_prefers(purpose: Purpose) -> None:
    bob = make_subscription(make_newsletter(locales=["en", "ar"]), locale="ar")

    page = browser().get(f"{link(purpose, bob)}?lang=de", headers={"accept-language": "de"})

    assert '<html lang="ar" dir="rtl">' in page.text
    assert page["Content-Language"] == "ar"


def test_pages_speak_the_second_language_where_the_first_has_no_words_of_ours() -> None:
    bob = make_subscription(make_newsletter(locales=["fi", "ko"]), locale="fi", second_locale="ko")

    assert '<html lang="ko" dir="ltr">' in browser().get(link(Purpose.LEAVE, bob)).text


@pytest.mark.parametrize("path", ["/", "/preferences/", "/privacy/", "/data/", "/nowhere/", "/leave/nonsense/"])
def test_public_pages_speak_the_browsers_language(path: str) -> None:
    page = browser().get(path, headers={"accept-language": "ar-EG"})

    assert '<html lang="ar" dir="rtl">' in page.text


def test_public_pages_can_be_switched_to_any_language() -> None:
    page = browser().get("/preferences/?lang=ko")

    assert '<html lang="ko" dir="ltr">' in page.text
    assert 'href="?lang=ar" lang="ar"' in page.text


# The address alone must be there: of the others nothing is chosen where nothing stands.
@pytest.mark.parametrize(
    ("name", "hostile"),
    [("address", ""), *product(["address", "locale", "time_zone", "hour"], filter(None, HOSTILE))],
)
def test_hostile_sign_ups_are_refused_in_words(name: str, hostile: str) -> None:
    page = browser().post(path_of(make_newsletter()), filled(**{name: hostile}))

    assert page.status_code == 422
    assert 'role="alert"' in page.text
    assert "<script>alert" not in page.text
    assert a_moment_passes() == 0


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("name", sorted(set(chosen()) | {"topics"}))
def test_hostile_preferences_break_nothing(name: str, hostile: str) -> None:
    bob = make_subscription()

    page = browser().post(link(Purpose.PREFERENCES, bob), chosen(**{name: hostile}))

    assert page.status_code in {200, 422}
    bob.refresh_from_db()
    bob.full_clean(exclude=["subscriber"])


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/join/nowhere/", 404),
        ("/join/%00/", 404),
        ("/join/" + "a" * 5000 + "/", 404),
        ("/leave/%00/", 404),
        ("/leave/" + "A" * 40 + "/", 404),
        ("/leave/" + "é" * 40 + "/", 404),
        ("/confirm/" + "A" * 5000 + "/", 404),
        ("/?lang=%00", 200),
        ("/?lang=" + "x" * 3000, 200),
        ("/?lang=tlh", 200),
    ],
)
def test_odd_addresses_are_answered(path: str, status: int) -> None:
    make_newsletter()

    assert browser().get(path).status_code == status


def test_a_post_in_an_unknown_encoding_is_refused() -> None:
    page = browser().post(path_of(make_newsletter()), b"address=a", content_type=f"{FORM}; charset=utf-7")

    assert page.status_code == 400


FORM = "application/x-www-form-urlencoded"


def test_a_broken_page_still_looks_like_ours(client: Client) -> None:
    page = render_to_string("500.html")

    assert "paperboy.css" in page
    assert '<html lang="en" dir="ltr">' in page
    assert page.count("<h1>") == 1


texts = st.text(max_size=300)


class AnyInput(TestCase):
    """Whatever is typed, no page breaks."""

    def setUp(self) -> None:
        self.newsletter = make_approved().newsletter
        self.subscription = make_subscription(self.newsletter)

    @effort(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(fields=st.fixed_dictionaries({}, optional=dict.fromkeys([*filled(), "csrfmiddlewaretoken"], texts)))
    def test_signing_up_never_breaks(self, fields: dict[str, str]) -> None:
        answer = browser().post(path_of(self.newsletter), filled() | fields)

        assert answer.status_code in {302, 422}

    @effort(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(fields=st.dictionaries(st.sampled_from(sorted(chosen())), texts | st.integers().map(str)))
    def test_choosing_never_breaks(self, fields: dict[str, str | list[str]]) -> None:
        answer = browser().post(link(Purpose.PREFERENCES, self.subscription), chosen(**fields))

        assert answer.status_code in {200, 422}

    @effort(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(fields=st.dictionaries(st.sampled_from(sorted(chosen())), texts | st.integers().map(str)))
    def test_a_preview_never_breaks(self, fields: dict[str, str | list[str]]) -> None:
        before = everything()

        answer = browser().post(f"{link(Purpose.PREFERENCES, self.subscription)}preview/", chosen(**fields))

        assert answer.status_code in {200, 422}
        assert everything() == before

    @effort(max_examples=60, deadline=None)
    @given(address=texts | st.emails())
    def test_asking_for_a_link_never_breaks(self, address: str) -> None:
        assert browser().post("/preferences/", {"address": address}).status_code in {200, 422}

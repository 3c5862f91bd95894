"""The sign-up form on other sites: as HTML, and as JSON for named sites."""

import json
import re
from html import unescape
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from pytest_django import Settings

from digests.models import Newsletter
from newsletter.postbox.models import Letter
from newsletter.subscribers import membership
from newsletter.subscribers.models import Consent, Subscription, Suppression
from newsletter.subscribers.origins import origin_of
from tests.factories import address_hash, make_newsletter, make_subscription
from tests.subscribers.pages import ALICE, a_moment_passes, browser, everything, path_of

pytestmark = pytest.mark.django_db
BLOG, STRANGER = "https://blog.example.org", "https://elsewhere.example"
UNNAMED = [STRANGER, "null", f"{BLOG}.evil.example", f"{BLOG}/", BLOG.upper(), "http://blog.example.org"]
UNASKED = ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""]
WHEREABOUTS: dict[str, Any] = {"REMOTE_ADDR": "203.0.113.7"}


@pytest.fixture(autouse=True)
def one_site_is_named(settings: Settings) -> None:
    settings.EMBED_ORIGINS = [BLOG]


class Fields(HTMLParser):
    """The form of a snippet: where it goes, and what a browser would send with it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.action, self.method = "", ""
        self.values: dict[str, str] = {}
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "form":
            self.action, self.method = found["action"] or "", found["method"] or ""
        if tag == "input":
            self.values[found["name"] or ""] = ""


def snippet_of(newsletter: Newsletter, *, lang: str = "en") -> str:
    page = browser().get(f"{path_of(newsletter)}embed/?lang={lang}").text
    found = re.search(r"<textarea[^>]*>(.*)</textarea>", page, re.DOTALL)
    assert found, page
    return unescape(found[1])


def send(newsletter: Newsletter, said: Any, *, origin: str = BLOG, **extra: Any) -> Any:
    body = (said or " ") if isinstance(said, bytes | str) else json.dumps(said)  # the client names no type of nothing
    headers = {"origin": origin, **extra.pop("headers", {})} if origin else extra.pop("headers", {})
    kind = extra.pop("content_type", "application/json")
    return browser().post(f"{path_of(newsletter)}json/", body, content_type=kind, headers=headers, **extra)


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_the_copied_form_signs_up_with_the_address_alone(lang: str) -> None:
    newsletter = make_newsletter(locales=["en", "ar"])
    form = Fields(snippet := snippet_of(newsletter, lang=lang))

    answer = browser().post(
        form.action, form.values | {"address": ALICE}, headers={"referer": f"{BLOG}/2026/secret?x=1"}, **WHEREABOUTS
    )
    a_moment_passes()

    assert (answer.status_code, form.method) == (302, "post")
    asked = Consent.objects.get()
    assert asked.wording in unescape(snippet)
    assert (asked.page, asked.network, asked.locale) == (BLOG, "203.0.113.0/24", lang)
    assert Subscription.objects.get().locale == lang
    assert Letter.objects.get().to == ALICE


def test_the_copied_form_needs_nothing_and_hides_nothing_from_people_but_the_trap() -> None:
    snippet = snippet_of(make_newsletter(name='A & B <"Papers">'))

    assert not re.search(r"<script|<style|style=|src=|href=|class=", snippet)
    assert "A &amp; B &lt;&quot;Papers&quot;&gt;" in snippet
    assert snippet.count("hidden") == 1
    assert re.search(r'<p hidden><label>[^<]+<input name="remarks"', snippet)


def test_a_newsletter_without_a_sender_offers_no_form_to_copy() -> None:
    newsletter = make_newsletter()
    newsletter.sender_assignment.delete()

    assert "<textarea" not in browser().get(f"{path_of(newsletter)}embed/").text
    assert send(newsletter, {"address": ALICE}).status_code == 409
    assert a_moment_passes() == 0


def test_a_named_site_signs_up_by_json() -> None:
    newsletter = make_newsletter()

    answer = send(newsletter, {"address": "Alice@example.org", "hour": 9, "time_zone": "Asia/Seoul", "locale": "ko"})
    a_moment_passes()

    assert answer.status_code == 202
    assert "letter with a link" in json.loads(answer.content)["message"]
    assert answer["Access-Control-Allow-Origin"] == BLOG
    assert "Access-Control-Allow-Credentials" not in answer
    assert {"Origin", "Accept-Language"} <= {name.strip() for name in answer["Vary"].split(",")}
    subscription = Subscription.objects.get()
    assert (subscription.locale, subscription.hour, subscription.time_zone) == ("ko", 9, "Asia/Seoul")
    assert (subscription.subscriber.address, Consent.objects.get().page) == (ALICE, BLOG)


def test_json_needs_the_address_alone_and_speaks_the_visitors_language() -> None:
    newsletter = make_newsletter(time_zone="Asia/Seoul")

    good = send(newsletter, {"address": ALICE, "locale": None}, headers={"accept-language": "ko"})
    wrong = send(newsletter, {"address": "alice", "hour": "25"}, headers={"accept-language": "ko"})
    a_moment_passes()

    assert (good.status_code, wrong.status_code) == (202, 422)
    assert set(json.loads(wrong.content)["errors"]) == {"address", "hour"}
    assert wrong["Content-Language"] == "ko"
    assert (Subscription.objects.get().locale, Subscription.objects.get().time_zone) == ("ko", "Asia/Seoul")


def test_a_slip_of_the_finger_is_asked_about_once() -> None:
    newsletter = make_newsletter()

    asked = json.loads(send(newsletter, {"address": "alice@gmial.com"}).content)
    kept = send(newsletter, {"address": "alice@gmial.com", "suggested": asked["suggestion"]})

    assert asked["suggestion"] == "alice@gmail.com"
    assert kept.status_code == 202


@pytest.mark.parametrize(
    "origin", [STRANGER, "null", f"{BLOG}.evil.example", f"{BLOG}/", BLOG.upper(), "http" + BLOG[5:]]
)
@pytest.mark.parametrize("method", ["post", "options"])
def test_a_site_that_is_not_named_may_neither_act_nor_read(origin: str, method: str) -> None:
    path, before = f"{path_of(make_newsletter())}json/", everything()

    answer = getattr(browser(), method)(
        path, json.dumps({"address": ALICE}), content_type="application/json", headers={"origin": origin}
    )

    assert answer.status_code == 403
    assert not any(name.startswith("Access-Control") for name in answer.headers)
    assert "Origin" in answer["Vary"]
    assert everything() == before


def test_our_own_pages_and_programs_without_a_browser_may_send() -> None:
    newsletter = make_newsletter()

    ours = send(newsletter, {"address": ALICE}, origin="http://testserver")
    program = send(newsletter, {"address": "bob@example.org"}, origin="")
    a_moment_passes()

    assert (ours.status_code, program.status_code) == (202, 202)
    assert "Access-Control-Allow-Origin" not in ours
    assert set(Consent.objects.values_list("page", flat=True)) == {f"{path_of(newsletter)}json/"}


def test_a_browser_that_asks_first_is_told_what_a_named_site_may() -> None:
    path = f"{path_of(make_newsletter())}json/"

    answer = browser().options(path, headers={"origin": BLOG, "access-control-request-method": "POST"})

    assert (answer.status_code, answer.content) == (204, b"")
    assert answer["Access-Control-Allow-Origin"] == BLOG
    assert answer["Access-Control-Allow-Methods"] == "POST"
    assert answer["Access-Control-Allow-Headers"] == "Content-Type"
    assert browser().options(path)["Allow"] == "POST, OPTIONS"


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""]
)
def test_what_a_browser_sends_without_asking_is_not_taken(kind: str) -> None:
    answer = send(make_newsletter(), {"address": ALICE}, content_type=kind)

    assert answer.status_code == 415
    assert a_moment_passes() == 0


@pytest.mark.parametrize("method", ["get", "head", "put", "delete"])
def test_other_methods_are_told_which_one_is_right(method: str) -> None:
    answer = getattr(browser(), method)(f"{path_of(make_newsletter())}json/")

    assert (answer.status_code, answer["Allow"]) == (405, "POST, OPTIONS")


@pytest.mark.parametrize(
    "body",
    [
        *(" ", "{", "null", "[]", "1", '"alice@example.org"', '{"address": ["alice@example.org"]}', '{"address": {}}'),
        *('{"address": true}', '{"address": NaN}', '{"address": 1.5}', "[" * 9_000, '{"hour": ' + "9" * 5_000 + "}"),
        *(
            '{"address": "\\ud800@example.org"}',
            '{"address": "alice@example.org", "time_zone": "\\ud800"}',
            b"\xff\xfe",
        ),
    ],
)
def test_json_that_is_no_form_is_refused_in_words(body: str | bytes) -> None:
    answer = send(make_newsletter(), body)

    assert answer.status_code == 422
    assert {"message", "errors"} & set(json.loads(answer.content))
    assert answer["Access-Control-Allow-Origin"] == BLOG
    assert a_moment_passes() == 0


def test_json_that_is_too_long_is_refused() -> None:
    assert send(make_newsletter(), {"address": "a" * 20_000}).status_code == 413


def test_a_network_over_its_limit_is_told_when_to_come_again(settings: Settings) -> None:
    settings.JOINS_PER_NETWORK = 1
    newsletter = make_newsletter()

    answers = [send(newsletter, {"address": ALICE}, **WHEREABOUTS) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [202, 429]
    assert 0 < int(answers[1]["Retry-After"]) <= 600
    assert answers[1]["Access-Control-Expose-Headers"] == "Retry-After"
    assert "Please try again in" in json.loads(answers[1].content)["message"]


def test_no_answer_in_json_tells_whether_an_address_is_known() -> None:
    newsletter = make_newsletter()
    make_subscription(newsletter, address="bob@example.org")
    membership.suppress(address_hash("dave@example.org"), None, Suppression.Reason.COMPLAINED)

    answers = [send(newsletter, {"address": f"{name}@example.org"}) for name in ("zoe", "bob", "bob", "dave")]
    trapped = send(newsletter, {"address": ALICE, "remarks": "https://spam.example"})

    seen = [(answer.status_code, answer.content, dict(answer.items())) for answer in [*answers, trapped]]
    assert all(answer == seen[0] for answer in seen)
    assert a_moment_passes() == 4


def test_no_such_newsletter_is_not_there() -> None:
    assert browser().get("/join/nowhere/embed/").status_code == 404
    assert browser().post("/join/nowhere/json/").status_code == 404


@pytest.mark.parametrize(
    ("origin", "referer", "site"),
    [
        (BLOG, "", BLOG),
        (BLOG, f"{STRANGER}/page", BLOG),
        ("", f"{STRANGER}/page?address=alice", STRANGER),
        ("null", f"{STRANGER}:8443/", f"{STRANGER}:8443"),
        ("null", "", ""),
        ("", "https://alice:secret@Blog.example.org/x", BLOG),
        ("", "http://[2001:db8::1]:8000/x", "http://[2001:db8::1]:8000"),
        ("", "android-app://org.example/", ""),
        ("", "https://" + "a" * 400 + ".org/", ""),
        ("https://[", "https://b\u00fccher.example/", ""),
        ("https://<script>", "javascript:alert(1)", ""),
    ],
)
def test_the_site_that_a_form_came_from_is_known_without_its_path(origin: str, referer: str, site: str) -> None:
    assert origin_of(origin=origin, referer=referer) == site


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=50),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
names = st.sampled_from(["address", "locale", "time_zone", "hour", "remarks", "suggested", "wish"])
objects = st.dictionaries(names | st.text(max_size=5), anything, max_size=5)


class AnyJson(TestCase):
    """Whatever is sent, the endpoint answers in JSON."""

    def setUp(self) -> None:
        self.newsletter = make_newsletter()

    @effort(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(said=objects | anything | st.binary(min_size=1, max_size=200))
    def test_sending_never_breaks(self, said: Any) -> None:
        answer = send(self.newsletter, said, origin="")

        assert answer.status_code in {202, 422}
        assert json.loads(answer.content)

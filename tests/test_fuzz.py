"""Whatever anybody asks of a reader's page: it answers, leaves no cookie and names no reader."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from string import ascii_letters, digits
from urllib.parse import quote, urlencode

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT
from django.urls import get_resolver
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from newsletter.subscribers import erasing, tokens
from newsletter.subscribers.models import Move, Subscription
from newsletter.subscribers.tokens import Purpose
from tests.factories import address_hash, make_approved, make_delivery, make_newsletter, make_subscription, make_topic

HIDDEN = "hidden.reader"
SLUG = "daily-papers"
NOT_FOR_READERS = ("admin/", "hooks/", "healthz", "inbox/")  # staff, programs, the demo: tested where they are
NAMING = ("data/", "move/")  # by letters to one mailbox; every other link stands in mails that are passed on
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
EFFORT = effort(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as somebody makes it up. `knows` is whether its link opens a door behind which a reader is named."""

    method: str
    path: str
    body: bytes
    content_type: str
    headers: dict[str, str]
    knows: bool = False


def addresses() -> list[str]:
    """Every address that is meant for readers, its parts named: `leave/%(token)s/`."""
    known = get_resolver().reverse_dict
    written = {form for name in known for forms_, *_rest in known.getlist(name) for form, _parts in forms_}
    return sorted(form for form in written if not form.startswith(NOT_FOR_READERS))


def fields() -> list[str]:
    """The names of all fields that readers' forms have, and those that pages ask for besides."""
    waiting: list[type[forms.BaseForm]] = [forms.Form]
    names = {"leave", "answer", "List-Unsubscribe", "lang", "csrfmiddlewaretoken"}
    while waiting:
        form = waiting.pop()
        waiting += form.__subclasses__()
        if form.__module__.startswith("newsletter.") and not form.__module__.startswith("newsletter.desk"):
            names |= set(getattr(form, "base_fields", ()))
    return sorted(names)


odd = st.sampled_from(
    ["", "\0", "..", "%", "%s", "{{ x }}", "<b>", "\u202e", "x" * 3000, "1e9", "-1", "٣", "٢٠٢٦-٠٤-٠٧"]
)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=60) | odd
latin = st.text(st.characters(codec="latin-1", exclude_characters="\r\n\0"), max_size=60)
plain = st.sampled_from(["en", "ko", "ar", "tlh", "7", "25", "Asia/Seoul", "all", "one", "often", "zoe@example.com"])
PARTS = {
    "newsletter": st.just(SLUG) | texts,
    "locale": st.sampled_from(["en", "ko", "zh-hans", "tlh"]) | texts,
    "day": st.sampled_from(["2026-04-07", "2026-02-30", "0000-00-00", "9999-12-31"]) | texts,
    "month": st.sampled_from(["2026-04", "2026-13", "0000-00"]) | texts,
    "paper": st.sampled_from(["2604.00001", "arxiv:2604.00001"]) | texts,
    "topic": st.just("agents") | texts,
    "name": st.just("0123456789abcdef.jpg") | texts,
}


@st.composite
def token(draw: st.DrawFn, door: str, numbers: list[int]) -> tuple[str, bool]:
    """A link's token: mostly one of this door, else of another, with another character in it, or anything.

    And whether it opens the door.
    """
    kind = draw(st.sampled_from(["right", "right", "right", "another", "changed", "anything"]))
    if kind == "anything":
        return draw(texts), False
    right = next(one for one in Purpose if one.name.lower() == door)
    purpose = draw(st.sampled_from(Purpose)) if kind == "another" else right
    moment = timezone.now() - draw(
        st.sampled_from([timedelta(0), timedelta(0), timedelta(days=2), timedelta(days=9999)])
    )
    made = tokens.make(purpose, draw(st.sampled_from(numbers)), keys=settings.LINK_KEYS, now=moment)
    if kind != "changed":
        return made, purpose == right
    place, character = draw(st.integers(0, 39)), draw(st.sampled_from(f"{ascii_letters}{digits}-_é/."))
    changed = made[:place] + character + made[place + 1 :]
    return changed, changed == made


HEADERS = ["Accept-Language", "X-Forwarded-For", "Origin", "Referer", "If-None-Match", "If-Modified-Since", "Cookie"]
SAID = ["ko-KR,ko;q=0.9", "*", "null", "https://evil.example", "203.0.113.9, 10.0.0.1"]
SHAPES: dict[str, tuple[Callable[[dict[str, str]], bytes], str]] = {
    "form": (lambda values: urlencode(values).encode(), FORM),
    "multipart": (lambda values: _multipart(values, ""), MULTIPART_CONTENT),
    "files": (lambda values: _multipart(values, '; filename="a.txt"'), MULTIPART_CONTENT),
    "json": (lambda values: json.dumps(values).encode(), JSON),
    "a list": (lambda values: json.dumps([values]).encode(), JSON),
    "an abyss": (lambda _values: b"[" * 5000 + b"]" * 5000, JSON),
    "nothing": (lambda _values: b"", ""),
}
LIES = ["", "multipart/form-data", f"{FORM}; charset=utf-16", f"{JSON}; charset=x", "text/plain", FORM, JSON]


@st.composite
def bodies(draw: st.DrawFn) -> tuple[bytes, str]:
    """What is sent, and what it calls itself, which need not be true."""
    shape, kind = SHAPES[draw(st.just("form") | st.sampled_from(sorted(SHAPES)))]
    names = st.sampled_from(["leave", "answer", "address"]) | st.sampled_from(fields()) | texts
    values = draw(st.dictionaries(names, plain | texts, min_size=1, max_size=6))
    how = draw(st.sampled_from(["honest", "honest", "honest", "lie", "oddity", "noise", "cut"]))
    kinds = {"lie": st.sampled_from(LIES), "oddity": latin}
    body = draw(st.binary(max_size=200)) if how == "noise" else shape(values)
    return body[: 30 if how == "cut" else None], draw(kinds.get(how, st.just(kind)))


def _multipart(values: dict[str, str], more: str) -> bytes:
    part = 'Content-Disposition: form-data; name="{}"{}\r\n\r\n{}\r\n'
    parts = "".join(f"--{BOUNDARY}\r\n{part.format(name, more, value)}" for name, value in values.items())
    return f"{parts}--{BOUNDARY}--\r\n".encode()


@st.composite
def requests(draw: st.DrawFn, address: str, numbers: list[int]) -> Asked:
    knows = False
    filled: dict[str, str] = {}
    for name in _names(address):
        if name == "token":
            filled[name], opens = draw(token(address.partition("/")[0], numbers))
            knows = opens and address.startswith(NAMING)
        else:
            filled[name] = draw(PARTS[name])
    path = "/" + address % {name: quote(value, safe="/") for name, value in filled.items()}
    query = draw(st.dictionaries(st.sampled_from([*fields(), "q", "page"]) | texts, texts | plain, max_size=3))
    body, kind = draw(bodies())
    headers = draw(st.dictionaries(st.sampled_from(HEADERS), latin | st.sampled_from(SAID), max_size=4))
    if draw(st.integers(0, 9)) == 0:
        headers["Host"] = draw(latin)
    method = draw(st.sampled_from([*["POST", "GET"] * 4, "HEAD", "OPTIONS", "PUT", "DELETE", "BREW"]))
    return Asked(method, f"{path}?{urlencode(query)}", body, kind, headers, knows)


def _names(address: str) -> list[str]:
    return [part.partition(")s")[0] for part in address.split("%(")[1:]]


def ask(asked: Asked) -> HttpResponse:
    browser = Client(enforce_csrf_checks=True)
    answer = browser.generic(
        asked.method, asked.path, asked.body, content_type=asked.content_type, headers=asked.headers
    )
    assert isinstance(answer, HttpResponse)
    return answer


def test_every_address_for_readers_can_be_made_up() -> None:
    unknown = {name for address in addresses() for name in _names(address)} - set(PARTS) - {"token"}

    assert unknown == set(), "say in PARTS what may stand there"
    assert {"", "join/%(newsletter)s/", "leave/%(token)s/", "data/%(token)s/"} <= set(addresses())


class AnyRequest(TestCase):
    """No answer is worse than a refusal in words."""

    numbers: list[int]

    @classmethod
    def setUpTestData(cls) -> None:
        digest = make_approved(newsletter=make_newsletter(slug=SLUG))
        make_topic(digest.newsletter)
        now = timezone.now()
        states: list[dict[str, object]] = [
            {"status": "active"},
            {"status": "pending", "confirmed_at": None},
            {"status": "ended", "end_reason": "left", "ended_at": now},
            {"status": "ended", "end_reason": "complained", "ended_at": now},
        ]
        made = [make_subscription(digest.newsletter, address=f"{HIDDEN}.{n}@example.org") for n in range(len(states))]
        for subscription, state in zip(made, states, strict=True):
            Subscription.objects.filter(pk=subscription.pk).update(**state)
        make_delivery(digest, made[0], status="sent", sent_at=now)
        erased = make_subscription(digest.newsletter)
        erasing.erase(erased.subscriber, now=now)
        hidden = f"{HIDDEN}.new@example.org"
        move = Move.objects.create(
            subscriber=made[0].subscriber, address=hidden, address_hash=address_hash(hidden), asked_at=now
        )
        live = [move.pk, made[0].pk, made[1].pk, made[0].subscriber_id]
        cls.numbers = [*live, *live, made[2].pk, made[3].pk, erased.pk, erased.subscriber_id, 12345, 2**63 + 5]


def _test_of(address: str) -> object:
    @EFFORT
    @given(data=st.data())
    def test(self: AnyRequest, data: st.DataObject) -> None:
        asked = data.draw(requests(address, self.numbers))

        answer = ask(asked)

        assert answer.status_code < 500
        assert not answer.cookies
        assert asked.knows or HIDDEN not in f"{answer.headers}{answer.getvalue().decode(errors='replace')}"

    return test


for number, address in enumerate(addresses()):
    setattr(AnyRequest, f"test_{number}_{address.replace('%(', '').replace(')s', '').strip('/')}", _test_of(address))

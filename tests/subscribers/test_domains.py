"""Which domains take mail, as a DNS server says it."""

import time
from collections.abc import Iterator

import dns.resolver
import pytest

from newsletter.subscribers import domains
from newsletter.subscribers.domains import KEPT_FOR, PAUSE, SILENCES, takes_mail
from tests.dns import CUT, FAILING, ROOT, SILENT, NameServer, Zone, name_server

ZONE: Zone = {
    **ROOT,
    "exchange.example": {"MX": "10 mx.exchange.example."},
    "null.example": {"MX": "0 ."},
    "machine.example": {"A": "192.0.2.1"},
    "six.example": {"AAAA": "2001:db8::1"},
    "text.example": {"TXT": '"nothing else"'},
    "cut.example": CUT,
    "failing.example": FAILING,
    "silent.example": SILENT,
}


@pytest.fixture
def server() -> Iterator[NameServer]:
    with name_server(ZONE) as running:
        yield running


@pytest.mark.parametrize(
    ("domain", "takes"),
    [
        ("exchange.example", True),
        ("machine.example", True),
        ("six.example", True),
        ("null.example", False),
        ("text.example", False),
        ("nowhere.example", False),
        ("failing.example", True),
        ("cut.example", True),
        ("silent.example", True),
    ],
)
@pytest.mark.usefixtures("server")
def test_a_domain_is_refused_only_where_dns_says_that_it_takes_no_mail(domain: str, takes: bool) -> None:
    assert takes_mail(domain, now=0.0) is takes


@pytest.mark.usefixtures("server")
def test_nobody_waits_long_for_dns() -> None:
    began = time.monotonic()

    takes_mail("silent.example", now=0.0)

    assert time.monotonic() - began < 0.9  # a page is expected in a second


def test_a_domain_is_asked_for_once_an_hour(server: NameServer) -> None:
    for now in (0.0, KEPT_FOR - 1):
        assert not takes_mail("nowhere.example", now=now)
    assert len(server.asked) == 1

    assert not takes_mail("nowhere.example", now=KEPT_FOR)
    assert len(server.asked) == 2


def test_dns_that_is_silent_is_left_alone_for_a_minute(server: NameServer) -> None:
    for _attempt in range(SILENCES):
        takes_mail("silent.example", now=0.0)
    asked = len(server.asked)

    assert takes_mail("nowhere.example", now=PAUSE - 1)
    assert len(server.asked) == asked

    assert not takes_mail("nowhere.example", now=PAUSE)


def test_a_server_that_knows_no_name_at_all_is_not_believed() -> None:
    with name_server({}) as closed:
        assert takes_mail("nowhere.example", now=0.0)
        assert takes_mail("null.example", now=PAUSE - 1)
        assert closed.asked == ["nowhere.example"]

    with name_server(ZONE):
        assert not takes_mail("nowhere.example", now=PAUSE)


def test_the_oldest_answers_make_room_for_new_ones(server: NameServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(domains, "ANSWERS_KEPT", 2)

    for domain in ("nowhere.example", "null.example", "text.example"):
        takes_mail(domain, now=0.0)
    server.asked.clear()
    takes_mail("text.example", now=1.0)
    takes_mail("nowhere.example", now=1.0)

    assert server.asked == ["nowhere.example"]


def test_a_machine_without_any_name_server_believes_everybody(monkeypatch: pytest.MonkeyPatch) -> None:
    nobody = dns.resolver.Resolver(configure=False)
    nobody.nameservers = []
    monkeypatch.setattr(dns.resolver, "default_resolver", nobody)

    assert takes_mail("nowhere.example", now=0.0)

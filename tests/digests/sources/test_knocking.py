"""Knocking: links answer or do not, within limits, and no link of a digest leads us into our own network."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from digests.sources import http, knocking
from digests.sources.knocking import Knock, knock, knock_at
from digests.sources.public import is_public
from tests.digests.sources.web import Play, served

HERE = "127.0.0.1"


@pytest.fixture
def here_is_public(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server of the test may be asked; every other private address stays what it is."""
    monkeypatch.setattr(http, "is_public", lambda address: address == HERE or is_public(address))


@contextmanager
def hanging() -> Iterator[str]:
    """A server that takes every connection and never says a word."""
    with socket.create_server((HERE, 0)) as server:
        yield f"http://{HERE}:{server.getsockname()[1]}/"


@pytest.mark.parametrize("status", [200, 204, 404, 410, 500])
def test_an_address_is_known_by_its_status(status: int, here_is_public: None) -> None:
    with served([Play(status)]) as web:
        assert knock(web.url) == Knock(status)


def test_a_head_is_enough_where_it_is_answered(here_is_public: None) -> None:
    with served([Play(200)]) as web:
        knock(web.url)

    assert web.methods == ["HEAD"]


@pytest.mark.parametrize("refusal", [403, 404, 405, 501])
def test_a_server_that_takes_no_head_is_asked_for_the_page(refusal: int, here_is_public: None) -> None:
    with served([Play(refusal), Play(200)]) as web:
        answer = knock(web.url)

    assert answer == Knock(200)
    assert web.methods == ["HEAD", "GET"]


def test_a_redirect_is_followed_to_its_end(here_is_public: None) -> None:
    with served([Play(302, headers={"Location": "/new"}), Play(404)]) as web:
        answer = knock(web.url)

    assert answer == Knock(404)
    assert "/new" in web.paths


def test_a_redirect_that_never_ends_is_given_up(here_is_public: None) -> None:
    with served([Play(301, headers={"Location": "/again"})]) as web:
        assert knock(web.url) == Knock(0, knocking.ROUND)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "https://127.0.0.1/",
        "http://10.0.0.1/",
        "http://192.168.1.1:8080/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]/",
        "http://[::ffff:10.0.0.1]/",
        "http://[64:ff9b::a00:1]/",
        "http://[fec0::1]/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://localhost/",
    ],
)
def test_a_private_address_is_never_asked(url: str) -> None:
    assert knock(url) == Knock(0, knocking.PRIVATE)


def test_a_server_on_this_machine_hears_nothing() -> None:
    with served([Play(200)]) as web:
        answer = knock(web.url)

    assert answer == Knock(0, knocking.PRIVATE)
    assert web.methods == []


@pytest.mark.parametrize("target", ["http://10.0.0.1/", "https://[::1]/", "http://169.254.169.254/"])
def test_a_redirect_to_a_private_address_is_not_followed(target: str, here_is_public: None) -> None:
    with served([Play(302, headers={"Location": target})]) as web:
        assert knock(web.url) == Knock(0, knocking.PRIVATE)


@pytest.mark.parametrize(
    "target",
    [
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
        "ftp://example.org/",
        "http://a:b@example.org/",
        "http://x:y/",
        "http://[::1",
        "http://kites..example.org/",
    ],
)
def test_a_redirect_to_what_is_no_page_is_not_followed(target: str, here_is_public: None) -> None:
    with served([Play(302, headers={"Location": target})]) as web:
        assert knock(web.url) == Knock(0, knocking.ODD)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "kites",
        "javascript:alert(1)",
        "http://",
        "http://[::1",
        "http://a:b@example.org/",
        "http://:b@example.org/",
        "http://kites..example.org/",
        f"http://{'k' * 64}.example.org/",
        "http://example.org:25/",
        "https://example.org:0/",
    ],
)
def test_what_is_no_address_of_a_page_is_not_asked(url: str) -> None:
    assert knock(url) == Knock(0, knocking.ODD)


def test_an_address_that_cannot_be_asked_for_keeps_no_other_from_being_asked(here_is_public: None) -> None:
    with served([Play(200)]) as web:
        found = knock_at(["http://kites..example.org/", web.url], seconds=10)

    assert (found["http://kites..example.org/"], found[web.url]) == (Knock(0, knocking.ODD), Knock(200))


def test_a_server_that_hangs_is_waited_for_no_longer_than_said(here_is_public: None) -> None:
    with hanging() as url:
        began = time.monotonic()
        answer = knock(url, timeout=5, deadline=0.3)

    assert answer == Knock(0, knocking.SLOW)
    assert time.monotonic() - began < 2


def test_a_server_that_drips_its_head_is_waited_for_no_longer_either(here_is_public: None) -> None:
    def drip(server: socket.socket) -> None:
        connection, _peer = server.accept()
        with connection:
            for letter in b"HTTP/1.1 200 OK\r\nX-Kites: many, and then some more\r\n":
                try:
                    connection.sendall(bytes([letter]))
                except OSError:
                    return
                time.sleep(0.1)

    with socket.create_server((HERE, 0)) as server:
        thread = threading.Thread(target=drip, args=(server,), daemon=True)
        thread.start()
        began = time.monotonic()
        answer = knock(f"http://{HERE}:{server.getsockname()[1]}/", timeout=5, deadline=0.5)

    assert answer.problem == knocking.SLOW
    assert time.monotonic() - began < 2


def test_a_huge_page_is_not_read(here_is_public: None) -> None:
    with served([Play(405), Play(200, body=b"x", length=10**12)]) as web:
        began = time.monotonic()
        answer = knock(web.url)

    assert answer == Knock(200)
    assert time.monotonic() - began < 2


def test_a_head_without_end_is_given_up(here_is_public: None) -> None:
    with served([Play(200, headers={f"X-Kite-{number}": "x" * 1000 for number in range(300)})]) as web:
        assert knock(web.url).status == 0


def test_nobody_at_home_is_silence(here_is_public: None) -> None:
    with socket.create_server((HERE, 0)) as server:
        port = server.getsockname()[1]

    assert knock(f"http://{HERE}:{port}/") == Knock(0, knocking.SILENT)


def test_all_addresses_are_asked_once_and_a_host_by_few_at_once(here_is_public: None) -> None:
    most, now, lock = [0], [0], threading.Lock()

    def answer(path: str) -> Play:
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        time.sleep(0.05)
        with lock:
            now[0] -= 1
        return Play(404 if path == "/3" else 200)

    with served(answer=answer) as web:
        found = knock_at([f"{web.url}/{number % 6}" for number in range(12)], seconds=10)

    assert len(found) == 6
    assert found[f"{web.url}/3"] == Knock(404)
    assert most[0] <= knocking.AT_ONCE_PER_HOST


def test_a_host_that_is_busy_is_asked_no_more(here_is_public: None) -> None:
    with served([Play(429)]) as web:
        found = knock_at([f"{web.url}/{number}" for number in range(20)], seconds=10)

    assert len(found) == knocking.AT_ONCE_PER_HOST


def test_hosts_that_hang_are_given_up_together_when_the_time_is_over(here_is_public: None) -> None:
    with hanging() as url:
        began = time.monotonic()
        found = knock_at([f"{url}{number}" for number in range(40)], seconds=0.6)

    assert time.monotonic() - began < 3
    assert len(found) < 40

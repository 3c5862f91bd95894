"""Fetching: within limits of size, time and patience, and never from a private address."""

import socket
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from digests.sources.http import Patience, SourceBusy, SourceUnreachable, fetch_bytes, fetch_json
from digests.sources.listing import BrokenSource
from digests.sources.public import is_public
from tests.digests.sources.web import Play, served

PUBLIC = "93.184.215.14"


class Clock:
    """Counts the seconds that were to be slept."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


@pytest.mark.parametrize(
    ("headers", "pauses"),
    [
        ({"Retry-After": "7"}, [7]),
        ({"RateLimit": '"api";r=0;t=12'}, [12]),
        ({"RateLimit-Reset": "3"}, [3]),
        ({}, [5]),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_source_is_asked_again_when_it_says(status: int, headers: dict[str, str], pauses: list[float]) -> None:
    clock = Clock()

    with served([Play(status, headers=headers), Play(body=b'{"a": 1}')]) as web:
        answer = fetch_json(web.url, patience=Patience(sleep=clock.sleep))

    assert answer == {"a": 1}
    assert clock.slept == pauses


def test_a_date_in_retry_after_is_understood() -> None:
    clock = Clock()
    moment = datetime.now(UTC) + timedelta(seconds=20)

    with served([Play(429, headers={"Retry-After": format_datetime(moment, usegmt=True)}), Play()]) as web:
        fetch_json(web.url, patience=Patience(sleep=clock.sleep))

    assert 17 <= clock.slept[0] <= 20


def test_a_source_that_asks_for_more_than_a_minute_is_left_alone_until_then() -> None:
    with served([Play(429, headers={"Retry-After": "300"})]) as web, pytest.raises(SourceBusy) as caught:
        fetch_json(web.url)

    assert timedelta(seconds=290) < caught.value.retry_at - datetime.now(UTC) <= timedelta(seconds=300)
    assert f"{caught.value.retry_at:%H:%M:%S} UTC" in str(caught.value)
    assert len(web.paths) == 1


@pytest.mark.parametrize("after", ["25", "0"])
def test_waiting_ends_however_often_a_source_is_busy(after: str) -> None:
    clock = Clock()

    with served([Play(429, headers={"Retry-After": after})]) as web, pytest.raises(SourceBusy):
        fetch_json(web.url, patience=Patience(sleep=clock.sleep))

    assert sum(clock.slept) <= 60
    assert len(web.paths) <= 11


def test_an_answer_that_is_too_large_is_not_read_to_its_end() -> None:
    with served([Play(body=b"x" * 300_000)]) as web, pytest.raises(SourceUnreachable, match="larger than 100,000"):
        fetch_bytes(web.url, limit=100_000, public_only=False)


def test_an_answer_that_drips_is_ended_at_the_deadline() -> None:
    begun = time.monotonic()

    with served([Play(body=b"x" * 1000, drip=0.05)]) as web, pytest.raises(SourceUnreachable, match="too long"):
        fetch_bytes(web.url, timeout=5, deadline=0.5, public_only=False)

    assert time.monotonic() - begun < 3


def test_a_server_that_says_nothing_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"

        with pytest.raises(SourceUnreachable, match="no answer"):
            fetch_bytes(url, timeout=0.3, public_only=False)


def test_an_answer_that_breaks_off_is_no_answer() -> None:
    with served([Play(body=b"half", length=8)]) as web, pytest.raises(SourceUnreachable):
        fetch_bytes(web.url, public_only=False)


def test_a_closed_port_and_a_wrong_status_are_said_in_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(SourceUnreachable) as closed:
        fetch_bytes(f"http://127.0.0.1:{port}", public_only=False)
    with served([Play(500)]) as web, pytest.raises(SourceUnreachable) as failed:
        fetch_bytes(f"{web.url}/?key=secret", public_only=False)

    assert str(closed.value).startswith("no answer: Failed to establish a new connection")
    assert "\n" not in str(closed.value)
    assert str(failed.value).endswith("answers 500")
    assert "secret" not in str(failed.value)


def test_a_redirect_within_the_host_is_followed_a_few_times() -> None:
    with served([Play(302, headers={"Location": "/next"}), Play(body=b"here")]) as web:
        assert fetch_bytes(web.url, public_only=False) == b"here"
    with served([Play(302, headers={"Location": "/next"})]) as web, pytest.raises(SourceUnreachable, match="redirects"):
        fetch_bytes(web.url, public_only=False)

    assert len(web.paths) == 4


def test_a_redirect_to_another_private_host_is_refused() -> None:
    with served([Play(body=b"secret")]) as inner, served([Play(302, headers={"Location": inner.url})]) as outer:
        with pytest.raises(SourceUnreachable, match="no address that we fetch from"):
            fetch_bytes(outer.url, public_only=False)

        assert inner.paths == []


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/a.png",
        "ftp://example.org/a.png",
        "file:///etc/passwd",
        "https://user:password@example.org/a.png",
        "https:///a.png",
    ],
)
def test_an_image_comes_over_https_alone(url: str) -> None:
    with pytest.raises(SourceUnreachable, match="no address that we fetch from"):
        fetch_bytes(url)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "10.0.0.1"])
def test_an_image_never_comes_from_a_private_host(host: str) -> None:
    with pytest.raises(SourceUnreachable, match="not a public address"):
        fetch_bytes(f"https://{host}/a.png", timeout=2)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        (PUBLIC, True),
        ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True),
        ("127.0.0.1", False),
        ("0.0.0.0", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("100.64.0.1", False),
        ("169.254.169.254", False),
        ("224.0.0.1", False),
        ("240.0.0.1", False),
        ("255.255.255.255", False),
        ("::", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fc00::1", False),
        ("ff02::1", False),
        ("::ffff:10.0.0.1", False),
        ("2002:7f00:1::", False),
        ("64:ff9b::a00:1", False),
        ("nonsense", False),
    ],
)
def test_private_addresses_are_known_in_every_disguise(address: str, *, public: bool) -> None:
    assert is_public(address) is public


def test_a_name_with_one_private_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[Any] = []
    monkeypatch.setattr(socket, "getaddrinfo", _names([PUBLIC, "10.0.0.1"]))
    monkeypatch.setattr(socket, "create_connection", lambda place, **_rest: tried.append(place))

    with pytest.raises(SourceUnreachable, match="not a public address"):
        fetch_bytes("https://two-faced.example/a.png")

    assert tried == []


def test_the_address_that_was_checked_is_the_one_that_is_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[Any] = []

    def refuse(place: tuple[str, int], **_rest: Any) -> socket.socket:
        tried.append(place)
        raise OSError("nobody there")

    monkeypatch.setattr(socket, "getaddrinfo", _names([PUBLIC]))
    monkeypatch.setattr(socket, "create_connection", refuse)

    with pytest.raises(SourceUnreachable):
        fetch_bytes("https://pictures.example/a.png")

    assert tried == [(PUBLIC, 443)]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"<html>", "no JSON"),
        (b"[1,", "no JSON"),
        (b"\xff\xfe", "not UTF-8"),
        (b"[NaN]", "NaN"),
        (b"[" * 100_000, "nested too deeply"),
        (b"[" + b"9" * 5000 + b"]", "no JSON"),
    ],
)
def test_what_is_no_json_is_refused_in_one_line(body: bytes, words: str) -> None:
    with served([Play(body=body)]) as web, pytest.raises(BrokenSource, match=words) as caught:
        fetch_json(web.url)

    assert "\n" not in str(caught.value)


def _names(addresses: list[str]) -> Any:
    return lambda *_args, **_rest: [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (found, 443)) for found in addresses]

"""A lane knows how much has left, also over TLS with a server that is slow to read, and how long it may wait."""

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from newsletter.postbox.lanes import Lane

CERTIFICATE = Path(__file__).parent / "localhost.pem"


class Talk:
    """A dialogue that says what it is given, and counts what it is told."""

    is_closing = False

    def __init__(self) -> None:
        self.saying = b""
        self.written = 0
        self.replies = 0

    def take(self) -> bytes:
        said, self.saying = self.saying, b""
        return said

    def wrote(self, size: int) -> None:
        self.written += size

    def hear(self, data: bytes) -> None:
        self.replies += data.count(b"\n")


class Peer:
    """A lane and the other end of its connection, which reads when it is told to."""

    def __init__(self, lane_end: socket.socket, end: socket.socket) -> None:
        self.end = end
        self.end.setblocking(False)
        self.got = b""
        self.talk = Talk()
        self.lane = Lane(timeout=30)
        self.lane.opened(connection_of(lane_end))
        dialogue: Any = self.talk
        self.lane.dialogue = dialogue

    def say(self, data: bytes) -> None:
        self.talk.saying += data
        self.lane.write()

    def read(self, most: int = 2**30) -> None:
        """Reads what there is, and of that `most` bytes."""
        try:
            while most > 0 and (data := self.end.recv(min(most, 4096))):
                self.got += data
                most -= len(data)
        except (ssl.SSLWantReadError, BlockingIOError):
            pass


def connection_of(end: socket.socket) -> Any:
    class Connection:
        sock = end
        esmtp_features: tuple[str, ...] = ()

    return Connection


@pytest.fixture(params=["TLS", "plain"])
def peer(request: pytest.FixtureRequest) -> Iterator[Peer]:
    here, there = socket.socketpair()
    here.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 65_536)
    if request.param == "TLS":
        here, there = secured(here, there)
    with here, there:
        yield Peer(here, there)


def secured(here: socket.socket, there: socket.socket) -> tuple[socket.socket, socket.socket]:
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(CERTIFICATE)
    client = ssl.create_default_context(cafile=CERTIFICATE)
    ends: list[socket.socket] = []
    thread = threading.Thread(target=lambda: ends.append(server.wrap_socket(there, server_side=True)))
    thread.start()
    secure = client.wrap_socket(here, server_hostname="127.0.0.1")
    thread.join(5)
    return secure, ends[0]


def test_what_may_have_left_counts_as_left(peer: Peer) -> None:
    peer.say(b"x" * 1_000_000)

    peer.read()

    assert 0 < len(peer.got) == peer.talk.written < 1_000_000


def test_a_write_that_is_tried_again_offers_the_same_bytes(peer: Peer) -> None:
    """Something short is stuck, and then there is more to say. Room for the short one alone lets that alone go."""
    for _line in range(400):
        peer.say(b"y" * 997)
    peer.say(b"z" * 50_000)

    peer.read(997)
    peer.lane.write()
    peer.read()

    assert len(peer.got) == peer.talk.written < 400 * 997


def test_all_of_it_arrives_in_order(peer: Peer) -> None:
    whole = b"".join(b"%d\r\n" % number for number in range(100_000))

    for start in range(0, len(whole), 70_001):
        peer.say(whole[start : start + 70_001])
        peer.read(50_000)
    while len(peer.got) < len(whole):
        peer.read()
        peer.lane.write()

    assert peer.got == whole
    assert peer.talk.written == len(whole)


@pytest.fixture
def time_passes(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A clock that goes on by so many seconds when it is called, and then shows the time."""
    now = 1000.0

    def go_on(seconds: float = 0) -> float:
        nonlocal now
        now += seconds
        return now

    monkeypatch.setattr(time, "monotonic", go_on)
    return go_on


def test_a_reply_is_waited_for_from_when_the_last_byte_was_written(peer: Peer, time_passes: Any) -> None:
    peer.lane.expect()
    time_passes(20)

    peer.say(b"NOOP\r\n")

    assert peer.lane.deadline == time_passes() + 30


def test_half_a_reply_does_not_put_the_deadline_off(peer: Peer, time_passes: Any) -> None:
    peer.lane.expect()
    ends = peer.lane.deadline
    time_passes(20)

    peer.end.send(b"25")
    peer.lane.read()
    after_half = peer.lane.deadline
    peer.end.send(b"0 ok\r\n")
    peer.lane.read()

    assert after_half == ends
    assert peer.lane.deadline == time_passes() + 30


def test_a_body_that_is_being_read_has_more_time_and_not_for_ever(peer: Peer, time_passes: Any) -> None:
    peer.lane.expect()
    start = time_passes()
    left = []

    for _read in range(10):
        peer.say(b"x" * 300_000)
        left.append(peer.lane.deadline - start)
        peer.read()
        time_passes(20)

    assert left == [30, 50, 70, 90, 110, 110, 110, 110, 110, 110]


def test_a_body_that_nobody_reads_has_no_more_time(peer: Peer, time_passes: Any) -> None:
    peer.lane.expect()
    peer.say(b"x" * 1_000_000)
    ends = peer.lane.deadline
    time_passes(20)

    peer.lane.write()

    assert peer.lane.deadline == ends

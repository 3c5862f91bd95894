"""benchmarks.visitors: a load that does not wait for the site, and percentiles that do not flatter it."""

import socket
import threading
import time
from collections.abc import Iterator

import pytest

from benchmarks.visitors import Visit, load, percentile

ANSWER = b"HTTP/1.1 %d Fine\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"
STANDSTILL = 0.3  # seconds


@pytest.fixture
def site() -> Iterator[int]:
    """The port of a site that answers one visitor after the other, and stands still at the tenth."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        for number in range(1000):
            try:
                visitor, _address = listening.accept()
            except OSError:
                return
            with visitor:
                said = visitor.recv(65536)
                if number == 10:
                    time.sleep(STANDSTILL)
                visitor.sendall(ANSWER % (500 if b"/broken" in said else 200))

    threading.Thread(target=serve, daemon=True).start()
    yield listening.getsockname()[1]
    listening.close()


def test_who_comes_while_the_site_stands_still_waits_too(site: int) -> None:
    waits = load(site, [Visit("/")] * 60, per_second=100)

    assert waits.statuses == {200: 60}
    assert sum(wait > 0.1 for wait in waits.seconds) >= 10


def test_another_status_is_counted(site: int) -> None:
    waits = load(site, [Visit("/"), Visit("/broken", form="a=1")], per_second=100)

    assert waits.statuses == {200: 1, 500: 1}


def test_nobody_listening_is_no_answer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

    assert load(port, [Visit("/")], per_second=100).statuses == {0: 1}


@pytest.mark.parametrize(("share", "expected"), [(0.5, 2), (0.75, 3), (0.76, 4), (1.0, 4)])
def test_a_percentile_is_a_value_that_was_measured(share: float, expected: int) -> None:
    assert percentile([4, 1, 3, 2], share) == expected

"""An answer that does not end is none: the mails of its call may have left, and the worker goes on."""

import socket
import threading

import pytest

from newsletter.postbox import bounds
from newsletter.postbox.answers import Kind
from tests.postbox.editions import hand_over, make_readers
from tests.sinks import HttpSink, Reply


def answer_half(server: socket.socket) -> None:
    """Takes one call, says what its answer is going to be, and hangs up in the middle of it."""
    connection, _address = server.accept()
    with connection:
        connection.recv(65_536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[")
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(65_536):  # closed over unread bytes it would be reset, and the answer lost
            pass


def test_an_answer_larger_than_any_that_makes_sense_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "MOST_BYTES", 100_000)
    with HttpSink("postmark") as provider:
        provider.replies.append(Reply(200, "x" * 1_000_000))

        answers = hand_over(provider.url, *make_readers(2), *make_readers(1, first=3))

    assert [answer.kind for answer in answers] == [Kind.SILENT, Kind.SILENT, Kind.SENT]
    assert "no end" in answers[0].text


def test_an_answer_that_has_not_ended_in_time_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "MOST_SECONDS", -1)
    with HttpSink("postmark") as provider:
        answers = hand_over(provider.url, *make_readers(2))

    assert [answer.kind for answer in answers] == [Kind.SILENT] * 2
    assert len(provider.mails) == 2


def test_an_answer_that_breaks_off_is_silence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=answer_half, args=(server,), daemon=True).start()
        url = f"anymail+postmark://:key@?api_url=http://127.0.0.1:{server.getsockname()[1]}/"

        answers = hand_over(url, *make_readers(2))

    assert [answer.kind for answer in answers] == [Kind.SILENT] * 2
    assert "IncompleteRead" in answers[0].text

"""Until mails can be handed over: by TLS from the first byte, and in time whatever the name resolves to."""

import smtplib
import socket
import ssl
import threading
from pathlib import Path
from typing import Any

import pytest

from newsletter.postbox.connecting import Security, Server, connect
from tests.sinks import DRIP, SmtpSink

CERTIFICATE = Path(__file__).parent / "localhost.pem"


def greet(listener: socket.socket) -> None:
    """A server that speaks TLS from the beginning, as far as EHLO."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    end, _address = listener.accept()
    with context.wrap_socket(end, server_side=True) as secure:
        secure.sendall(b"220 sink\r\n")
        secure.recv(4096)
        secure.sendall(b"250-sink\r\n250 PIPELINING\r\n")
        secure.recv(4096)


def test_smtps_begins_with_tls() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=greet, args=(listener,))
        thread.start()
        port = listener.getsockname()[1]

        connection = connect(Server("127.0.0.1", port, Security.TLS, timeout=5, ca=str(CERTIFICATE)))

        assert isinstance(connection.sock, ssl.SSLSocket)
        assert "pipelining" in connection.esmtp_features
        connection.close()
        thread.join(5)


@pytest.mark.parametrize("verb", ["CONNECT", "EHLO", "AUTH"])
def test_connecting_ends_in_time_however_slowly_the_server_talks(verb: str) -> None:
    with SmtpSink() as sink:
        sink.at(verb, DRIP)

        with pytest.raises(smtplib.SMTPServerDisconnected, match=r"timed out|in time"):
            connect(Server("127.0.0.1", sink.port, Security.NONE, user="ada", password="x", timeout=0.3))


def test_an_address_that_does_not_answer_leaves_time_for_the_next_one(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[tuple[str, float]] = []

    def resolve(*_question: Any, **_more: Any) -> list[Any]:
        kind = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
        return [(*kind, (address, 25)) for address in ("192.0.2.1", "192.0.2.2")]

    def reach(address: tuple[str, int], timeout: float) -> socket.socket:
        tried.append((address[0], timeout))
        raise TimeoutError("no answer")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(socket, "create_connection", reach)

    with pytest.raises(TimeoutError):
        connect(Server("mail.example.org", 25, Security.NONE, timeout=20))

    assert [address for address, _timeout in tried] == ["192.0.2.1", "192.0.2.2"]
    assert tried[0][1] <= 10
    assert tried[1][1] <= 20

"""The drill's mail server: it counts what it takes, and misbehaves when it is told to."""

import signal
import smtplib
import time
from collections.abc import Callable, Iterator

import pytest

from benchmarks.sinks import Sink, ask, sink

MAIL = "Message-ID: <d{}.20260407.papers@example.org>\r\n\r\nBreakfast.\r\n.. and dots\r\n"


@pytest.fixture
def server() -> Iterator[Sink]:
    with sink("benchmarks.drill.sink") as running:
        yield running


def connected(server: Sink, *, timeout: float = 1) -> smtplib.SMTP:
    client = smtplib.SMTP("127.0.0.1", server.port, "drill.example", timeout=timeout)
    client.ehlo()
    return client


def send(client: smtplib.SMTP, delivery: int) -> None:
    client.sendmail("papers@example.org", [f"reader-{delivery}@example.com"], MAIL.format(delivery))


def tell(server: Sink, line: str) -> str:
    return ask(server.processes[0], line)


def test_each_mail_is_counted_with_its_reader_and_its_delivery(server: Sink) -> None:
    with connected(server) as client:
        send(client, 1)
        send(client, 2)
        send(client, 2)

    assert server.count()[0] == 3
    assert server.seen() == {"reader-1@example.com d1": 1, "reader-2@example.com d2": 2}
    assert tell(server, "unanswered") == "0"


def test_a_letter_is_known_by_its_own_number(server: Sink) -> None:
    with connected(server) as client:
        client.sendmail(
            "papers@example.org", ["eve@example.com"], "Message-ID: <l7.20260407@example.org>\r\n\r\nHi.\r\n"
        )

    assert server.seen() == {"eve@example.com l7": 1}


def test_a_connection_that_is_cut_after_a_mail_has_taken_the_mail_and_says_nothing(server: Sink) -> None:
    client = connected(server)
    tell(server, "cut after")

    with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionError)):
        send(client, 1)

    assert server.seen() == {"reader-1@example.com d1": 1}
    assert tell(server, "unanswered") == "1"


def test_a_connection_that_is_cut_before_a_mail_has_taken_none(server: Sink) -> None:
    client = connected(server)
    send(client, 1)
    tell(server, "cut before")

    with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionError)):
        send(client, 2)

    assert server.seen() == {"reader-1@example.com d1": 1}
    assert tell(server, "unanswered") == "0"


def test_a_server_that_hangs_has_taken_what_came_and_answers_those_who_waited(server: Sink) -> None:
    with connected(server) as impatient, connected(server, timeout=10) as patient:
        tell(server, "hang 2")

        with pytest.raises((smtplib.SMTPServerDisconnected, TimeoutError)):
            impatient.noop()
        impatient.close()

        send(patient, 1)
        assert server.count()[0] == 1
        assert tell(server, "unanswered") == "0"


def test_a_mail_that_came_while_the_server_hung_is_unanswered_when_its_sender_gives_up(server: Sink) -> None:
    client = connected(server)
    client.mail("papers@example.org")
    client.rcpt("reader-1@example.com")
    client.docmd("DATA")
    tell(server, "hang 60")

    client.send(MAIL.format(1) + ".\r\n")
    with pytest.raises((smtplib.SMTPServerDisconnected, TimeoutError)):
        client.getreply()

    assert server.seen() == {"reader-1@example.com d1": 1}
    wait_until(lambda: tell(server, "unanswered") == "1")


def test_a_busy_server_takes_some_mails_and_asks_for_the_others_later(server: Sink) -> None:
    tell(server, "busy 60")
    heard = [answer(server, delivery) for delivery in range(1, 31)]

    assert set(heard) == {250, 451}
    assert server.count()[0] == heard.count(250)


def test_so_many_readers_are_refused_for_good_as_was_said(
    server: Sink, tmp_path_factory: pytest.TempPathFactory
) -> None:
    tell(server, "refuse 3")
    heard = [answer(server, delivery) for delivery in range(1, 31)]

    file = tmp_path_factory.mktemp("sink") / "refused"
    tell(server, f"refused {file}")
    refused = [f"reader-{delivery}@example.com" for delivery, code in enumerate(heard, 1) if code == 550]
    assert file.read_text().split() == refused
    assert (len(refused), server.count()[0]) == (3, 27)


def test_a_server_that_was_held_up_says_so(server: Sink) -> None:
    assert float(tell(server, "stood")) < 0.8
    server.processes[0].send_signal(signal.SIGSTOP)
    time.sleep(1)
    server.processes[0].send_signal(signal.SIGCONT)

    wait_until(lambda: float(tell(server, "stood")) > 0.7)


def wait_until(is_true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5
    while not is_true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def answer(server: Sink, delivery: int) -> int:
    """What the server says to a mail in the end."""
    with connected(server) as client:
        try:
            send(client, delivery)
        except smtplib.SMTPRecipientsRefused as refusal:
            return next(iter(refusal.recipients.values()))[0]
        except smtplib.SMTPResponseException as refusal:
            return refusal.smtp_code
    return 250

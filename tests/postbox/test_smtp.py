"""Over real sockets: each way in which a server can answer, or not answer, has its meaning."""

import selectors
import ssl
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from newsletter.postbox.answers import Answer, Kind
from newsletter.postbox.doors import open_postbox
from newsletter.postbox.message import Message
from tests.postbox.makers import Notes, hand_over, make_message, make_slice
from tests.sinks import CUT, HANG, SmtpSink

CERTIFICATE = Path(__file__).parent / "localhost.pem"


@pytest.fixture(params=[(), ("PIPELINING", "8BITMIME")], ids=["plain turns", "pipelining"])
def sink(request: pytest.FixtureRequest) -> Iterator[SmtpSink]:
    with SmtpSink(extensions=request.param) as server:
        yield server


def over(url: str, messages: Iterable[Message]) -> list[Answer]:
    with open_postbox(url) as postbox:
        return hand_over(postbox, messages)


def kinds(url: str, *messages: Message) -> list[Kind]:
    return [answer.kind for answer in over(url, messages or [make_message()])]


def test_mails_arrive_whole_over_one_connection(sink: SmtpSink) -> None:
    text = ".\n..\n.leading dot\nFrom here\n한국어\n" + "x" * 2000

    found = kinds(sink.url, make_message(1, text=text), make_message(2), make_message(3))

    assert found == [Kind.SENT] * 3
    assert sink.connections == 1
    assert [mail.recipient for mail in sink.mails] == [f"reader-{n}@example.com" for n in (1, 2, 3)]
    assert sink.mails[0].sender == "papers@example.org"
    assert sink.mails[0].body("plain").replace("\r\n", "\n") == text + "\n"
    assert sink.mails[1].body("html").strip() == "<p>Good morning</p>"


def test_dots_at_the_start_of_plain_lines_arrive_single(sink: SmtpSink) -> None:
    kinds(sink.url, make_message(text=".\n..\n.x\n", html=""))

    assert sink.mails[0].data.endswith(b"\r\n\r\n.\r\n..\r\n.x\r\n")


@pytest.mark.parametrize(
    ("verb", "action", "kind"),
    [
        ("CONNECT", "421 too busy", Kind.BUSY),
        ("CONNECT", "554 not you", Kind.BROKEN),
        ("CONNECT", CUT, Kind.BUSY),
        ("MAIL", "451 later", Kind.BUSY),
        ("MAIL", "550 not this sender", Kind.BROKEN),
        ("MAIL", "421 closing", Kind.BUSY),
        ("MAIL", CUT, Kind.BUSY),
        ("RCPT", "450 greylisted", Kind.BUSY),
        ("RCPT", "550 no such user", Kind.REFUSED),
        ("RCPT", "554 Relay access denied", Kind.BROKEN),
        ("RCPT", CUT, Kind.BUSY),
        ("DATA", "451 later", Kind.BUSY),
        ("DATA", "554 no", Kind.REFUSED),
        ("DATA", CUT, Kind.BUSY),
        ("BODY", "452 disk full", Kind.BUSY),
        ("BODY", "554 spam", Kind.REFUSED),
        ("BODY", "421 closing", Kind.BUSY),
        ("BODY", CUT, Kind.SILENT),
        ("BODY", "nonsense", Kind.SILENT),
    ],
)
def test_what_the_server_does_has_its_meaning(sink: SmtpSink, verb: str, action: str, kind: Kind) -> None:
    sink.at(verb, action)

    assert kinds(sink.url) == [kind]


@pytest.mark.parametrize(("verb", "kind"), [("CONNECT", Kind.BUSY), ("RCPT", Kind.BUSY), ("BODY", Kind.SILENT)])
def test_a_server_that_hangs_is_not_waited_for(sink: SmtpSink, verb: str, kind: Kind) -> None:
    sink.at(verb, HANG)

    assert kinds(sink.url.replace("timeout=2", "timeout=0.3")) == [kind]


def test_a_connection_lost_inside_the_body_has_sent_nothing(sink: SmtpSink) -> None:
    sink.at("PART", CUT)

    found = kinds(sink.url, make_message(text="line\n" * 3_000_000))

    assert found == [Kind.BUSY]
    assert sink.mails == []


def test_an_answer_that_came_while_we_were_busy_elsewhere_counts(
    sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A turn may wait for its database longer than a server may take to answer."""

    class Busy(Notes):
        def begin(self, row: int) -> None:
            super().begin(row)
            if self.said == [("begin", row)]:
                time.sleep(0.6)

    notes = Busy()
    waiting = [make_slice([make_message(number), make_message(number + 10)], notes) for number in (1, 2)]
    slices = list(waiting)
    select = selectors.DefaultSelector.select
    monkeypatch.setattr(selectors.DefaultSelector, "select", lambda self, timeout: select(self, timeout)[:1])

    with open_postbox(sink.url.replace("timeout=2", "timeout=0.3&connections=2")) as postbox:
        postbox.carry(lambda _free: [waiting.pop() for _slice in waiting.copy()])

    answers = [answer.kind for made in slices for answer in made.answers.values()]
    assert answers == [Kind.SENT] * 4


def test_one_refused_reader_does_not_stop_the_others(sink: SmtpSink) -> None:
    sink.at("RCPT", "550 no such user", match="reader-2@")

    found = kinds(sink.url, make_message(1), make_message(2), make_message(3))

    assert found == [Kind.SENT, Kind.REFUSED, Kind.SENT]
    assert sink.connections == 1
    assert "rset" in [command.lower() for command in sink.commands]


def test_after_a_lost_answer_the_next_mail_has_a_new_connection(sink: SmtpSink) -> None:
    sink.at("BODY", CUT, match="reader-1@")

    found = kinds(sink.url, make_message(1), make_message(2))

    assert found == [Kind.SILENT, Kind.SENT]
    assert sink.connections == 2
    assert len(sink.to("reader-1@example.com")) == 1


def test_a_connection_that_the_server_closed_meanwhile_is_opened_again(sink: SmtpSink) -> None:
    sink.at("MAIL", "421 too many mails in one connection", match="MAIL", times=0)

    def messages() -> Iterator[Message]:
        yield make_message(1)
        sink.rules[0].times = 1
        yield make_message(2)

    found = [answer.kind for answer in over(sink.url, messages())]

    assert found == [Kind.SENT, Kind.SENT]
    assert sink.connections == 2
    assert len(sink.mails) == 2


def test_a_server_that_is_down_is_asked_once_for_a_batch(sink: SmtpSink) -> None:
    sink.at("CONNECT", "421 not now")

    found = kinds(sink.url, make_message(1), make_message(2), make_message(3))

    assert found == [Kind.BUSY] * 3
    assert sink.connections == 1


def test_a_port_that_nobody_listens_on_and_a_name_that_nobody_has_are_busy() -> None:
    assert kinds("smtp://127.0.0.1:1?timeout=1") == [Kind.BUSY]
    assert kinds("smtp://no-such-host.invalid?timeout=1") == [Kind.BUSY]


def test_each_body_is_noted_down_before_it_leaves_and_the_next_one_after_its_answer(sink: SmtpSink) -> None:
    notes = Notes()

    with open_postbox(sink.url) as postbox:
        hand_over(postbox, [make_message(number) for number in (1, 2, 3)], notes)

    assert notes.said == [(word, number) for number in (1, 2, 3) for word in ("begin", "answer")]


def test_an_address_that_would_break_out_is_refused_without_a_word_to_the_server(sink: SmtpSink) -> None:
    found = over(sink.url, [make_message(to="a@example.com>\r\nRCPT TO:<b@example.net"), make_message(2)])

    assert [answer.kind for answer in found] == [Kind.REFUSED, Kind.SENT]
    assert not any("example.net" in command for command in sink.commands)
    assert "@" not in found[0].text


def test_a_local_part_in_another_script_needs_a_server_that_takes_it() -> None:
    with SmtpSink() as plain, SmtpSink(extensions=("8BITMIME", "SMTPUTF8")) as modern:
        refused = kinds(plain.url, make_message(to="아다@example.com"), make_message(2))
        taken = kinds(modern.url, make_message(to="아다@example.com"), make_message(2))

    assert refused == [Kind.REFUSED, Kind.SENT]
    assert taken == [Kind.SENT, Kind.SENT]
    assert modern.mails[0].recipient == "아다@example.com"
    assert [command for command in modern.commands if command.endswith("SMTPUTF8")] == [
        "MAIL FROM:<papers@example.org> SMTPUTF8"
    ]


def tls() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    return context


def test_starttls_comes_before_the_password() -> None:
    with SmtpSink(tls=tls()) as sink:
        found = kinds(f"smtp+tls://ada:s%40cret@127.0.0.1:{sink.port}?timeout=2&ca={CERTIFICATE}")

    assert found == [Kind.SENT]
    verbs = [command.split()[0].upper() for command in sink.commands]
    assert verbs.index("STARTTLS") < verbs.index("AUTH") < verbs.index("MAIL")


def test_without_starttls_nothing_is_said(sink: SmtpSink) -> None:
    found = kinds(f"smtp+tls://ada:secret@127.0.0.1:{sink.port}?timeout=2")

    assert found == [Kind.BROKEN]
    assert {command.split()[0].upper() for command in sink.commands} <= {"EHLO", "QUIT"}


def test_a_certificate_that_nobody_vouches_for_is_not_believed() -> None:
    with SmtpSink(tls=tls()) as sink:
        found = kinds(f"smtp+tls://ada:secret@127.0.0.1:{sink.port}?timeout=2")

    assert found == [Kind.BROKEN]
    assert not any(command.startswith("AUTH") for command in sink.commands)


@pytest.mark.parametrize(("action", "kind"), [("535 wrong", Kind.BROKEN), ("454 later", Kind.BUSY), (CUT, Kind.BUSY)])
def test_a_log_in_that_fails_is_tried_once(sink: SmtpSink, action: str, kind: Kind) -> None:
    sink.at("AUTH", action)

    found = kinds(f"smtp://ada:secret@127.0.0.1:{sink.port}?timeout=2", make_message(1), make_message(2))

    assert found == [kind, kind]
    assert sink.connections == 1
    assert sink.mails == []

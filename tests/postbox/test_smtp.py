"""Over real sockets: each way in which a server can answer, or not answer, has its meaning."""

import selectors
import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from newsletter.postbox import smtp
from newsletter.postbox.answers import Answer, Kind
from newsletter.postbox.connecting import Security, Server, connect
from newsletter.postbox.doors import open_postbox
from newsletter.postbox.message import Message
from newsletter.postbox.slices import MOST_ROWS, Slice
from newsletter.postbox.smtp import FEW, SmtpPostbox
from tests.postbox.makers import Notes, hand_over, make_message, make_slice
from tests.sinks import CUT, DRIP, HANG, SmtpSink

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


def hasty(port: int, connections: int = 1) -> SmtpPostbox:
    """A postbox with less patience than any URL may give it."""
    return SmtpPostbox(Server("127.0.0.1", port, Security.NONE, timeout=0.3, connections=connections))


def carry(postbox: SmtpPostbox, slices: Sequence[Slice]) -> None:
    waiting = list(slices)
    postbox.carry(lambda free: [waiting.pop(0) for _lane in range(min(free, len(waiting)))])


def asked_for(slices: Sequence[Slice], sink: SmtpSink) -> list[tuple[int, int]]:
    """Over two connections: how many slices were asked for each time, and of how many rows."""
    waiting, asked = list(slices), list[tuple[int, int]]()

    def more(free: int) -> list[Slice]:
        asked.append((free, postbox.slice_rows))
        return [waiting.pop(0) for _lane in range(min(free, len(waiting)))]

    with closing(hasty(sink.port, connections=2)) as postbox:
        postbox.carry(more)
    return asked


def words(slices: Iterable[Slice]) -> list[list[str]]:
    return [[answer.kind.value for answer in made.answers.values()] for made in slices]


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


@pytest.mark.parametrize("action", [HANG, DRIP])
@pytest.mark.parametrize(
    ("verb", "kind"),
    [("CONNECT", Kind.BUSY), ("EHLO", Kind.BUSY), ("RCPT", Kind.BUSY), ("BODY", Kind.SILENT)],
)
def test_a_server_that_comes_to_no_answer_is_not_waited_for(sink: SmtpSink, verb: str, action: str, kind: Kind) -> None:
    sink.at(verb, action)

    with closing(hasty(sink.port)) as postbox:
        answers = hand_over(postbox, [make_message()])

    assert [answer.kind for answer in answers] == [kind]


def test_a_name_that_nobody_resolves_in_time_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    is_enough, resolved = threading.Event(), threading.Event()

    def resolve(*_question: Any, **_more: Any) -> list[Any]:
        is_enough.wait(5)
        resolved.set()
        return []

    monkeypatch.setattr(socket, "getaddrinfo", resolve)

    with closing(hasty(25)) as postbox:
        answers = hand_over(postbox, [make_message()])
        was_resolved = resolved.is_set()
        is_enough.set()

    assert [(answer.kind, answer.reached) for answer in answers] == [(Kind.BUSY, False)]
    assert not was_resolved


def test_a_connection_that_comes_too_late_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    given_up, closed = threading.Event(), threading.Event()

    class Late(smtplib.SMTP):
        def close(self) -> None:
            super().close()
            closed.set()

    def connect_late(_server: Server) -> smtplib.SMTP:
        given_up.wait(30)
        return Late()

    monkeypatch.setattr(smtp, "connect", connect_late)

    with closing(hasty(25)) as postbox:
        hand_over(postbox, [make_message()])
    given_up.set()

    assert closed.wait(5)


def test_a_server_that_talks_without_end_while_we_connect_is_hung_up_on(sink: SmtpSink) -> None:
    sink.at("CONNECT", "220-and another thing\r\n" * 5000 + "220 sink")

    assert kinds(sink.url) == [Kind.BUSY]
    assert sink.commands == []


def test_a_server_that_lets_one_connection_in_gets_the_mails_over_that(
    sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other one is turned away while the first is still logging in."""
    connections = count()

    def connect_in_turn(server: Server) -> smtplib.SMTP:
        if next(connections) == 0:
            raise smtplib.SMTPConnectError(421, "too many connections")
        time.sleep(0.2)
        return connect(server)

    monkeypatch.setattr(smtp, "connect", connect_in_turn)
    slices = [make_slice([make_message(1)]), make_slice([make_message(2)])]

    with closing(SmtpPostbox(Server("127.0.0.1", sink.port, Security.NONE, timeout=2, connections=2))) as postbox:
        carry(postbox, slices)

    assert words(slices) == [[], ["sent"]]
    assert slices[0].is_done, "its mail is free for the next slice"


def test_where_all_connections_are_turned_away_the_mails_wait(sink: SmtpSink) -> None:
    sink.at("CONNECT", "421 too many connections")
    slices = [make_slice([make_message(1)]), make_slice([make_message(2)])]

    with open_postbox(f"{sink.url}&connections=2") as postbox:
        assert isinstance(postbox, SmtpPostbox)
        carry(postbox, slices)

    assert words(slices) == [["busy"], ["busy"]]
    assert not any(answer.reached for made in slices for answer in made.answers.values())


def test_three_silences_in_a_row_are_enough_for_a_connection(sink: SmtpSink) -> None:
    sink.at("BODY", CUT)

    answers = over(sink.url.replace("timeout=2", "timeout=2&connections=1"), map(make_message, range(1, 6)))

    assert [answer.kind for answer in answers] == [Kind.SILENT] * 3 + [Kind.BUSY] * 2
    assert [answer.reached for answer in answers] == [True] * 3 + [False] * 2


def test_a_mail_that_was_withdrawn_before_its_body_is_left_and_the_others_go(sink: SmtpSink) -> None:
    class Cancelling(Notes):
        def answer(self, row: int, answer: Answer) -> None:
            super().answer(row, answer)
            made.withdraw([2])

    made = make_slice([make_message(number) for number in (1, 2, 3)], Cancelling())
    with open_postbox(f"{sink.url}&connections=1") as postbox:
        assert isinstance(postbox, SmtpPostbox)
        carry(postbox, [made])

    assert words([made]) == [["sent", "sent"]]
    assert [mail.recipient for mail in sink.mails] == ["reader-1@example.com", "reader-3@example.com"]


def test_hanging_up_because_a_mail_was_withdrawn_is_no_failure_of_the_server(sink: SmtpSink) -> None:
    class Cancelling(Notes):
        """Is asked when a mail is taken, and again when it may begin; then it withdraws each of the first three."""

        looks = 0

        def look(self) -> None:
            self.looks += 1
            if self.looks in (2, 4, 6):
                made.withdraw([self.looks // 2])

    made = make_slice([make_message(number) for number in (1, 2, 3, 4)], Cancelling())
    with open_postbox(f"{sink.url}&connections=1") as postbox:
        assert isinstance(postbox, SmtpPostbox)
        carry(postbox, [made])

    assert words([made]) == [["sent"]]
    assert [mail.recipient for mail in sink.mails] == ["reader-4@example.com"]


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

    with closing(hasty(sink.port, connections=2)) as postbox:
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


@pytest.mark.parametrize(("left", "rows"), [(FEW + 1, FEW + 1), (FEW, MOST_ROWS), (2 * MOST_ROWS, MOST_ROWS)])
def test_a_free_connection_gets_as_many_mails_as_a_busy_one_has_left(sink: SmtpSink, left: int, rows: int) -> None:
    """So both are free at the same time, and one claim serves them; of a few mails that is not worth it."""
    sink.at("BODY", HANG, match="reader-10@", times=1)
    busy = make_slice([make_message(number) for number in range(10, 10 + left)])

    assert asked_for([make_slice([make_message(1)]), busy], sink)[:2] == [(2, MOST_ROWS), (1, rows)]


def test_a_free_connection_waits_a_moment_for_the_others(sink: SmtpSink, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "GATHERING", 1.0)
    sink.at("BODY", HANG, match="reader-2@", times=1)  # for 0.3 seconds

    assert asked_for([make_slice([make_message(1)]), make_slice([make_message(2)])], sink) == [(2, MOST_ROWS)] * 2


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


def test_certificates_that_are_not_there_are_a_mistake_of_ours() -> None:
    with SmtpSink(tls=tls()) as sink:
        found = over(f"smtp+tls://127.0.0.1:{sink.port}?timeout=2&ca=/nowhere.pem", [make_message()])

    assert [answer.kind for answer in found] == [Kind.BROKEN]
    assert "/nowhere.pem" in found[0].text


@pytest.mark.parametrize(("action", "kind"), [("535 wrong", Kind.BROKEN), ("454 later", Kind.BUSY), (CUT, Kind.BUSY)])
def test_a_log_in_that_fails_is_tried_once(sink: SmtpSink, action: str, kind: Kind) -> None:
    sink.at("AUTH", action)

    found = kinds(f"smtp://ada:secret@127.0.0.1:{sink.port}?timeout=2", make_message(1), make_message(2))

    assert found == [kind, kind]
    assert sink.connections == 1
    assert sink.mails == []

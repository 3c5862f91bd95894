"""Mails that came back are taken from the mailbox, the mail server and the pipe: none is lost, none counts twice."""

import imaplib
import io
import ssl
import sys
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from itertools import count, islice
from pathlib import Path
from unittest.mock import Mock

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import InterfaceError, OperationalError
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from newsletter.delivery.models import Delivery
from newsletter.environment import Mailbox, bounce_mailbox
from newsletter.feedback import events, taking
from newsletter.feedback.bounces import LARGEST, report_of
from newsletter.feedback.mailbox import OpenMailbox
from newsletter.feedback.management.commands import take_bounce
from newsletter.feedback.models import Event
from newsletter.feedback.statements import Reported
from newsletter.feedback.taking import Taken, take, take_new
from newsletter.postbox.returns import leave_path, return_path
from newsletter.subscribers.models import Consent, Subscription
from tests.factories import make_approved, make_delivery, make_subscription
from tests.feedback.imap import CUT, HANG, ImapServer, Stored

MAILS = Path(__file__).parent / "mails"
CERTIFICATE = Path(__file__).parent.parent / "postbox" / "localhost.pem"
SECRET = "hook:tests-only"


def mail(name: str, delivery: Delivery) -> bytes:
    path = return_path("bounces@papers.example.org", delivery.pk, keys=django_settings.LINK_KEYS)
    return (MAILS / f"{name}.eml").read_text().replace("RETURN_PATH", path).encode()


def make_many(count: int) -> list[Delivery]:
    digest = make_approved()
    return [make_delivery(digest, status="uncertain") for _reader in range(count)]


def mailbox(server: ImapServer, *, password: str = "secret", scheme: str = "imaps", folder: str = "INBOX") -> Mailbox:
    url = f"{scheme}://bounces:{password}@127.0.0.1:{server.port}/{folder}?timeout=1&ca={CERTIFICATE}"
    found = bounce_mailbox(url)
    assert found is not None
    return found


def turn(server: ImapServer) -> dict[Taken, int]:
    return take_new(mailbox(server), now=timezone.now())


@pytest.fixture
def server() -> Iterator[ImapServer]:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(CERTIFICATE)
    with ImapServer(tls=tls) as running:
        yield running


@pytest.mark.django_db
def test_what_came_back_to_the_mailbox_is_recorded_and_removed(server: ImapServer) -> None:
    bounced, arrived = make_many(2)
    server.put(mail("postfix_unknown_user", bounced))
    server.put(mail("postfix_delivered", arrived))

    counts = turn(server)

    assert counts[Taken.RECORDED] == 2
    assert server.mails == {}
    assert set(Event.objects.values_list("delivery", "kind")) == {
        (bounced.pk, "bounced_hard"),
        (arrived.pk, "delivered"),
    }
    assert set(Delivery.objects.values_list("status", flat=True)) == {"sent"}
    assert Subscription.objects.get(deliveries=bounced).end_reason == "bounced"


@pytest.mark.django_db
def test_what_a_person_wrote_stays_and_is_not_read_again(server: ImapServer) -> None:
    number = server.put(mail("a_person", make_many(1)[0]))

    first, second = turn(server), turn(server)

    assert (first[Taken.IGNORED], second[Taken.IGNORED]) == (1, 0)
    assert server.mails[number].flags == {r"\Seen"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("command", "action"),
    [*((command, action) for command in ("FETCH", "STORE", "EXPUNGE") for action in (CUT, HANG)), ("EXPUNGE", "NO")],
)
def test_a_turn_that_dies_anywhere_loses_nothing_and_repeats_nothing(
    server: ImapServer, command: str, action: str
) -> None:
    deliveries = make_many(3)
    for delivery in deliveries:
        server.put(mail("postfix_unknown_user", delivery))
    server.at(command, action, after=0 if command == "EXPUNGE" else 1)

    with pytest.raises((OSError, imaplib.IMAP4.error)):
        turn(server)
    left = sum(r"\Deleted" not in stored.flags for stored in server.mails.values())
    assert Event.objects.count() >= 3 - left
    server.rules.clear()
    turn(server)

    assert sorted(Event.objects.values_list("delivery", flat=True)) == [delivery.pk for delivery in deliveries]
    assert server.mails == {}


def failing_for(delivery: Delivery) -> Callable[[Sequence[Reported]], int]:
    def record_all(reported: Sequence[Reported]) -> int:
        assert reported[0].delivery_id != delivery.pk
        return events.record_all(reported)

    return record_all


@pytest.mark.django_db
def test_a_mail_whose_recording_fails_stays_and_those_behind_it_are_taken(
    server: ImapServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    failing, *others = make_many(3)
    for delivery in (failing, *others):
        server.put(mail("postfix_unknown_user", delivery))

    with monkeypatch.context() as broken:
        broken.setattr(taking, "events", Mock(record_all=failing_for(failing)))
        turn(server)
    assert (set(server.mails), server.mails[1].flags) == ({1}, set())
    assert "bounce mailbox: mail 1 stays" in caplog.text
    turn(server)

    assert Event.objects.count() == 3
    assert server.mails == {}


@pytest.mark.django_db
def test_a_mail_that_the_server_cannot_read_stays_and_those_behind_it_are_taken(
    server: ImapServer, caplog: pytest.LogCaptureFixture
) -> None:
    for delivery in make_many(3):
        server.put(mail("postfix_unknown_user", delivery))
    server.unreadable = {1}

    first, second = turn(server), turn(server)

    assert (first[Taken.RECORDED], sum(second.values())) == (2, 0)
    assert (set(server.mails), server.mails[1].flags) == ({1}, set())
    assert "bounce mailbox: mail 1 stays: the bounce mailbox's server answered NO" in caplog.text


@pytest.mark.django_db
def test_a_mail_that_cannot_be_removed_does_not_stop_those_behind_it(server: ImapServer) -> None:
    for delivery in make_many(3):
        server.put(mail("postfix_unknown_user", delivery))
    server.at("STORE", "NO try later")

    turn(server)

    assert Event.objects.count() == 3


@pytest.mark.django_db
@pytest.mark.parametrize("away", [OperationalError, InterfaceError])
def test_a_database_that_is_away_ends_the_turn(
    server: ImapServer, monkeypatch: pytest.MonkeyPatch, away: type[Exception]
) -> None:
    for delivery in make_many(2):
        server.put(mail("postfix_unknown_user", delivery))
    monkeypatch.setattr("newsletter.feedback.events.record_all", Mock(side_effect=away("connection refused")))

    with pytest.raises(away):
        turn(server)

    assert len(server.fetched) == 1
    assert all(not stored.flags for stored in server.mails.values())


def test_a_mailbox_of_any_size_is_searched_part_by_part() -> None:
    with ImapServer() as plain:
        plain.mails = dict.fromkeys(range(1_000_000, 1_130_000), Stored(b""))
        with OpenMailbox(mailbox(plain, scheme="imap")) as opened:
            found = list(islice(opened.new(), 1000))

    assert found == [str(number) for number in range(1_000_000, 1_001_000)]
    assert plain.commands.count("SEARCH") == 1


def test_a_mailbox_is_searched_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsletter.feedback.mailbox.WINDOW", 2)
    with ImapServer() as plain:
        for _mail in range(5):
            plain.put(b"")
        plain.mails[1].flags = plain.mails[2].flags = {r"\Seen"}
        with OpenMailbox(mailbox(plain, scheme="imap")) as opened:
            found = list(opened.new())

    assert found == ["3", "4", "5"]


@pytest.mark.parametrize(("redis", "seconds"), [("", 3.0), ("redis://localhost", 45.0)])
def test_where_one_process_does_everything_a_server_is_waited_for_no_longer_than_three_seconds(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, redis: str, seconds: float
) -> None:
    asked: list[float] = []
    settings.REDIS_URL = redis

    def hang(mailbox: Mailbox) -> None:
        asked.append(mailbox.timeout)
        raise TimeoutError

    monkeypatch.setattr(taking, "OpenMailbox", hang)
    patient = bounce_mailbox("imaps://bounces:secret@mail.example.org/?timeout=60")

    with pytest.raises(TimeoutError):
        take_new(patient, now=timezone.now())

    assert asked == [seconds]


@pytest.mark.django_db
def test_a_mail_that_another_turn_has_taken_is_passed_over(server: ImapServer, monkeypatch: pytest.MonkeyPatch) -> None:
    server.put(mail("postfix_unknown_user", make_many(1)[0]))
    monkeypatch.setattr("newsletter.feedback.mailbox.OpenMailbox.new", lambda _self: ["1", "7"])

    counts = turn(server)

    assert counts == {Taken.RECORDED: 1, Taken.KNOWN: 0, Taken.LEFT: 0, Taken.IGNORED: 0}


@pytest.mark.django_db
def test_a_turn_has_an_end(server: ImapServer, monkeypatch: pytest.MonkeyPatch) -> None:
    for delivery in make_many(5):
        server.put(mail("postfix_unknown_user", delivery))
    server.mails[1].data += b"x" * 5_000_000

    monkeypatch.setattr(taking, "MAILS", 2)
    turn(server)
    assert (Event.objects.count(), len(server.mails)) == (2, 3)
    assert max(server.fetched) == LARGEST
    monkeypatch.setattr("newsletter.feedback.taking.time", Mock(monotonic=count(step=2).__next__))
    monkeypatch.setattr(taking, "MAILS", 100)
    turn(server)

    assert (Event.objects.count(), len(server.mails)) == (3, 2)


def test_a_wrong_password_is_said_and_not_shown(server: ImapServer) -> None:
    wrong = mailbox(server, password="wrong-password")

    with pytest.raises(imaplib.IMAP4.error) as failure:
        take_new(wrong, now=timezone.now())

    assert "AUTHENTICATIONFAILED" in str(failure.value)
    assert "wrong-password" not in f"{failure.value}{wrong!r}"


def test_a_folder_that_is_not_there_is_said(server: ImapServer) -> None:
    with pytest.raises(imaplib.IMAP4.error):
        take_new(mailbox(server, folder="Nowhere"), now=timezone.now())


def test_a_folder_may_have_a_blank_in_its_name(server: ImapServer) -> None:
    counts = take_new(mailbox(server, folder="Bounce%20mails"), now=timezone.now())

    assert sum(counts.values()) == 0


def test_a_server_without_a_certificate_of_its_own_gets_no_password(server: ImapServer) -> None:
    stranger = bounce_mailbox(f"imaps://bounces:secret@127.0.0.1:{server.port}/?timeout=1")

    with pytest.raises(ssl.SSLError):
        take_new(stranger, now=timezone.now())

    assert "LOGIN" not in server.commands


def test_a_server_that_cannot_change_to_tls_gets_no_password() -> None:
    with ImapServer() as plain, pytest.raises(imaplib.IMAP4.error):
        take_new(mailbox(plain, scheme="imap+tls"), now=timezone.now())

    assert "LOGIN" not in plain.commands


@pytest.mark.django_db
def test_a_server_on_the_same_machine_may_do_without_tls() -> None:
    with ImapServer() as plain:
        plain.put(mail("postfix_unknown_user", make_many(1)[0]))
        counts = take_new(mailbox(plain, scheme="imap"), now=timezone.now())

    assert counts[Taken.RECORDED] == 1


def test_without_a_mailbox_there_is_nothing_to_do() -> None:
    assert sum(take_new(None, now=timezone.now()).values()) == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("days", "believed"), [(0, True), (6, True), (8, False), (-1, False)], ids=["now", "late", "too late", "early"]
)
def test_the_mails_own_date_counts_when_it_makes_sense(days: int, believed: bool) -> None:
    (delivery,) = make_many(1)
    written = report_of(mail("postfix_full", delivery), keys=django_settings.LINK_KEYS)
    assert written is not None
    assert written.at is not None
    now = written.at + timedelta(days=days)

    take(mail("postfix_full", delivery), now=now)

    assert Event.objects.get().at == (written.at if believed else now)


def post(body: bytes, *, secret: str = SECRET, **headers: str) -> tuple[int, str]:
    known = {"authorization": f"Basic {b64encode(secret.encode()).decode()}"} if secret else {}
    content_type = "application/x-www-form-urlencoded"  # as curl --data-binary says
    answer = Client(raise_request_exception=False).post(
        "/hooks/bounce/", body, content_type=content_type, headers=known | headers
    )
    return answer.status_code, answer.content.decode()


@pytest.mark.django_db
def test_a_mail_server_hands_over_a_bounce_as_often_as_it_likes() -> None:
    (delivery,) = make_many(1)

    answers = [post(mail("postfix_unknown_user", delivery)) for _again in range(2)]

    assert answers == [(200, "recorded"), (200, "known")]
    assert Event.objects.get().delivery == delivery


@pytest.mark.django_db
def test_the_same_bounce_by_two_ways_is_one_event(server: ImapServer) -> None:
    (delivery,) = make_many(1)
    server.put(b"Received: by another.example.org\r\n" + mail("postfix_unknown_user", delivery))

    post(mail("postfix_unknown_user", delivery))
    counts = turn(server)

    assert counts[Taken.KNOWN] == 1
    assert Event.objects.count() == 1
    assert server.mails == {}


@pytest.mark.django_db
@pytest.mark.parametrize("secret", ["", "hook:wrong", "hook", ":", "\xe4:\xf6"])
def test_nobody_hands_over_a_bounce_without_the_secret(secret: str) -> None:
    status, _text = post(mail("postfix_unknown_user", make_many(1)[0]), secret=secret)

    assert status == 401
    assert not Event.objects.exists()


@pytest.mark.parametrize("header", ["Basic", "Basic \xe9", "Basic ====", "Bearer x", "basic aG9vazp0ZXN0cy1vbmx5 x"])
def test_a_garbled_secret_is_none(header: str) -> None:
    status, _text = post(b"x", secret="", authorization=header)

    assert status == 401


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "expected"),
    [(b"", (200, "ignored")), (b"\xff\0" * 99, (200, "ignored")), (b"x" * 1_000_001, (413, ""))],
    ids=["empty", "noise", "large"],
)
def test_what_is_no_bounce_is_ignored_and_what_is_too_large_refused(body: bytes, expected: tuple[int, str]) -> None:
    assert post(body) == expected


def test_nobody_reads_from_that_address() -> None:
    assert Client().get("/hooks/bounce/").status_code == 405


@pytest.mark.django_db
def test_a_bounce_of_a_delivery_that_is_not_there_changes_nothing() -> None:
    (delivery,) = make_many(1)
    gone = mail("postfix_unknown_user", Delivery(pk=delivery.pk + 1000))

    assert take(gone, now=timezone.now()) is Taken.RECORDED

    assert Event.objects.get().delivery is None
    assert Subscription.objects.get().status == "active"


@pytest.mark.django_db
def test_a_complaint_ends_the_subscription() -> None:
    (delivery,) = make_many(1)

    take(mail("complaint", delivery), now=timezone.now())

    assert Subscription.objects.get().end_reason == "complained"


@pytest.mark.django_db
def test_a_pipe_of_the_mail_server_hands_over_one_mail(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (delivery,) = make_many(1)
    data = mail("gmail_disabled", delivery) + b"x" * LARGEST
    stdin = io.TextIOWrapper(io.BytesIO(data))
    monkeypatch.setattr(sys, "stdin", stdin)

    call_command("take_bounce")

    assert capsys.readouterr().out == "recorded\n"
    assert Event.objects.get().kind == "bounced_hard"
    assert stdin.buffer.read() == b""


@pytest.mark.parametrize("away", [OperationalError, InterfaceError])
def test_a_pipe_keeps_its_mail_while_the_database_is_away(
    monkeypatch: pytest.MonkeyPatch, away: type[Exception]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"From: a@b.org")))
    monkeypatch.setattr(take_bounce, "take", Mock(side_effect=away("refused at postgres://ada:word@10.0.0.1")))

    with pytest.raises(CommandError) as failure:
        call_command("take_bounce")

    assert failure.value.returncode == 75
    assert "ada" not in str(failure.value)


@pytest.mark.parametrize(
    "url",
    [
        "imaps://mail.example.org",
        "imaps://bounces@mail.example.org",
        "pop3s://bounces:secret@mail.example.org",
        "imaps://bounces:s%C3%BC@mail.example.org",
        "imaps://bounces:se%0D%0Acret@mail.example.org",
        "imaps://bounces:secret@mail.example.org:port",
        "imaps://bounces:secret@mail.example.org?timeout=soon",
        "imaps://bounces:secret@mail.example.org?timeout=0",
        "imaps://bounces:secret@mail.example.org?password=other",
        "imaps://bounces:secret@mail.example.org?unknown=1",
    ],
)
def test_a_mailbox_address_that_makes_no_sense_is_named_and_not_shown(url: str) -> None:
    from django.core.exceptions import ImproperlyConfigured

    with pytest.raises(ImproperlyConfigured, match="BOUNCE_MAILBOX_URL must look like") as failure:
        bounce_mailbox(url)

    assert url not in str(failure.value)


def test_a_mailbox_address_says_all_that_is_needed() -> None:
    found = bounce_mailbox("imaps://bounces%40example.org:p%3Aw@mail.example.org/Bounce%20mails")

    assert found == Mailbox("mail.example.org", 993, "tls", "bounces@example.org", "p:w", "Bounce mails")
    assert bounce_mailbox("") is None


def goodbye(subscription: Subscription) -> bytes:
    path = leave_path("leave@papers.example.org", subscription.pk, keys=django_settings.LINK_KEYS)
    return f"From: Ada <ada@example.com>\r\nTo: {path}\r\nSubject: I leave\r\n\r\nNo more, please.\r\n".encode()


@pytest.mark.django_db
def test_who_writes_goodbye_to_the_mailbox_has_left_and_the_mail_is_removed(server: ImapServer) -> None:
    ada, bob = make_subscription(), make_subscription()
    server.put(goodbye(ada))

    counts = turn(server)

    assert counts == {Taken.RECORDED: 0, Taken.KNOWN: 0, Taken.LEFT: 1, Taken.IGNORED: 0}
    assert server.mails == {}
    assert dict(Subscription.objects.values_list("pk", "end_reason")) == {ada.pk: "left", bob.pk: ""}


@pytest.mark.django_db
def test_a_goodbye_is_proved_by_a_consent_that_keeps_none_of_its_words() -> None:
    ada = make_subscription()

    answers = [post(goodbye(ada)) for _again in range(2)]

    assert answers == [(200, "left")] * 2
    left = Consent.objects.get()
    assert (left.subscription, left.act, left.wording) == (ada, "left", "List-Unsubscribe: mailto")
    assert (left.page, left.network) == ("mailto", "")


@pytest.mark.django_db
def test_a_pipe_hands_over_a_goodbye(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    ada = make_subscription()
    lost = goodbye(ada).partition(b"To: ")[2].partition(b"\r\n")[0].decode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"From: ada@example.com\r\n\r\n")))

    call_command("take_bounce", lost)

    ada.refresh_from_db()
    assert capsys.readouterr().out == "left\n"
    assert ada.end_reason == "left"


@pytest.mark.django_db
def test_a_goodbye_of_another_installation_stays_in_the_mailbox(server: ImapServer) -> None:
    ada = make_subscription()
    mine = goodbye(ada).decode()
    path = leave_path("leave@papers.example.org", ada.pk, keys={1: b"the key of another installation"})
    server.put(mine.replace(mine.partition("To: ")[2].partition("\r\n")[0], path).encode())

    counts = turn(server)

    ada.refresh_from_db()
    assert (counts[Taken.IGNORED], len(server.mails), ada.status) == (1, 1, "active")


@pytest.mark.django_db
def test_a_goodbye_of_nobody_is_taken_and_forgotten(server: ImapServer) -> None:
    server.put(goodbye(Subscription(pk=123456)))

    assert turn(server)[Taken.LEFT] == 1

    assert server.mails == {}

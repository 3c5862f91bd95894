"""Mails that came back are taken from the mailbox, the mail server and the pipe: none is lost, none counts twice."""

import imaplib
import io
import ssl
import sys
from base64 import b64encode
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from newsletter.delivery.models import Delivery
from newsletter.environment import Mailbox, bounce_mailbox
from newsletter.feedback import taking
from newsletter.feedback.bounces import LARGEST, report_of
from newsletter.feedback.models import Event
from newsletter.feedback.taking import Taken, take, take_new
from newsletter.postbox.returns import return_path
from newsletter.subscribers.models import Subscription
from tests.factories import make_approved, make_delivery
from tests.feedback.imap import CUT, HANG, ImapServer

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
@pytest.mark.parametrize("command", ["FETCH", "STORE", "EXPUNGE"])
@pytest.mark.parametrize("action", [CUT, HANG, "NO try later"])
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


@pytest.mark.django_db
def test_a_mail_whose_recording_fails_stays_for_the_next_turn(
    server: ImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.put(mail("postfix_unknown_user", make_many(1)[0]))

    with monkeypatch.context() as broken:
        broken.setattr("newsletter.feedback.events.record_all", lambda _reported: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            turn(server)
    assert len(server.mails) == 1
    turn(server)

    assert Event.objects.count() == 1
    assert server.mails == {}


@pytest.mark.django_db
def test_a_mail_that_another_turn_has_taken_is_passed_over(server: ImapServer, monkeypatch: pytest.MonkeyPatch) -> None:
    server.put(mail("postfix_unknown_user", make_many(1)[0]))
    monkeypatch.setattr("newsletter.feedback.mailbox.OpenMailbox.new", lambda _self: ["1", "7"])

    counts = turn(server)

    assert counts == {Taken.RECORDED: 1, Taken.KNOWN: 0, Taken.IGNORED: 0}


@pytest.mark.django_db
def test_a_turn_has_an_end(server: ImapServer, monkeypatch: pytest.MonkeyPatch) -> None:
    for delivery in make_many(5):
        server.put(mail("postfix_unknown_user", delivery))
    server.mails[1].data += b"x" * 5_000_000

    monkeypatch.setattr(taking, "MAILS", 2)
    turn(server)
    assert (Event.objects.count(), len(server.mails)) == (2, 3)
    assert max(server.fetched) == LARGEST
    monkeypatch.setattr(taking, "TURN", -1.0)
    turn(server)

    assert (Event.objects.count(), len(server.mails)) == (2, 3)


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

"""Each thing that a provider can say or do has one meaning."""

import smtplib
import ssl
from datetime import UTC, datetime, timedelta

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st
from urllib3.exceptions import MaxRetryError, NewConnectionError, ProtocolError

from newsletter.postbox import answers
from newsletter.postbox.answers import Answer, Kind, Stage

NOW = datetime(2026, 4, 7, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("stage", "code", "text", "kind"),
    [
        (Stage.BODY, 250, "taken", Kind.SENT),
        (Stage.LOGIN, 421, "too many connections", Kind.BUSY),
        (Stage.LOGIN, 454, "temporary authentication failure", Kind.BUSY),
        (Stage.LOGIN, 535, "wrong password", Kind.BROKEN),
        (Stage.LOGIN, 554, "no service", Kind.BROKEN),
        (Stage.SENDER, 451, "later", Kind.BUSY),
        (Stage.SENDER, 553, "this sender may not", Kind.BROKEN),
        (Stage.RECIPIENT, 450, "greylisted", Kind.BUSY),
        (Stage.RECIPIENT, 452, "mailbox full", Kind.BUSY),
        (Stage.RECIPIENT, 501, "bad address", Kind.REFUSED),
        (Stage.RECIPIENT, 550, "no such user", Kind.REFUSED),
        (Stage.RECIPIENT, 550, "<relay@example.com> no such user", Kind.REFUSED),
        (Stage.RECIPIENT, 554, "5.7.1 <a@example.com>: Relay access denied", Kind.BROKEN),
        (Stage.RECIPIENT, 550, "5.7.54 Unable to relay recipient in non-accepted domain", Kind.BROKEN),
        (Stage.RECIPIENT, 530, "authentication required", Kind.BROKEN),
        (Stage.RECIPIENT, 503, "MAIL first", Kind.BROKEN),
        (Stage.DATA, 451, "later", Kind.BUSY),
        (Stage.DATA, 554, "no valid recipients", Kind.REFUSED),
        (Stage.BODY, 421, "going down", Kind.BUSY),
        (Stage.BODY, 451, "later", Kind.BUSY),
        (Stage.BODY, 552, "too large", Kind.REFUSED),
        (Stage.BODY, 554, "looks like spam", Kind.REFUSED),
        (Stage.BODY, -1, "", Kind.SILENT),
        (Stage.RECIPIENT, -1, "", Kind.BUSY),
    ],
)
def test_smtp_replies(stage: Stage, code: int, text: str, kind: Kind) -> None:
    assert answers.from_smtp(stage, code, text).kind is kind


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("5.4.5 Daily user sending limit exceeded", Kind.BROKEN),
        ("5.1.90 Your message can't be sent because you've reached your daily limit", Kind.BROKEN),
        ("5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org", Kind.BROKEN),
        ("5.7.1 Sender address [a@example.org] blocked using dbl.spamhaus.org", Kind.BROKEN),
        ("5.7.1 <a@example.org>: Sender address rejected: not owned by user ada", Kind.BROKEN),
        ("5.7.1 <unknown[192.0.2.1]>: Client host rejected: Access denied", Kind.BROKEN),
        ("5.7.1 Client was not authenticated", Kind.BROKEN),
        ("5.7.26 Unauthenticated email from example.org is not accepted due to domain's DMARC policy", Kind.BROKEN),
        ("5.7.23 SPF validation failed", Kind.BROKEN),
        ("5.7.25 The IP address sending this message does not have a PTR record", Kind.BROKEN),
        ("5.7.606 Access denied, banned sending IP [192.0.2.1]", Kind.BROKEN),
        ("5.7.60 SMTP; Client does not have permissions to send as this sender", Kind.BROKEN),
        ("5.7.1 RESOLVER.RST.AuthRequired; authentication required", Kind.REFUSED),
        ("5.7.1 You are not authorized to send to this list", Kind.REFUSED),
        ("5.7.1 <list@example.com>: Recipient address rejected: Access denied", Kind.REFUSED),
        ("5.7.1 Recipient address [list@example.com] blocked using rhsbl.example", Kind.REFUSED),
        ("5.7.1 Message rejected as spam by content filtering", Kind.REFUSED),
        ("5.7.129 RESOLVER.RST.RestrictedToRecipientsPermission", Kind.REFUSED),
        ("5.2.2 The recipient's mailbox is over its quota", Kind.REFUSED),
        ("5.1.1 no such user at 5.7.8.1, nor at 195.5.7.8", Kind.REFUSED),
    ],
)
@pytest.mark.parametrize("stage", [Stage.RECIPIENT, Stage.BODY])
def test_a_reader_is_not_refused_for_what_the_sender_is_to_blame_for(stage: Stage, words: str, kind: Kind) -> None:
    assert answers.from_smtp(stage, 550, words).kind is kind


@pytest.mark.parametrize(
    ("problem", "kind"),
    [
        (ConnectionRefusedError("refused"), Kind.BUSY),
        (TimeoutError("timed out"), Kind.BUSY),
        (smtplib.SMTPServerDisconnected("gone"), Kind.BUSY),
        (smtplib.SMTPConnectError(421, "later"), Kind.BUSY),
        (smtplib.SMTPConnectError(554, "never"), Kind.BROKEN),
        (smtplib.SMTPAuthenticationError(535, b"wrong"), Kind.BROKEN),
        (smtplib.SMTPAuthenticationError(454, b"later"), Kind.BUSY),
        (smtplib.SMTPNotSupportedError("STARTTLS extension not supported by server."), Kind.BROKEN),
        (ssl.SSLError("handshake"), Kind.BUSY),
        (smtplib.SMTPException("no certificates could be read from ca=/nowhere.pem"), Kind.BROKEN),
        (UnicodeEncodeError("ascii", "s\xe4cret", 1, 2, "ordinal not in range(128)"), Kind.BROKEN),
    ],
)
def test_smtp_connections_that_fail_before_the_final_dot(problem: Exception, kind: Kind) -> None:
    assert answers.from_lost_smtp(problem).kind is kind


def test_a_password_that_cannot_be_said_is_not_quoted() -> None:
    problem = UnicodeEncodeError("ascii", "s\xe4cret", 1, 2, "ordinal not in range(128)")

    text = answers.from_lost_smtp(problem).text

    assert "POSTBOX_URL" in text
    assert "xe4" not in text


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (200, Kind.SILENT),
        (400, Kind.REFUSED),
        (401, Kind.BROKEN),
        (402, Kind.BROKEN),
        (403, Kind.BROKEN),
        (404, Kind.BROKEN),
        (408, Kind.BUSY),
        (422, Kind.REFUSED),
        (429, Kind.BUSY),
        (500, Kind.SILENT),
        (502, Kind.SILENT),
        (503, Kind.BUSY),
        (504, Kind.SILENT),
    ],
)
def test_http_statuses(status: int, kind: Kind) -> None:
    assert answers.from_http(status).kind is kind


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        (". reset reason: connection failure, transport failure reason: x", Kind.BUSY),
        (". reset reason: remote connection failure", Kind.BUSY),
        (". reset reason: connection timeout", Kind.BUSY),
        (". reset reason: overflow", Kind.BUSY),
        (". reset reason: connection termination", Kind.SILENT),
        (". reset reason: remote reset", Kind.SILENT),
        (". retried and the latest reset reason: connection failure", Kind.SILENT),
        ("", Kind.SILENT),
    ],
)
def test_a_proxy_that_lost_the_provider_cannot_know_whether_the_call_was_taken(reason: str, kind: Kind) -> None:
    assert answers.from_http(503, f"upstream connect error or disconnect/reset before headers{reason}").kind is kind


def test_a_providers_own_code_for_the_account_is_never_the_readers_fault() -> None:
    assert answers.from_http(400, "credits used up", broken=True).kind is Kind.BROKEN


@pytest.mark.parametrize(
    ("problem", "kind"),
    [
        (requests.ConnectTimeout(), Kind.BUSY),
        (requests.ReadTimeout(), Kind.SILENT),
        (requests.ConnectionError(ProtocolError("Connection aborted.", ConnectionResetError())), Kind.SILENT),
        (
            requests.ConnectionError(MaxRetryError(None, "/", NewConnectionError(None, "refused"))),  # type: ignore[arg-type]  # no pool in a test
            Kind.BUSY,
        ),
        (requests.exceptions.SSLError(MaxRetryError(None, "/", ssl.SSLCertVerificationError())), Kind.BROKEN),  # type: ignore[arg-type]  # no pool in a test
        (requests.exceptions.ProxyError(), Kind.BUSY),
        (requests.exceptions.InvalidURL(), Kind.BROKEN),
        (requests.exceptions.InvalidSchema(), Kind.BROKEN),
        (requests.exceptions.InvalidHeader("in header value: 'the-key\n'"), Kind.BROKEN),
    ],
)
def test_http_requests_without_an_answer(problem: requests.RequestException, kind: Kind) -> None:
    answer = answers.from_lost_http(problem)

    assert answer.kind is kind
    assert "the-key" not in answer.text


@pytest.mark.parametrize(
    ("reason", "kind"), [("WRONG_VERSION_NUMBER", Kind.BUSY), ("DECRYPTION_FAILED_OR_BAD_RECORD_MAC", Kind.SILENT)]
)
def test_tls_that_did_not_come_about_is_told_from_tls_that_broke(reason: str, kind: Kind) -> None:
    inner = ssl.SSLError(1, "[SSL] it failed")
    inner.reason = reason

    answer = answers.from_lost_http(requests.exceptions.SSLError(MaxRetryError(None, "/", inner)))  # type: ignore[arg-type]  # no pool in a test

    assert answer.kind is kind
    assert answer.reached is (kind is Kind.SILENT)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("sent", Kind.SENT),
        ("queued", Kind.SENT),
        ("invalid", Kind.REFUSED),
        ("rejected", Kind.REFUSED),
        ("failed", Kind.BUSY),
        ("unknown", Kind.SILENT),
        (None, Kind.SILENT),
    ],
)
def test_anymails_words(status: str | None, kind: Kind) -> None:
    assert answers.from_anymail_status(status).kind is kind


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("120", timedelta(minutes=2)),
        ("Tue, 07 Apr 2026 12:05:00 GMT", timedelta(minutes=5)),
        ("Tue, 07 Apr 2026 11:05:00 GMT", timedelta()),
        ("999999999999", timedelta(hours=24)),
        ("soon", None),
        ("-5", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_is_seconds_or_a_date(header: str | None, wait: timedelta | None) -> None:
    assert answers.retry_after(header, now=NOW) == wait


def test_pauses_grow_and_the_provider_may_ask_for_more() -> None:
    busy = Answer(Kind.BUSY)

    minutes = [answers.pause_after(busy, attempt, chance=0.5) / timedelta(minutes=1) for attempt in range(1, 9)]

    assert minutes == [1, 5, 30, 60, 120, 240, 240, 240]
    assert answers.pause_after(Answer(Kind.BUSY, "", timedelta(hours=3)), 1, chance=0.5) == timedelta(hours=3)


@given(chance=st.floats(0, 1), attempt=st.integers(0, 100))
def test_a_pause_is_spread_by_a_fifth(chance: float, attempt: int) -> None:
    usual = answers.pause_after(Answer(Kind.BUSY), attempt, chance=0.5)

    spread = answers.pause_after(Answer(Kind.BUSY), attempt, chance=chance) / usual
    assert spread == pytest.approx(0.8 + 0.4 * chance)


def test_reasons_name_no_address() -> None:
    answer = answers.from_smtp(Stage.RECIPIENT, 550, b"5.1.1 <ada@example.com>: Recipient\r\nada+x@example.com unknown")

    assert "@" not in answer.text
    assert answer.text.startswith("RCPT 550 5.1.1 <(address)>: Recipient")


def test_reasons_fit_the_table() -> None:
    assert len(answers.from_http(400, "x" * 5000).text) == 300


def test_reasons_hold_nothing_that_a_database_does_not_take() -> None:
    text = answers.from_smtp(Stage.RECIPIENT, 550, "a\0da@example.com\x07 is \ud800not\r\n\there \x1b[31m").text

    assert text == "RCPT 550 (address) is not here [31m"

"""What mails that came back say, in the words of the mail servers that write them."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.feedback.bounces import LARGEST, BounceReport, report_of
from newsletter.feedback.models import Event
from newsletter.postbox.returns import return_path

MAILS = Path(__file__).parent / "mails"
KEYS = {1: b"some key, 32 characters long or more"}
PATH = return_path("bounces@papers.example.org", 17, keys=KEYS)
HARD, SOFT, LATE, ARRIVED = "bounced_hard", "bounced_soft", "deferred", "delivered"


def mail(name: str, *, path: str = PATH) -> bytes:
    return (MAILS / f"{name}.eml").read_text().replace("RETURN_PATH", path).encode()


def read(data: bytes, *recipients: str) -> BounceReport | None:
    return report_of(data, keys=KEYS, recipients=recipients)


@pytest.mark.parametrize(
    ("name", "kind", "code"),
    [
        ("postfix_unknown_user", HARD, "5.1.1"),
        ("postfix_not_returned", HARD, "5.1.1"),
        ("postfix_no_domain", HARD, "5.1.2"),
        ("postfix_full", SOFT, "5.2.2"),
        ("postfix_policy", SOFT, "5.7.1"),
        ("postfix_expired", SOFT, "4.4.1"),
        ("postfix_our_own_address", SOFT, "5.1.8"),
        ("postfix_says_one_quotes_another", SOFT, "5.7.26"),
        ("postfix_two_recipients", LATE, "4.2.0"),
        ("postfix_delayed", LATE, "4.4.1"),
        ("postfix_delivered", ARRIVED, "2.0.0"),
        ("exchange_online", HARD, "5.1.10"),
        ("exchange_old", HARD, "5.1.1"),
        ("gmail_no_such_user", HARD, "5.1.1"),
        ("gmail_disabled", HARD, "5.2.1"),
        ("sendmail_unknown_user", HARD, "5.1.1"),
        ("exim_report", HARD, "5.1.1"),
        ("exim_says_little", SOFT, "5.0.0"),
        ("exim_old", HARD, "5.1.1"),
        ("exim_old_policy", SOFT, ""),
        ("exim_old_delay", LATE, ""),
        ("qmail_local", HARD, "5.1.1"),
        ("qmail_remote_full", SOFT, "5.2.2"),
        ("server_says_nothing", SOFT, ""),
        ("complaint", "complained", ""),
        ("complaint_headers_alone", "complained", ""),
        ("complaint_whole_mail", "complained", ""),
    ],
)
def test_what_a_mail_server_says_is_one_of_our_kinds(name: str, kind: str, code: str) -> None:
    for data in (mail(name), mail(name).replace(b"\n", b"\r\n"), mail(name, path=PATH.upper())):
        found = read(data)

        assert found is not None
        assert (found.delivery, found.kind, found.code) == (17, kind, code)
        assert found.kind in Event.Kind.values


@pytest.mark.parametrize(
    "name", ["out_of_office", "out_of_office_of_a_postmaster", "a_person", "not_spam", "postfix_relayed"]
)
def test_what_is_neither_bounce_nor_complaint_says_nothing(name: str) -> None:
    assert read(mail(name)) is None


@pytest.mark.parametrize("path", sorted(MAILS.glob("*.eml")), ids=lambda path: path.stem)
def test_without_our_signature_nothing_is_believed(path: Path) -> None:
    unsigned = mail(path.stem, path="bounces@papers.example.org")
    of_another = mail(path.stem, path=PATH.replace("+d17-", "+d18-"))

    assert read(unsigned) is None
    assert read(of_another) is None
    assert report_of(mail(path.stem), keys={1: b"another key, of whatever length it is"}) is None


def test_a_returned_mail_does_not_speak_for_a_bounce() -> None:
    forged = mail("postfix_unknown_user").replace(f"To: {PATH}".encode(), b"To: bounces@papers.example.org")

    assert read(forged) is None


def test_the_envelope_tells_whom_it_came_to_where_the_headers_do_not() -> None:
    without = mail("postfix_unknown_user").replace(f"To: {PATH}".encode(), b"To: undisclosed-recipients:;")

    found = read(without, PATH)

    assert found is not None
    assert found.delivery == 17


def test_a_report_is_found_where_a_provider_has_built_the_mail_again() -> None:
    rebuilt = mail("postfix_unknown_user").replace(b"multipart/report; report-type=delivery-status", b"multipart/mixed")

    found = read(rebuilt)

    assert found is not None
    assert found.kind == HARD


def test_the_moment_is_the_mails_own() -> None:
    found = read(mail("gmail_no_such_user"))

    assert found is not None
    assert found.at == datetime(2026, 4, 7, 7, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    "date", ["", "yesterday", "Tue, 7 Apr 2026 07:01:02 -0000", "Fri, 31 Dec 9999 23:59:59 -1400", "9" * 5000]
)
def test_a_date_that_makes_no_sense_is_left_out(date: str) -> None:
    found = read(mail("postfix_full").replace(b"Tue,  7 Apr 2026 07:01:02 +0000 (UTC)\nFrom", f"{date}\nFrom".encode()))

    assert found is not None
    assert found.at is None


def test_the_same_mail_is_the_same_event_and_another_one_is_not() -> None:
    names = ["postfix_unknown_user", "postfix_full", "qmail_local", "qmail_remote_full"]
    ids = [found.external_id for name in names for _again in range(2) if (found := read(mail(name)))]
    elsewhere = read(b"Received: from elsewhere.example.org\r\n" + mail(names[0]))

    assert len(ids) == 8
    assert len(set(ids)) == 4
    assert elsewhere is not None
    assert elsewhere.external_id == ids[0]


def hostile() -> Iterator[tuple[str, bytes]]:
    head = mail("postfix_unknown_user").partition(b"MIME-Version")[0]
    deep = b"".join(b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (n, n) for n in range(5000))
    digests = b"Content-Type: multipart/digest; boundary=a\n\n" + b"--a\n\n" * 50_000
    yield "nothing", b""
    yield "ten megabytes", mail("postfix_unknown_user") + b"x" * 10_000_000
    yield "deep", head + deep
    yield "digests", head + digests
    yield "deep mails", head + b"Content-Type: message/rfc822\n\n" * 5000
    yield "deep, and then many lines", head + deep[:12_000] + b"\n" * 240_000
    yield "parameters", head + b'Content-Type: multipart/report; a="' + b";" * 240_000 + b"\n\nx"
    yield "folded parameters", head + b'Content-Type: multipart/report; a="' + b";\n " * 80_000 + b"\n\nx"
    yield "nul in a character set", head + b"Content-Type: multipart/report; boundary*=a\0b'en'x\n\n--x\n\n"
    yield "unknown encoding", head + b"Content-Type: text/plain; charset=x\xff\nContent-Transfer-Encoding: \xfe\n\n\xff"
    yield "broken base64", head + b"Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n=a=a=a=\xff"
    yield "dashes", head + b"Content-Type: text/plain\n\n" + b"-" * 240_000
    yield "blanks", head + b"Content-Type: text/plain\n\n" + b" \t" * 120_000
    yield "many headers", head + b"To: <a@b>\n" * 20_000 + b"\nx"
    yield "one long header", head + b"From: " + b'"<(,' * 60_000 + b"\n\nx"
    yield "long date", head.replace(b"Date: ", b"Date: " + b"1 " * 100_000) + b"\nx"
    yield "a report of reports", mail("postfix_full").replace(b"Action: failed", b"\n\nAction: failed" * 10_000)


@pytest.mark.parametrize("data", [pytest.param(data, id=name) for name, data in hostile()])
def test_a_hostile_mail_is_read_in_no_time_and_raises_nothing(data: bytes) -> None:
    started = time.process_time()

    read(data, PATH)

    assert time.process_time() - started < 2


@settings(max_examples=300)
@given(
    name=st.sampled_from(sorted(path.stem for path in MAILS.glob("*.eml"))),
    cuts=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 200), st.binary(max_size=8)), max_size=6),
)
def test_a_broken_mail_raises_nothing(name: str, cuts: list[tuple[float, int, bytes]]) -> None:
    data = mail(name)
    for place, length, instead in cuts:
        start = int(place * len(data))
        data = data[:start] + instead + data[start + length :]

    read(data, PATH)


@given(data=st.binary(max_size=2000))
def test_no_bytes_raise_anything(data: bytes) -> None:
    assert read(data) is None


def test_a_report_that_stands_too_far_behind_counts_as_soft() -> None:
    padded = mail("postfix_unknown_user").replace(b"This is the mail system", b"x" * LARGEST)

    found = read(padded)

    assert found is not None
    assert found.kind == SOFT

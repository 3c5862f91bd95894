"""What is written into a mail is what a mail program reads, and nothing gets out of its place."""

from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.postbox.message import Message
from newsletter.postbox.mime import one_line
from newsletter.postbox.skeleton import LINE_END, as_bytes
from tests.postbox.makers import make_message

ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=3000)
HOSTILE = st.text(st.sampled_from('a\r\n\0\t :<>"\\,;@=?é漢\u2028\x85()'), max_size=80)


def read(message: Message) -> EmailMessage:
    found = message_from_bytes(as_bytes(message), policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


def body(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def as_read(text: str) -> str:
    """Line ends are the only thing that a mail does not keep."""
    lines = LINE_END.sub("\n", text)
    return lines if lines.endswith("\n") else lines + "\n"


def decoded(mail: EmailMessage, name: str) -> str:
    return str(mail[name])


@given(text=ANY_TEXT, html=ANY_TEXT.filter(bool))
def test_any_text_and_html_survive(text: str, html: str) -> None:
    mail = read(make_message(text=text, html=html))

    assert LINE_END.sub("\n", body(mail, "plain")) == as_read(text)
    assert LINE_END.sub("\n", body(mail, "html")) == as_read(html)
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]


@given(text=ANY_TEXT)
def test_without_html_the_mail_is_text_alone(text: str) -> None:
    mail = read(make_message(text=text, html=""))

    assert mail.get_content_type() == "text/plain"
    assert LINE_END.sub("\n", str(mail.get_content())) == as_read(text)


@given(subject=ANY_TEXT.filter(lambda text: one_line(text) == text and "  " not in text))
def test_any_subject_survives(subject: str) -> None:
    mail = read(make_message(subject=subject))

    assert decoded(mail, "Subject") == subject


def test_a_subject_that_looks_encoded_is_shown_as_it_is() -> None:
    mail = read(make_message(subject="=?utf-8?b?PGI+?= in one title"))

    assert decoded(mail, "Subject") == "=?utf-8?b?PGI+?= in one title"


@given(name=HOSTILE, subject=HOSTILE)
def test_nothing_in_a_name_or_subject_becomes_a_header(name: str, subject: str) -> None:
    mail = read(make_message(sender_name=f"{name}\r\nBcc: x@example.net", subject=f"{subject}\nBcc: x@example.net"))

    assert [key for key in mail if key.lower() == "bcc"] == []
    assert sorted(mail.keys())[:4] == ["Content-Type", "Date", "From", "MIME-Version"]
    assert mail["From"].addresses[0].addr_spec == "papers@example.org"
    assert len(mail["From"].addresses) == 1


@given(text=ANY_TEXT, subject=ANY_TEXT, name=HOSTILE)
def test_every_mail_is_seven_bit_with_short_lines_and_crlf(text: str, subject: str, name: str) -> None:
    data = as_bytes(make_message(text=text, subject=subject, sender_name=name))

    assert data.isascii()
    assert max(map(len, data.split(b"\r\n"))) <= 998
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert b"\r" not in data.replace(b"\r\n", b"")


@pytest.mark.parametrize(
    "values",
    [
        {"to": "reader@example.com\r\nBcc: x@example.net"},
        {"to": "reader@example.com>,<x@example.net"},
        {"to": "reader"},
        {"to": "@example.com"},
        {"to": "two words@example.com"},
        {"to": "a@b@example.com"},
        {"sender_address": "papers@example.org\nBcc: x@example.net"},
        {"reply_to": "papers@example.org\0"},
        {"headers": {"List-Id": "a\r\nBcc: x@example.net"}},
        {"headers": {"List-Id": "a\nb"}},
        {"headers": {"List-Id\r\nBcc": "x@example.net"}},
        {"headers": {"Bcc": "x@example.net"}},
        {"headers": {"Subject": "another"}},
        {"headers": {"Content-Type": "text/html"}},
        {"headers": {"List-Id": "é"}},
        {"headers": {"List-Unsubscribe": "x" * 1000}},
    ],
)
def test_what_would_break_out_of_its_header_is_refused(values: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"header|address") as problem:
        as_bytes(make_message(**values))

    assert "example.net" not in str(problem.value)


def test_names_are_written_as_mail_programs_read_them() -> None:
    names = ["Daily Papers", 'Papers, "daily"', "논문 배달", "Zeitung, für alle", "a\\b", "=?utf-8?q?x?="]

    shown = [read(make_message(sender_name=name))["From"].addresses[0].display_name for name in names]

    assert shown == names


def test_a_long_name_is_cut_between_characters_into_words_that_read_as_one() -> None:
    name = "논문" * 25

    header = message_from_bytes(as_bytes(make_message(sender_name=name)))["From"]

    assert str(make_header(decode_header(header))) == f"{name} <papers@example.org>"
    assert max(map(len, header.splitlines())) <= 76


def test_an_international_domain_travels_in_ascii() -> None:
    mail = as_bytes(make_message(to="leser@bücher.example"))

    assert b"To: leser@xn--bcher-kva.example\r\n" in mail


def test_plain_english_stays_readable_in_transit() -> None:
    mail = as_bytes(make_message(subject="12 papers", text="Good morning"))

    assert b"Subject: 12 papers\r\n" in mail
    assert b"\r\n\r\nGood morning\r\n" in mail


def test_a_text_with_our_boundary_in_it_stays_one_part() -> None:
    mail = read(make_message(text="--=_paperboy\r\nContent-Type: text/html\r\n\r\n<b>x</b>"))

    assert len(list(mail.iter_parts())) == 2
    assert "<b>x</b>" in body(mail, "plain")


def test_date_and_message_id_are_the_messages_own() -> None:
    mail = read(make_message(3, reply_to="desk@example.org"))

    assert mail["Date"] == "Tue, 07 Apr 2026 12:00:00 +0000"
    assert mail["Message-ID"] == "<d3@example.org>"
    assert mail["Reply-To"] == "desk@example.org"
    assert mail["To"] == "reader-3@example.com"

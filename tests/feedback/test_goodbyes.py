"""A mail that says goodbye names its subscription by the address it came to, and nobody can say it for another."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.feedback.goodbyes import subscription_left_by
from newsletter.postbox.returns import leave_path, return_path

KEYS = {2: b"the newest key, 32 characters long", 1: b"an older key, 32 characters long ..."}
ADDRESS = "leave@papers.example.org"
PATH = leave_path(ADDRESS, 17, keys=KEYS)
MAILS = sorted((Path(__file__).parent / "mails").glob("*.eml"))


def goodbye(*headers: str, to: str = PATH) -> bytes:
    lines = ["From: Ada <ada@example.com>", f"To: {to}", "Subject: leave", *headers, "", ""]
    return "\r\n".join(lines).encode()


@pytest.mark.parametrize(
    "headers",
    [
        (),
        ("Auto-Submitted: no",),
        ("Auto-Submitted: auto-generated",),
        ("Return-Path: <ada@example.com>",),
        ("Content-Type: multipart/alternative; boundary=x",),
        ("Content-Type: nonsense",),
    ],
)
def test_a_mail_to_the_signed_address_leaves(headers: tuple[str, ...]) -> None:
    assert subscription_left_by(goodbye(*headers), keys=KEYS) == 17


@pytest.mark.parametrize("to", [PATH.upper(), f"Leave <{PATH}>", f"b@example.org, {PATH}", f"\r\n {PATH}"])
def test_the_address_is_found_however_it_is_written(to: str) -> None:
    assert subscription_left_by(goodbye(to=to), keys=KEYS) == 17


@pytest.mark.parametrize("name", ["Delivered-To", "X-Original-To", "Envelope-To"])
def test_a_mail_server_may_say_whom_it_came_to(name: str) -> None:
    assert subscription_left_by(goodbye(f"{name}: {PATH}", to="undisclosed"), keys=KEYS) == 17


def test_the_envelope_may_say_whom_it_came_to() -> None:
    assert subscription_left_by(goodbye(to="undisclosed"), keys=KEYS, recipients=[PATH]) == 17


def test_a_mail_of_years_ago_was_signed_by_an_older_key() -> None:
    old = leave_path(ADDRESS, 17, keys={1: KEYS[1]})

    assert subscription_left_by(goodbye(to=old), keys=KEYS) == 17


@pytest.mark.parametrize(
    "headers",
    [
        ("Auto-Submitted: auto-replied",),
        ("auto-submitted: Auto-Replied (vacation)",),
        ("Return-Path: <>",),
        ("Content-Type: multipart/report; report-type=delivery-status; boundary=x",),
    ],
)
def test_an_answering_machine_or_a_mail_server_does_not_leave_for_its_reader(headers: tuple[str, ...]) -> None:
    assert subscription_left_by(goodbye(*headers), keys=KEYS) is None


@pytest.mark.parametrize(
    "to",
    [
        ADDRESS,
        PATH.replace("s17", "s18"),
        PATH.replace("-02", "-01"),
        leave_path(ADDRESS, 17, keys={2: b"the key of another installation"}),
        return_path(ADDRESS, 17, keys=KEYS),
        PATH.replace("+s17", "+d17"),
    ],
)
def test_what_this_installation_did_not_sign_for_leaving_leaves_nobody(to: str) -> None:
    assert subscription_left_by(goodbye(to=to), keys=KEYS) is None


def test_an_address_in_the_text_is_no_goodbye() -> None:
    assert subscription_left_by(goodbye(to=ADDRESS) + f"To: {PATH}\r\n".encode(), keys=KEYS) is None


@pytest.mark.parametrize("path", MAILS, ids=lambda path: path.stem)
def test_no_report_is_a_goodbye_wherever_it_came_to(path: Path) -> None:
    mail = path.read_text().replace("RETURN_PATH", return_path("bounces@papers.example.org", 17, keys=KEYS))

    assert subscription_left_by(mail.encode(), keys=KEYS) is None


def test_a_mail_that_would_be_read_for_minutes_is_not_read() -> None:
    assert subscription_left_by(goodbye("Content-Type: x" + ";" * 64_000), keys=KEYS) is None


@given(data=st.binary(max_size=2000))
def test_nonsense_says_nothing_and_raises_nothing(data: bytes) -> None:
    assert subscription_left_by(data, keys=KEYS) is None


@given(
    headers=st.lists(st.text(st.characters(codec="latin-1"), max_size=100), max_size=5),
    name=st.sampled_from(["Content-Type", "Auto-Submitted", "Return-Path", "To", "Delivered-To"]),
)
def test_broken_headers_raise_nothing(headers: list[str], name: str) -> None:
    lines = [f"{name}: {value}" for value in headers]

    assert subscription_left_by("\n".join([*lines, f"To: {PATH}", "", ""]).encode("latin-1"), keys=KEYS) in {17, None}

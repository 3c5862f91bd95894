"""Mails that a parser would read for minutes are known by their shape, however a provider wraps them."""

import json
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from newsletter.feedback import access, webhooks
from newsletter.feedback.models import Event
from newsletter.feedback.shapes import is_hostile, is_hostile_within

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore::anymail.exceptions.AnymailNotSupportedWarning"),
]
MAILS = sorted((Path(__file__).parent / "mails").glob("*.eml"))
SECRET = {"authorization": f"Basic {b64encode(b'hook:tests-only').decode()}"}
MANY = 1200  # parameters: a thousand times what a mail has, and less than a second for the parser


def parameters(count: int) -> str:
    return "text/plain" + "".join(f"; a*{number}=x" for number in range(count))


def mail(count: int = MANY) -> str:
    return f"From: MAILER-DAEMON@x\r\nContent-Type: {parameters(count)}\r\n\r\nhi\r\n"


def post(provider: str, body: dict[str, Any] | str) -> tuple[int, bytes]:
    """Posts a mail as the provider does: as JSON, or as a form."""
    path = "/hooks/mandrill/" if provider == "mandrill" else f"/hooks/{provider}/inbound/"
    client = Client(raise_request_exception=False)
    if isinstance(body, dict) and "json" not in body:
        answer = client.post(path, body, headers=SECRET)
    else:
        said = json.dumps(body["json"]) if isinstance(body, dict) else body
        answer = client.post(path, said, content_type="application/json", headers=SECRET)
    return answer.status_code, answer.content


def postmark(text: str, header: str) -> dict[str, Any]:
    return {"RawEmail": text, "Headers": [{"Name": "X", "Value": header}], "OriginalRecipient": "x@y.org"}


WAYS: dict[str, tuple[str, Callable[[str, str], dict[str, Any]]]] = {
    "postmark, whole": ("postmark", lambda text, _header: {"json": postmark(text, "")}),
    "postmark, apart": ("postmark", lambda _text, header: {"json": postmark("", header)}),
    "postmark, to": ("postmark", lambda _text, header: {"json": {"ToFull": [{"Email": "x@y.org", "Name": header}]}}),
    "mailjet": ("mailjet", lambda _text, header: {"json": {"Headers": {"Content-Type": header}}}),
    "mailjet, part": ("mailjet", lambda _text, header: {"json": {"Parts": [{"Headers": {"Content-Type": header}}]}}),
    "sparkpost": (
        "sparkpost",
        lambda text, _header: {
            "json": [
                {"msys": {"relay_message": {"content": {"email_rfc822": b64encode(text.encode()).decode()}}}},
            ]
        },
    ),
    "mandrill": (
        "mandrill",
        lambda text, _header: {"mandrill_events": json.dumps([{"event": "inbound", "msg": {"raw_msg": text}}])},
    ),
    "mailgun, whole": ("mailgun", lambda text, _header: {"body-mime": text}),
    "mailgun, apart": (
        "mailgun",
        lambda _text, header: {"message-headers": json.dumps([["Content-Type", header]])},
    ),
    "sendgrid, whole": ("sendgrid", lambda text, _header: {"email": text}),
    "sendgrid, apart": ("sendgrid", lambda _text, header: {"headers": f"From: a@b.org\nTo: {header}\n"}),
    "sendgrid, file": (
        "sendgrid",
        lambda text, _header: {"headers": "", "attachment1": SimpleUploadedFile("mail", text.encode())},
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_hostile_mail_is_ignored_however_it_comes(way: str) -> None:
    provider, body = WAYS[way]

    answer = post(provider, body(mail(), parameters(MANY)))

    assert answer == (200, b"ignored")
    assert not Event.objects.exists()


@pytest.mark.parametrize(("count", "expected"), [(100, False), (150, True)])
def test_a_parser_sees_150_parameters_at_most(count: int, expected: bool) -> None:
    assert is_hostile(mail(count).encode()) is expected


@pytest.mark.parametrize(("length", "expected"), [(8000, False), (8001, True)])
def test_a_header_alone_has_an_end(length: int, expected: bool) -> None:
    assert is_hostile_within({"Headers": [{"Name": "To", "Value": "@" * length}]}) is expected
    assert is_hostile_within({"Headers": {"To": ["x", "@" * length]}}) is expected
    assert is_hostile_within({"headers": "From: a@b.org\r\n" * 100 + "To: ".ljust(length, "@")}) is expected


def test_many_headers_have_an_end_too() -> None:
    assert is_hostile_within({"Headers": [["Received", "x" * 1000]] * 70})


def test_a_folded_header_is_one_header() -> None:
    assert is_hostile_within({"headers": "To: a@b.org" + ",\r\n a@b.org" * 1000})


@pytest.mark.parametrize("path", MAILS, ids=lambda path: path.stem)
def test_no_mail_server_writes_such_a_mail(path: Path) -> None:
    text = path.read_text()
    names = [line.partition(": ") for line in text.partition("\n\n")[0].splitlines()]
    headers = {name: value for name, _colon, value in names}
    apart = {"Headers": headers, "TextBody": text * 3, "HtmlBody": "a;b=c" * 9999}

    assert not is_hostile_within(apart)
    assert not is_hostile_within({"RawEmail": text, "Content": b64encode(text.encode()).decode()})
    assert not is_hostile_within([{"headers": text.partition("\n\n")[0]}, None, 7, {"a": True}])


@pytest.mark.parametrize("provider", webhooks.INBOUND)
def test_a_mail_of_more_than_a_megabyte_is_refused(provider: str) -> None:
    status, _text = post(provider, "[" + " " * access.LARGEST_BODY)

    assert status == 413


def test_events_of_mandrill_may_be_more_than_a_megabyte() -> None:
    status, _text = post("mandrill", " " * (access.LARGEST_BODY + 1))

    assert status == 400


def test_a_stranger_does_not_make_us_look_at_a_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhooks, "is_hostile_within", lambda _said: 1 / 0)

    answer = Client().post("/hooks/postmark/inbound/", "{}", content_type="application/json")

    assert answer.status_code == 401

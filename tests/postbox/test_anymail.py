"""HTTP providers, over a real socket: what they are given, and what each of their answers means."""

from collections.abc import Iterator

import pytest
from anymail.utils import UNSET

from newsletter.postbox.answers import Answer, Kind
from newsletter.postbox.anymail import as_anymail, disarmed
from newsletter.postbox.doors import open_postbox
from newsletter.postbox.message import Message
from newsletter.postbox.providers import PROVIDERS
from tests.postbox.makers import make_message
from tests.sinks import CUT, HANG, HttpSink, Reply


@pytest.fixture
def provider() -> Iterator[HttpSink]:
    with HttpSink() as server:
        yield server


def hand_over(url: str, *messages: Message) -> list[Answer]:
    with open_postbox(url) as postbox:
        return list(postbox.send(messages or [make_message()]))


def test_the_provider_gets_the_mail_as_it_was_written(provider: HttpSink) -> None:
    message = make_message(17, sender_name='Papers, "daily"', subject="논문 12편", reply_to="desk@example.org")

    (answer,) = hand_over(provider.url, message)

    assert answer.kind is Kind.SENT
    (call,) = provider.calls
    assert call.key == "tests-only-key"
    assert call.recipients == ["reader-17@example.com"]
    assert call.metadata == {"delivery": "17"}
    assert call.payload["sender"] == {"name": 'Papers, "daily"', "email": "papers@example.org"}
    assert call.payload["subject"] == "논문 12편"
    assert (call.payload["textContent"], call.payload["htmlContent"]) == (message.text, message.html)
    assert call.payload["headers"]["Message-ID"] == "<d17@example.org>"
    assert call.payload["replyTo"] == {"email": "desk@example.org"}


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (Reply(400, {"code": "invalid_parameter", "message": "email is not valid"}), Kind.REFUSED),
        (Reply(400, {"code": "not_enough_credits", "message": "no credits left"}), Kind.BROKEN),
        (Reply(401, {"code": "unauthorized", "message": "Key not found"}), Kind.BROKEN),
        (Reply(402, {}), Kind.BROKEN),
        (Reply(429, {}), Kind.BUSY),
        (Reply(500, "oops"), Kind.SILENT),
        (Reply(503, "later"), Kind.BUSY),
        (Reply(504, "<html>gateway</html>"), Kind.SILENT),
        (Reply(201, "this is not JSON"), Kind.SILENT),
        (Reply(201, {"unexpected": True}), Kind.SILENT),
        (Reply(201, []), Kind.SILENT),
        (Reply(instead=CUT), Kind.SILENT),
    ],
)
def test_what_the_provider_says_has_its_meaning(provider: HttpSink, reply: Reply, kind: Kind) -> None:
    provider.replies.append(reply)

    answers = hand_over(provider.url, make_message(1), make_message(2))

    assert [answer.kind for answer in answers] == [kind, Kind.SENT]


def test_a_provider_that_hangs_may_have_taken_the_mail(provider: HttpSink, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsletter.postbox.anymail.TIMEOUT", (1, 0.2))
    provider.replies.append(Reply(instead=HANG))

    (answer,) = hand_over(provider.url)

    assert answer.kind is Kind.SILENT


def test_a_provider_that_is_not_there_has_taken_nothing(provider: HttpSink) -> None:
    (answer,) = hand_over("anymail+brevo://:key@?api_url=http://127.0.0.1:1/v3/")

    assert answer.kind is Kind.BUSY


def test_the_providers_wish_to_wait_is_kept(provider: HttpSink) -> None:
    provider.replies.append(Reply(429, {}, {"Retry-After": "120"}))

    (answer,) = hand_over(provider.url)

    assert answer.retry_after is not None
    assert answer.retry_after.total_seconds() == 120


def test_a_reader_whose_address_breaks_out_of_its_place_is_refused_alone(provider: HttpSink) -> None:
    answers = hand_over(provider.url, make_message(to="a@example.com\r\nBcc: b@example.net"), make_message(2))

    assert [answer.kind for answer in answers] == [Kind.REFUSED, Kind.SENT]
    assert len(provider.calls) == 1


def test_what_a_provider_cannot_do_for_any_reader_burns_none(provider: HttpSink) -> None:
    (answer,) = hand_over(provider.url, make_message(headers={"X-Note": "a \\u0041 that Brevo would decode"}))

    assert answer.kind is Kind.BROKEN


def test_merge_syntax_in_a_title_reaches_the_reader_and_not_the_provider(provider: HttpSink) -> None:
    hand_over(
        provider.url, make_message(subject="{{ x }}", text="{{{ y }}}", html="<p>{{ contact.EMAIL }}{% if %}</p>")
    )

    payload = provider.calls[0].payload
    assert "{{" not in payload["subject"] + payload["textContent"] + payload["htmlContent"]
    assert payload["htmlContent"] == "<p>&#123;{ contact.EMAIL }}&#123;% if %}</p>"
    assert payload["subject"].replace("\N{WORD JOINER}", "") == "{{ x }}"


def test_text_without_merge_syntax_is_left_alone() -> None:
    assert disarmed("{x} % recipient", PROVIDERS["mailgun"].marks) == "{x} % recipient"


def test_providers_that_repeat_no_metadata_are_given_none() -> None:
    mails = {name: as_anymail(make_message(17), PROVIDERS[name]) for name in ("postal", "postmark")}

    assert mails["postal"].metadata is UNSET
    assert mails["postmark"].metadata == {"delivery": "17"}

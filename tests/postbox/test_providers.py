"""Calls of many readers: what each provider is given by Anymail, and what each reader gets of it."""

import warnings
from collections.abc import Iterator

import pytest

from digests.links import LEAVE, WEB
from newsletter.postbox.answers import Kind
from newsletter.postbox.batches import calls_of
from newsletter.postbox.providers import PROVIDERS, Batch, Provider
from tests.postbox.editions import SITE, hand_over, linked, make_reader, make_readers, make_wording, row_of, token
from tests.providers import PRACTICES
from tests.sinks import HttpSink

BATCHES = sorted(name for name, provider in PROVIDERS.items() if provider.batch is not Batch.NONE)


@pytest.fixture(params=BATCHES)
def provider(request: pytest.FixtureRequest) -> Iterator[HttpSink]:
    with warnings.catch_warnings(), HttpSink(request.param) as sink:
        warnings.filterwarnings("ignore", message="django-anymail has dropped official support for SendGrid")
        yield sink


def test_every_provider_that_takes_many_readers_a_call_is_tried_here() -> None:
    assert set(BATCHES) == set(PRACTICES)


def test_three_readers_are_served_by_one_call_and_none_sees_another(provider: HttpSink) -> None:
    answers = hand_over(provider.url, *make_readers(3))

    assert [answer.kind for answer in answers] == [Kind.SENT] * 3
    assert len(provider.calls) == 1
    assert [mail.to for mail in provider.mails] == [[f"reader-{number}@example.com"] for number in (1, 2, 3)]


def test_each_reader_gets_their_own_links_in_text_and_html(provider: HttpSink) -> None:
    messages = make_readers(3)

    hand_over(provider.url, *messages)

    assert [(mail.text, mail.html) for mail in provider.mails] == [(one.text, one.html) for one in messages]
    assert f"{SITE}/web/{token(WEB, 2)}/" in provider.mails[1].html


def test_each_reader_gets_their_own_headers_beside_the_common_ones(provider: HttpSink) -> None:
    hand_over(provider.url, *make_readers(3))

    made = PROVIDERS[provider.name].made_headers
    for number, mail in enumerate(provider.mails, 1):
        headers = {name.lower(): value for name, value in mail.headers.items()}
        assert headers["list-unsubscribe"] == f"<{SITE}/leave/{token(LEAVE, number)}/>"
        assert headers["list-id"] == "<daily.papers.example.org>"
        assert headers.get("message-id") == (None if "Message-ID" in made else f"<d{number}@example.org>")


def test_each_reader_s_delivery_comes_back_in_the_provider_s_events(provider: HttpSink) -> None:
    hand_over(provider.url, *make_readers(3, first=70))

    assert [row_of(mail.metadata) for mail in provider.mails] == [70, 71, 72]


def test_one_reader_gets_the_same_mail_as_many(provider: HttpSink) -> None:
    message = make_reader(7, make_wording())

    hand_over(provider.url, message)

    (mail,) = provider.mails
    assert mail.to == ["reader-7@example.com"]
    assert (mail.text, mail.html) == (message.text, message.html)
    assert row_of(mail.metadata) == 7
    assert mail.headers["List-Unsubscribe"] == f"<{SITE}/leave/{token(LEAVE, 7)}/>"
    assert mail.headers["List-Id"] == "<daily.papers.example.org>"


def test_merge_syntax_in_a_title_reaches_no_provider(provider: HttpSink) -> None:
    before, after = PROVIDERS[provider.name].merge
    hostile = f"{before}leave{after}" if before else "{{ leave }} [[var:leave]]"

    hand_over(provider.url, *make_readers(2, make_wording(text=linked(hostile), html=linked(f"<p>{hostile}"))))

    for number, mail in enumerate(provider.mails, 1):
        assert mail.text.count(token(LEAVE, number)) == mail.html.count(token(LEAVE, number)) == 1
        assert not any(mark in mail.text + mail.html for mark in PROVIDERS[provider.name].marks)


def test_an_address_with_an_international_domain_keeps_its_own_links(provider: HttpSink) -> None:
    edition = make_wording()

    answers = hand_over(provider.url, make_reader(1, edition, to="leser@bücher.example"), make_reader(2, edition))

    assert [answer.kind for answer in answers] == [Kind.SENT] * 2
    assert provider.mails[0].to == ["leser@xn--bcher-kva.example"]
    assert token(LEAVE, 1) in provider.mails[0].text


def test_readers_of_different_editions_are_in_different_calls(provider: HttpSink) -> None:
    korean, english = make_wording(subject="논문"), make_wording(subject="papers")
    messages = [make_reader(number, (korean, english)[number % 2]) for number in range(1, 7)]

    hand_over(provider.url, *messages)

    assert len(provider.calls) == 2
    assert len(provider.mails) == 6


def test_an_address_stands_in_a_call_once(provider: HttpSink) -> None:
    edition = make_wording()
    messages = [make_reader(1, edition), make_reader(2, edition, to="Reader-1@example.com"), make_reader(3, edition)]

    hand_over(provider.url, *messages)

    assert sorted(str(row_of(mail.metadata)) for mail in provider.mails) == ["1", "2", "3"]
    assert len(provider.calls) == 2


@pytest.mark.parametrize("name", BATCHES)
def test_a_call_has_no_more_readers_than_the_provider_takes(name: str) -> None:
    most = PROVIDERS[name].readers_per_call

    calls = list(calls_of(make_readers(most + 1), PROVIDERS[name]))

    assert [len(call) for call in calls] == [most, 1]


def test_a_call_that_copies_the_text_stays_within_its_size() -> None:
    edition = make_wording(html=linked("x" * 2**20))

    calls = list(calls_of(make_readers(20, edition), PROVIDERS["postmark"]))

    assert [len(call) for call in calls] == [7, 7, 6]


@pytest.mark.parametrize("name", sorted(set(PROVIDERS) - set(BATCHES)))
def test_a_provider_without_batches_gets_a_call_for_each_reader(name: str) -> None:
    assert [len(call) for call in calls_of(make_readers(3), PROVIDERS[name])] == [1, 1, 1]


@pytest.mark.parametrize(("before", "after"), [("{", ""), ("", "}")])
def test_an_edition_whose_text_runs_into_the_merge_syntax_goes_mail_by_mail(before: str, after: str) -> None:
    edition = make_wording(html=(f"<p>/{before}", LEAVE, f"{after}/</p>"))

    calls = list(calls_of(make_readers(2, edition), PROVIDERS["brevo"]))

    assert [len(call) for call in calls] == [1, 1]


def test_a_header_that_a_provider_cannot_give_each_of_many_makes_single_calls() -> None:
    edition = make_wording()
    messages = [make_reader(number, edition, headers={"X-Reader": str(number)}) for number in (1, 2)]

    def sizes(provider: Provider) -> list[int]:
        return [len(call) for call in calls_of(messages, provider)]

    assert sizes(PROVIDERS["unisender_go"]) == [1, 1]
    assert sizes(PROVIDERS["brevo"]) == [2]

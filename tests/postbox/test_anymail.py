"""HTTP providers, over a real socket: what is begun when, and what each of their answers means."""

import io
import json
import time
from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
import requests
from anymail.backends import brevo

from newsletter.postbox.answers import Answer, Kind
from newsletter.postbox.anymail import LONGEST_TEXT, said_in
from newsletter.postbox.batches import call_key, disarmed
from newsletter.postbox.doors import open_postbox
from newsletter.postbox.halving import ALIKE
from newsletter.postbox.merging import as_anymail
from newsletter.postbox.providers import PROVIDERS
from tests.postbox.editions import Desk, carry, hand_over, make_reader, make_readers, make_wording, row_of
from tests.providers import Sent
from tests.sinks import CUT, HANG, HttpSink, Reply

NOWHERE = "anymail+brevo://:key@?api_url=http://127.0.0.1:1/v3/"


@pytest.fixture
def provider() -> Iterator[HttpSink]:
    with HttpSink() as server:
        yield server


@pytest.fixture
def forgetful() -> Iterator[HttpSink]:
    """A provider that knows no call by a key."""
    with HttpSink("postmark") as server:
        yield server


def kinds(answers: list[Answer]) -> list[Kind]:
    return [answer.kind for answer in answers]


def refusing(*addresses: str) -> "Refusal":
    return Refusal(set(addresses))


class Refusal:
    """Refuses a call with one of these addresses, as many providers do: all of it, and without saying whom."""

    def __init__(self, addresses: set[str]) -> None:
        self.addresses = addresses

    def __call__(self, mails: list[Sent]) -> Reply | None:
        is_bad = any(mail.to[0] in self.addresses for mail in mails)
        return Reply(400, {"code": "invalid_parameter", "message": "email is not valid"}) if is_bad else None


def test_the_provider_gets_the_mail_as_it_was_written(provider: HttpSink) -> None:
    edition = make_wording(sender_name='Papers, "daily"', subject="논문 12편", reply_to="desk@example.org")

    hand_over(provider.url, *make_readers(2, edition))

    (call,) = provider.calls
    assert call.headers["api-key"] == "tests-only-key"
    assert call.payload["sender"] == {"name": 'Papers, "daily"', "email": "papers@example.org"}
    assert call.payload["subject"] == "논문 12편"
    assert call.payload["replyTo"] == {"email": "desk@example.org"}
    assert call.payload["htmlContent"].count("{{params.leave}}") == 1


def test_what_may_have_left_is_noted_before_its_call_and_nothing_else(provider: HttpSink) -> None:
    desk, at_call = Desk(), []
    provider.before = lambda _call: at_call.append((list(desk.begun), list(desk.answered)))
    editions = make_wording(), make_wording()

    carry(provider.url, desk.slice_of([make_reader(number, editions[number > 2]) for number in (1, 2, 3, 4)]))

    assert at_call == [([1, 2], []), ([1, 2, 3, 4], [1, 2])]


def test_slices_are_taken_until_there_are_none(provider: HttpSink) -> None:
    desk = Desk()
    slices = [desk.slice_of(make_readers(2, first=first)) for first in (1, 3, 5)]

    carry(provider.url, *slices)

    assert [len(one.answers) for one in slices] == [2, 2, 2]
    assert all(one.is_done for one in slices)


def test_nothing_is_begun_after_its_time(provider: HttpSink) -> None:
    desk = Desk()
    late = desk.slice_of(make_readers(2), seconds=-1)

    carry(provider.url, late)

    assert desk.begun == []
    assert provider.calls == []


def test_a_slice_that_is_halted_begins_no_further_call(provider: HttpSink) -> None:
    desk = Desk()
    work = desk.slice_of([make_reader(number, make_wording()) for number in (1, 2, 3)])
    provider.before = lambda _call: work.halt()

    carry(provider.url, work)

    assert list(work.answers) == desk.begun == [1]
    assert work.is_done


def test_what_is_withdrawn_during_a_call_is_in_no_later_one(provider: HttpSink) -> None:
    desk = Desk()
    work = desk.slice_of([make_reader(number, make_wording()) for number in (1, 2, 3)])
    provider.before = lambda _call: work.withdraw([2])

    carry(provider.url, work)

    assert list(work.answers) == desk.begun == [1, 3]
    assert work.is_done


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (Reply(422, {"ErrorCode": 405, "Message": "no credits left"}), Kind.BROKEN),
        (Reply(401, {"ErrorCode": 10, "Message": "wrong token"}), Kind.BROKEN),
        (Reply(402, {}), Kind.BROKEN),
        (Reply(403, {}), Kind.BROKEN),
        (Reply(429, {}), Kind.BUSY),
        (Reply(503, "later"), Kind.BUSY),
        (Reply(200, "this is not JSON"), Kind.SILENT),
        (Reply(200, {"unexpected": True}), Kind.SILENT),
        (Reply(200, []), Kind.SILENT),
        (Reply(500, "oops"), Kind.SILENT),
        (Reply(504, "<html>gateway</html>"), Kind.SILENT),
        (Reply(instead=CUT), Kind.SILENT),
    ],
)
def test_what_the_provider_says_of_a_call_is_said_of_its_readers(forgetful: HttpSink, reply: Reply, kind: Kind) -> None:
    forgetful.replies.append(reply)

    answers = hand_over(forgetful.url, *make_readers(3))

    assert kinds(answers) == [kind] * 3
    assert len(forgetful.calls) == 1


@pytest.mark.parametrize("name", ["mailgun", "mailjet", "mailtrap", "sparkpost", "unisender_go"])
@pytest.mark.parametrize("body", ["this is not JSON", [], {}, {"responses": 7}, "7"])
def test_an_answer_without_sense_leaves_its_readers_in_doubt_and_the_rest_goes_on(name: str, body: object) -> None:
    with HttpSink(name) as sink:
        sink.replies.append(Reply(200, body))

        answers = hand_over(sink.url, *make_readers(2), *make_readers(2, first=3))

    assert kinds(answers) == [Kind.SILENT, Kind.SILENT, Kind.SENT, Kind.SENT]


def test_credit_that_is_used_up_is_no_reader_s_fault(provider: HttpSink) -> None:
    provider.replies.append(Reply(400, {"code": "not_enough_credits", "message": "no credits left"}))

    answers = hand_over(provider.url, *make_readers(2))

    assert kinds(answers) == [Kind.BROKEN] * 2


def test_a_reader_whom_the_provider_refuses_is_refused_alone(provider: HttpSink) -> None:
    provider.refuse = refusing("reader-37@example.com", "reader-80@example.com")

    answers = hand_over(provider.url, *make_readers(100))

    assert [number for number, answer in enumerate(answers, 1) if answer.kind is Kind.REFUSED] == [37, 80]
    assert sorted(row_of(mail.metadata) or 0 for mail in provider.mails) == [
        number for number in range(1, 101) if number not in (37, 80)
    ]
    assert len(provider.calls) < 30


def test_a_refusal_that_is_no_reader_s_fault_burns_nobody(provider: HttpSink) -> None:
    provider.refuse = lambda _mails: Reply(400, {"code": "invalid_parameter", "message": "sender is not valid"})

    answers = hand_over(provider.url, *make_readers(100))

    assert set(kinds(answers)) == {Kind.BROKEN}
    assert len(provider.calls) < 50


def test_an_id_that_differs_in_each_refusal_makes_no_other_words_of_it() -> None:
    with HttpSink("mailjet") as mailjet:
        said = {"ErrorCode": "mj-0013", "StatusCode": 400, "ErrorMessage": '"ada" is not a sender.'}
        mailjet.refuse = lambda _mails: Reply(400, {"ErrorIdentifier": str(uuid4()), **said})

        answers = hand_over(mailjet.url, *make_readers(2 * ALIKE))

    assert set(kinds(answers)) == {Kind.BROKEN}


def test_a_page_without_end_instead_of_an_answer_is_not_gone_through() -> None:
    page = requests.Response()
    page.raw = io.BytesIO(b"x" * 1_000_000)

    assert len(said_in(page)) == LONGEST_TEXT


def test_a_few_bad_addresses_are_no_reason_to_stop(provider: HttpSink) -> None:
    provider.refuse = refusing(*(f"reader-{number}@example.com" for number in range(1, ALIKE)))

    answers = hand_over(provider.url, *make_readers(ALIKE - 1))

    assert set(kinds(answers)) == {Kind.REFUSED}


@pytest.mark.parametrize("first", [1, 40, 90])
def test_many_bad_addresses_side_by_side_are_no_reason_to_stop(provider: HttpSink, first: int) -> None:
    bad = list(range(first, first + 2 * ALIKE))
    provider.refuse = refusing(*(f"reader-{number}@example.com" for number in bad))

    answers = hand_over(provider.url, *make_readers(100))

    assert [number for number, answer in enumerate(answers, 1) if answer.kind is Kind.REFUSED] == bad
    assert len(provider.mails) == 100 - len(bad)


def test_refusals_in_different_words_are_about_different_readers(provider: HttpSink) -> None:
    provider.refuse = lambda mails: Reply(400, {"message": f"no such mailbox: {mails[0].metadata['delivery']}"})

    answers = hand_over(provider.url, *make_readers(2 * ALIKE))

    assert set(kinds(answers)) == {Kind.REFUSED}


def test_a_call_that_is_too_large_is_made_in_parts(provider: HttpSink) -> None:
    provider.refuse = lambda mails: Reply(413, "too large") if len(mails) > 3 else None

    answers = hand_over(provider.url, *make_readers(10))

    assert kinds(answers) == [Kind.SENT] * 10
    assert len(provider.mails) == 10


def test_a_halt_among_the_parts_charges_no_reader(provider: HttpSink) -> None:
    work = Desk().slice_of(make_readers(10))
    provider.before = lambda _call: work.halt()
    provider.refuse = lambda mails: Reply(413, "too large") if len(mails) > 5 else None

    carry(provider.url, work)

    assert provider.mails == []
    assert {(answer.kind, answer.reached) for answer in work.answers.values()} == {(Kind.BUSY, False)}


def test_what_is_withdrawn_among_the_parts_does_not_leave_and_charges_nobody(provider: HttpSink) -> None:
    work = Desk().slice_of(make_readers(10))
    provider.before = lambda _call: work.withdraw(range(1, 6))
    provider.refuse = lambda mails: Reply(413, "too large") if len(mails) > 5 else None

    carry(provider.url, work)

    assert [row_of(mail.metadata) for mail in provider.mails] == [6, 7, 8, 9, 10]
    assert {(work.answers[row].kind, work.answers[row].reached) for row in range(1, 6)} == {(Kind.BUSY, False)}


def test_a_lease_that_ends_among_the_parts_starts_no_further_call(provider: HttpSink) -> None:
    desk = Desk()
    work = desk.slice_of(make_readers(10), seconds=0.2)
    provider.before = lambda _call: time.sleep(0.3)
    provider.refuse = lambda mails: Reply(413, "too large") if len(mails) > 5 else None

    carry(provider.url, work)

    assert len(provider.calls) == 1
    assert set(kinds(list(work.answers.values()))) == {Kind.BUSY}


def test_partial_failure_is_told_per_reader(forgetful: HttpSink) -> None:
    ok = {"ErrorCode": 0, "Message": "OK", "MessageID": "1"}
    inactive = (
        "You tried to send to a recipient that has been marked as inactive.\n"
        "Found inactive addresses: reader-2@example.com.\nInactive recipients are ones that have bounced."
    )
    forgetful.replies.append(
        Reply(
            200,
            [
                ok | {"To": "reader-1@example.com"},
                {"ErrorCode": 406, "Message": inactive},
                ok | {"To": "reader-3@example.com"},
            ],
        )
    )

    answers = hand_over(forgetful.url, *make_readers(3))

    assert kinds(answers) == [Kind.SENT, Kind.REFUSED, Kind.SENT]


def test_a_batch_whose_every_mail_is_refused_for_credit_stops_the_sender(forgetful: HttpSink) -> None:
    forgetful.replies.append(Reply(200, [{"ErrorCode": 405, "Message": "Not allowed to send"}] * 3))

    answers = hand_over(forgetful.url, *make_readers(3))

    assert kinds(answers) == [Kind.BROKEN] * 3


def test_a_broken_account_is_asked_once_and_the_rest_stays(provider: HttpSink) -> None:
    provider.replies.append(Reply(401, {"code": "unauthorized"}))
    desk = Desk()
    work = desk.slice_of([*make_readers(2), *make_readers(2, first=3)])

    carry(provider.url, work)

    assert {row: answer.kind for row, answer in work.answers.items()} == {1: Kind.BROKEN, 2: Kind.BROKEN}
    assert desk.begun == [1, 2]
    assert work.is_done


def test_the_provider_s_wish_to_wait_is_kept_for_the_whole_slice(provider: HttpSink) -> None:
    provider.replies.append(Reply(429, {}, {"Retry-After": "120"}))

    answers = hand_over(provider.url, *make_readers(2), *make_readers(2, first=3))

    assert [(answer.kind, answer.retry_after) for answer in answers] == [(Kind.BUSY, timedelta(minutes=2))] * 4
    assert [answer.reached for answer in answers] == [True, True, False, False]
    assert len(provider.calls) == 1


def test_a_provider_that_is_not_there_has_taken_nothing_and_is_asked_once() -> None:
    answers = hand_over(NOWHERE, *make_readers(2), *make_readers(2, first=3))

    assert {(answer.kind, answer.reached) for answer in answers} == {(Kind.BUSY, False)}


@pytest.mark.parametrize("instead", [CUT, HANG])
def test_a_provider_that_says_nothing_may_have_taken_the_mails(
    forgetful: HttpSink, monkeypatch: pytest.MonkeyPatch, instead: str
) -> None:
    monkeypatch.setattr("newsletter.postbox.anymail.TIMEOUT", (1, 0.2))
    forgetful.replies.append(Reply(instead=instead))

    answers = hand_over(forgetful.url, *make_readers(2), *make_readers(1, first=3))

    assert kinds(answers) == [Kind.SILENT, Kind.SILENT, Kind.SENT]


@pytest.mark.parametrize("name", ["brevo", "resend"])
@pytest.mark.parametrize("first", [Reply(200, instead=CUT), Reply(599, instead=CUT), Reply(200, "this is not JSON")])
def test_a_call_whose_answer_is_lost_is_made_again_and_doubles_nothing(name: str, first: Reply) -> None:
    with HttpSink(name) as sink:
        sink.replies.append(first)

        answers = hand_over(sink.url, *make_readers(3))

    assert kinds(answers) == [Kind.SENT] * 3
    assert [row_of(mail.metadata) for mail in sink.mails] == [1, 2, 3]
    assert len(sink.calls) == 2


def test_a_second_silence_is_the_last(provider: HttpSink) -> None:
    provider.replies += [Reply(599, instead=CUT)] * 2

    answers = hand_over(provider.url, *make_readers(2))

    assert kinds(answers) == [Kind.SILENT] * 2
    assert len(provider.calls) == 2


def test_a_call_that_may_not_go_out_any_more_is_not_made_again(provider: HttpSink) -> None:
    work = Desk().slice_of(make_readers(2))
    provider.before = lambda _call: work.halt()
    provider.replies.append(Reply(599, instead=CUT))

    carry(provider.url, work)

    assert kinds(list(work.answers.values())) == [Kind.SILENT] * 2
    assert len(provider.calls) == 1


@pytest.mark.parametrize("second", [Reply(429, {}), Reply(401, {}), Reply(400, {}), Reply(409, {})])
def test_a_no_to_the_second_call_says_nothing_of_the_first(provider: HttpSink, second: Reply) -> None:
    provider.replies += [Reply(599, instead=CUT), second]

    answers = hand_over(provider.url, *make_readers(2))

    assert kinds(answers) == [Kind.SILENT] * 2


def test_a_key_that_a_crash_has_used_up_is_no_proof(provider: HttpSink) -> None:
    provider.replies += [Reply(500, "oops"), Reply(400, {"code": "duplicate_parameter"})]

    answers = hand_over(provider.url, *make_readers(2))

    assert kinds(answers) == [Kind.SILENT] * 2


def test_a_key_that_came_before_is_not_tried_in_parts(provider: HttpSink) -> None:
    provider.replies += [Reply(400, {"code": "duplicate_parameter"})] * 2

    answers = hand_over(provider.url, *make_readers(4))

    assert kinds(answers) == [Kind.SILENT] * 4
    assert provider.mails == []


def test_a_call_is_known_by_its_claim_and_its_readers() -> None:
    first, second, readers = uuid4(), uuid4(), make_readers(3)

    assert call_key(first, readers) == call_key(first, list(reversed(readers)))
    assert len({call_key(first, readers), call_key(second, readers), call_key(first, readers[:2])}) == 3


def test_a_reader_whose_address_breaks_out_of_its_place_is_refused_alone(provider: HttpSink) -> None:
    edition = make_wording()
    hostile = make_reader(1, edition, to="a@example.com\r\nBcc: b@example.net")

    answers = hand_over(provider.url, hostile, make_reader(2, edition))

    assert kinds(answers) == [Kind.REFUSED, Kind.SENT]
    assert [mail.to for mail in provider.mails] == [["reader-2@example.com"]]


def test_a_wording_that_breaks_out_of_its_place_is_refused_unsent(provider: HttpSink) -> None:
    edition = make_wording(headers={"List-Id": "<a>\r\nBcc: b@example.net"})

    answers = hand_over(provider.url, *make_readers(2, edition))

    assert kinds(answers) == [Kind.REFUSED] * 2
    assert provider.calls == []


def test_what_a_provider_cannot_do_for_any_reader_burns_none(provider: HttpSink) -> None:
    edition = make_wording(headers={"X-Note": "a \\u0041 that Brevo would decode"})

    answers = hand_over(provider.url, *make_readers(2, edition))

    assert kinds(answers) == [Kind.BROKEN] * 2


def test_merge_syntax_in_a_title_reaches_the_reader_and_not_the_provider(provider: HttpSink) -> None:
    edition = make_wording(subject="{{ x }}", text=("{{{ y }}}",), html=("<p>{{ contact.EMAIL }}{% if %}</p>",))

    hand_over(provider.url, *make_readers(2, edition))

    payload = provider.calls[0].payload
    assert "{{" not in payload["subject"] + payload["textContent"] + payload["htmlContent"]
    assert payload["htmlContent"] == "<p>&#123;{ contact.EMAIL }}&#123;% if %}</p>"
    assert payload["subject"].replace("\N{WORD JOINER}", "") == "{{ x }}"


def test_text_without_merge_syntax_is_left_alone() -> None:
    assert disarmed("{x} % recipient", PROVIDERS["mailgun"].marks) == "{x} % recipient"


def test_our_faster_way_to_brevo_says_what_anymail_says() -> None:
    mail = as_anymail(make_readers(3), PROVIDERS["brevo"], link_keys={1: b"key"}, key="key")
    theirs = brevo.EmailBackend(api_key="key")
    with open_postbox(NOWHERE) as ours:
        fast = ours.backend.build_message_payload(mail, {}).serialize_data()  # type: ignore[attr-defined]

    slow = theirs.build_message_payload(mail, {}).serialize_data()

    assert json.loads(fast) == json.loads(slow)


def test_proxies_of_the_environment_are_used(provider: HttpSink, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", provider.url.partition("api_url=")[2].removesuffix("/v3/"))
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)

    answers = hand_over("anymail+brevo://:key@?api_url=http://brevo.invalid/v3/", *make_readers(2))

    assert kinds(answers) == [Kind.SENT] * 2
    assert provider.calls[0].path == "http://brevo.invalid/v3/smtp/email"


@pytest.mark.parametrize(("name", "rows"), [("brevo", 1000), ("postmark", 500), ("mailjet", 200), ("postal", 200)])
def test_a_slice_has_rows_for_one_call_and_never_fewer_than_two_hundred(name: str, rows: int) -> None:
    user = "user" if PROVIDERS[name].user_option else ""
    with open_postbox(f"anymail+{name}://{user}:key@?api_url=http://127.0.0.1:1/") as postbox:
        assert (postbox.lanes, postbox.slice_rows) == (1, rows)

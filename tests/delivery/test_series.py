"""When answers in a row are true of every reader, and when they are some readers' bad luck."""

from collections.abc import Iterable

import pytest

from newsletter.delivery import series
from newsletter.delivery.series import FAILURES, REFUSALS, SILENCES, Series
from newsletter.postbox.answers import Answer, Kind

SENT = Answer(Kind.SENT)
AWAY = Answer(Kind.BUSY, "no route", reached=False)


def silent() -> Answer:
    return Answer(Kind.SILENT, "no answer in time")


def refused(text: str = "policy") -> Answer:
    return Answer(Kind.REFUSED, text)


def verdict(answers: Iterable[Answer]) -> str | None:
    """What the first verdict over the answers says."""
    heard = Series()
    return next((found.text for answer in answers if (found := heard.heard(answer)) is not None), None)


def test_broken_is_true_of_every_reader_at_once() -> None:
    assert verdict([SENT, Answer(Kind.BROKEN, "no credit")]) == "no credit"


@pytest.mark.parametrize(("calls", "expected"), [(SILENCES - 1, None), (SILENCES, "no answer in time")])
def test_so_many_calls_without_an_answer_are_a_verdict(calls: int, expected: str | None) -> None:
    assert verdict(silent() for _call in range(calls)) == expected


def test_a_call_counts_once_however_many_readers_it_has() -> None:
    call = silent()

    assert verdict([call] * 1000) is None


def test_the_third_silent_call_of_many_readers_is_a_verdict() -> None:
    calls = [[silent()] * 1000 for _call in range(3)]

    assert verdict([*calls[0], *calls[1]]) is None
    assert verdict(answer for call in calls for answer in call) == "no answer in time"


@pytest.mark.parametrize("between", [AWAY, Answer(Kind.BUSY, "later"), refused()])
def test_only_a_mail_that_is_taken_ends_a_silence(between: Answer) -> None:
    half = [silent() for _call in range(SILENCES // 2)]

    assert verdict([*half, between, *(silent() for _call in half)]) == "no answer in time"
    assert verdict([*half, SENT, *(silent() for _call in half)]) is None


@pytest.mark.parametrize(("readers", "expected"), [(REFUSALS - 1, None), (REFUSALS, "policy")])
def test_so_many_refusals_in_the_same_words_are_a_verdict(readers: int, expected: str | None) -> None:
    assert verdict(refused() for _reader in range(readers)) == expected


def test_the_servers_own_number_of_each_mail_makes_no_other_words() -> None:
    assert verdict(refused(f"550 spam, id 7C{number}") for number in range(REFUSALS)) is not None


@pytest.mark.parametrize("between", [SENT, refused("no such user")])
def test_refusals_are_some_readers_own_where_others_fare_otherwise(between: Answer) -> None:
    some = [refused()] * (REFUSALS - 1)

    assert verdict([*some, between, *some]) is None


@pytest.mark.parametrize(("before", "is_verdict"), [(FAILURES - 1, False), (FAILURES, True)])
def test_so_many_mails_that_cannot_be_made_are_a_verdict(before: int, is_verdict: bool) -> None:
    heard = Series()

    verdicts = [heard.not_made() for _mail in range(before)]

    assert any(verdicts) is is_verdict


def test_a_mail_that_can_be_made_ends_the_row_of_those_that_cannot() -> None:
    heard = Series()
    for _mail in range(FAILURES - 1):
        heard.not_made()

    heard.made()

    assert heard.not_made() is None


def test_after_a_verdict_a_new_series_begins() -> None:
    heard = Series()
    answers = [heard.heard(silent()) for _call in range(SILENCES + 1)]

    assert [answer is None for answer in answers[-2:]] == [False, True]


def test_each_sender_has_its_own_series() -> None:
    assert series.series_of(1) is series.series_of(1) is not series.series_of(2)

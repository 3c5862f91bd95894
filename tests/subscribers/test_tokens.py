"""Tokens: what they open, for how long, and that nothing else opens it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.links import TOKEN_LENGTH
from newsletter.subscribers import tokens
from newsletter.subscribers.tokens import Problem, Purpose, Read

NOW = datetime(2026, 4, 7, 7, tzinfo=UTC)
KEYS = {2: b"the newest key, 32 characters long", 1: b"an older key, 32 characters long ..."}
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
purposes = st.sampled_from(Purpose)


@given(purpose=purposes, number=st.integers(0, 2**64 - 1))
def test_a_token_says_what_was_written_into_it(purpose: Purpose, number: int) -> None:
    token = tokens.make(purpose, number, keys=KEYS, now=NOW)

    assert len(token) == TOKEN_LENGTH
    assert tokens.read(token, purpose, keys=KEYS, now=NOW) == Read(number)


@given(
    place=st.integers(0, TOKEN_LENGTH - 1),
    other=st.sampled_from(ALPHABET) | st.characters(),
    number=st.integers(0, 2**64 - 1),
)
def test_a_token_with_one_other_character_is_forged(place: int, other: str, number: int) -> None:
    token = tokens.make(Purpose.LEAVE, number, keys=KEYS, now=NOW)
    changed = token[:place] + other + token[place + 1 :]

    read = tokens.read(changed, Purpose.LEAVE, keys=KEYS, now=NOW)

    assert read == (Read(number) if changed == token else Read(0, Problem.FORGED))


@given(purpose=purposes, other=purposes)
def test_a_token_opens_no_door_of_another_purpose(purpose: Purpose, other: Purpose) -> None:
    token = tokens.make(purpose, 7, keys=KEYS, now=NOW)

    read = tokens.read(token, other, keys=KEYS, now=NOW)

    assert read.problem == (None if tokens.door(other) == tokens.door(purpose) else Problem.FORGED)


@given(text=st.text(max_size=60))
def test_nonsense_is_forged_and_raises_nothing(text: str) -> None:
    assert tokens.read(text, Purpose.LEAVE, keys=KEYS, now=NOW) == Read(0, Problem.FORGED)


@pytest.mark.parametrize("around", ["{}\n", " {}", "{}=", "{}AAAA", "{}%00"])
def test_a_token_has_one_spelling(around: str) -> None:
    token = tokens.make(Purpose.LEAVE, 7, keys=KEYS, now=NOW)

    read = tokens.read(around.format(token), Purpose.LEAVE, keys=KEYS, now=NOW)

    assert read.problem == Problem.FORGED


def test_a_token_of_an_older_key_is_believed_while_the_key_is_kept() -> None:
    old = tokens.make(Purpose.LEAVE, 7, keys={1: KEYS[1]}, now=NOW)

    assert tokens.read(old, Purpose.LEAVE, keys=KEYS, now=NOW) == Read(7)
    assert tokens.read(old, Purpose.LEAVE, keys={2: KEYS[2]}, now=NOW).problem == Problem.FORGED


def test_new_tokens_are_signed_with_the_first_key() -> None:
    token = tokens.make(Purpose.LEAVE, 7, keys=KEYS, now=NOW)

    assert tokens.read(token, Purpose.LEAVE, keys={2: KEYS[2]}, now=NOW) == Read(7)


def test_a_token_that_names_an_unknown_key_cannot_be_signed_with_nothing() -> None:
    forged = tokens.make(Purpose.LEAVE, 7, keys={9: b""}, now=NOW)

    assert tokens.read(forged, Purpose.LEAVE, keys=KEYS, now=NOW).problem == Problem.FORGED


@pytest.mark.parametrize(
    ("purpose", "age", "problem"),
    [
        (Purpose.CONFIRM, timedelta(days=7), None),
        (Purpose.CONFIRM, timedelta(days=7, minutes=1), Problem.EXPIRED),
        (Purpose.PREFERENCES, timedelta(days=90), None),
        (Purpose.PREFERENCES, timedelta(days=90, minutes=1), Problem.EXPIRED),
        (Purpose.LEAVE, timedelta(days=3650), None),
        (Purpose.WEB, timedelta(days=3650), None),
    ],
)
def test_a_token_holds_as_long_as_its_purpose(purpose: Purpose, age: timedelta, problem: Problem | None) -> None:
    token = tokens.make(purpose, 7, keys=KEYS, now=NOW)

    assert tokens.read(token, purpose, keys=KEYS, now=NOW + age) == Read(7, problem)

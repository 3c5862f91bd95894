"""Slips of the finger in the domain of an address."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from newsletter.subscribers.addresses import normal
from newsletter.subscribers.slips import PROVIDERS, distance, suggestion


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("gmial.com", "gmail.com"),
        ("gmai.com", "gmail.com"),
        ("gmaill.com", "gmail.com"),
        ("gmail.co", "gmail.com"),
        ("gmail.con", "gmail.com"),
        ("gmial.con", "gmail.com"),
        ("hotmial.com", "hotmail.com"),
        ("outlok.com", "outlook.com"),
        ("yaho.co.jp", "yahoo.co.jp"),
        ("nvaer.com", "naver.com"),
        ("hanmial.net", "hanmail.net"),
        ("ornage.fr", "orange.fr"),
        ("wbe.de", "web.de"),
        ("googelmial.com", "googlemail.com"),
        ("example.con", "example.com"),
        ("university.ogr", "university.org"),
    ],
)
def test_a_slip_is_seen(typed: str, meant: str) -> None:
    assert suggestion(f"alice+papers@{typed}") == f"alice+papers@{meant}"


@pytest.mark.parametrize(
    "domain",
    [
        *PROVIDERS,
        *("example.org", "example.com", "example.co", "ms.com", "line.com", "hotmail.ch", "outlook.dk", "yahoo.gr"),
        *("orange.com", "free.com", "uni-gmail.com", "mail.example.com", "xn--bcher-kva.example", "q.com", "gm.de"),
    ],
)
def test_what_may_be_right_is_left_alone(domain: str) -> None:
    assert suggestion(f"alice@{domain}") is None


@pytest.mark.parametrize(
    ("one", "other", "wrong"),
    [
        ("", "", 0),
        ("a", "a", 0),
        ("a", "", 1),
        ("", "ab", 2),
        ("ab", "ba", 1),
        ("abc", "acb", 1),
        ("kitten", "sitting", 3),
    ],
)
def test_neighbours_that_change_places_are_one_slip(one: str, other: str, wrong: int) -> None:
    assert distance(one, other) == distance(other, one) == wrong


def is_normal(address: str) -> bool:
    try:
        return normal(address) == address
    except ValueError:
        return False


letters = st.text("abcdefghijklmnopqrstuvwxyz0123456789-", min_size=1, max_size=12).filter(
    lambda label: label.strip("-") == label and label[2:4] != "--"
)


@given(
    provider=st.sampled_from(PROVIDERS),
    place=st.integers(0, 20),
    letter=st.sampled_from("aeghmoy.1"),
    lost=st.booleans(),
)
def test_a_suggestion_is_an_address_and_nothing_more_is_suggested_for_it(
    provider: str, place: int, letter: str, lost: bool
) -> None:
    typed = f"alice@{provider[:place]}{letter}{provider[place + lost :]}"
    assume(is_normal(typed))

    meant = suggestion(typed)

    if meant is not None:
        assert meant != typed
        assert meant == normal(meant)
        assert suggestion(meant) is None


@given(name=letters, ending=letters)
def test_any_domain_can_be_looked_at(name: str, ending: str) -> None:
    typed = f"alice@{name}.{ending}"

    assert suggestion(typed) != typed

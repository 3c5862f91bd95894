"""Personal places: no words can stand for one, and a token of another length is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.links import LEAVE, PLACES, PREFERENCES, TOKEN_LENGTH, WEB, address, address_of, fill

SITE = "https://papers.example.org"
TOKENS = {LEAVE: "l" * TOKEN_LENGTH, PREFERENCES: "p" * TOKEN_LENGTH, WEB: "w" * TOKEN_LENGTH}


def test_each_place_is_filled_with_its_own_token() -> None:
    mail = ("Leave: ", *address_of(SITE, LEAVE), ", read: ", *address_of(SITE, WEB))

    filled = fill(mail, TOKENS)

    assert filled == f"Leave: {SITE}/leave/{'l' * TOKEN_LENGTH}/, read: {SITE}/web/{'w' * TOKEN_LENGTH}/"


def test_the_pieces_of_an_address_make_the_address() -> None:
    assert [fill(address_of(SITE, place), TOKENS) for place in PLACES] == [
        address(SITE, place, TOKENS[place]) for place in PLACES
    ]


@pytest.mark.parametrize("title", ["leave", "preferences", "web"])
def test_a_title_that_is_the_name_of_a_place_stays_a_title(title: str) -> None:
    assert fill((title,), TOKENS) == title


@given(texts=st.lists(st.text()))
def test_no_words_are_ever_filled(texts: list[str]) -> None:
    assert fill(tuple(texts), TOKENS) == "".join(texts)


@pytest.mark.parametrize("length", [0, TOKEN_LENGTH - 1, TOKEN_LENGTH + 1])
def test_a_token_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(ValueError, match="characters"):
        fill((), {LEAVE: "t" * length})


def test_a_place_without_a_token_is_an_error() -> None:
    with pytest.raises(KeyError):
        fill((WEB,), {LEAVE: "t" * TOKEN_LENGTH})

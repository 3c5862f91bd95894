"""Marks: nobody's text can know one, and filling them changes no length."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.links import LEAVE, PLACES, TOKEN_LENGTH, WEB, Marks

SITE = "https://papers.example.org"


def test_two_editions_have_no_mark_in_common() -> None:
    marks = [Marks.fresh(SITE).mark(place) for _edition in range(20) for place in PLACES]

    assert len(set(marks)) == len(marks)


@given(text=st.text())
def test_a_title_cannot_hold_a_mark(text: str) -> None:
    marks = Marks.fresh(SITE)

    assert marks.fill(text, {LEAVE: "t" * TOKEN_LENGTH}) == text


def test_a_filled_mail_is_as_long_as_before() -> None:
    marks = Marks.fresh(SITE)
    mail = f"Leave: {marks.link(LEAVE)}, read: {marks.link(WEB)}"

    filled = marks.fill(mail, {LEAVE: "l" * TOKEN_LENGTH, WEB: "w" * TOKEN_LENGTH})

    assert filled == f"Leave: {SITE}/leave/{'l' * TOKEN_LENGTH}/, read: {SITE}/web/{'w' * TOKEN_LENGTH}/"
    assert len(filled) == len(mail)


@pytest.mark.parametrize("length", [0, TOKEN_LENGTH - 1, TOKEN_LENGTH + 1])
def test_a_token_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(ValueError, match="characters"):
        Marks.fresh(SITE).fill("", {LEAVE: "t" * length})

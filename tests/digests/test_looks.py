"""digests.looks: colours that can be read, directions and fonts that fit the language."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.looks import CARD, DARK_CARD, DARK_INK, DARK_QUIET, INK, QUIET, contrast, lightened, look


@pytest.mark.parametrize(
    ("text", "card"), [(INK, CARD), (QUIET, CARD), ("#B4451F", CARD), (DARK_INK, DARK_CARD), (DARK_QUIET, DARK_CARD)]
)
def test_our_colours_can_be_read(text: str, card: str) -> None:
    assert contrast(text, card) >= 4.5


def test_contrast_is_measured_as_the_standard_says() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@given(st.integers(0, 0xFFFFFF))
def test_any_accent_can_be_read_in_the_dark(accent: int) -> None:
    assert contrast(lightened(f"#{accent:06x}"), DARK_CARD) >= 4.5


def test_arabic_starts_on_the_right_and_korean_keeps_its_words_together() -> None:
    assert (look("ar").dir, look("ar").start, look("ko").word_break) == ("rtl", "right", "keep-all")
    assert "Noto Sans KR" in look("ko").sans


def test_what_is_no_colour_is_not_used_as_one() -> None:
    assert look("en", "red;}").light.accent == "#B4451F"

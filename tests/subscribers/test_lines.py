"""A reader's own names and words, as typed into a form."""

import pytest
from django.core.exceptions import ValidationError

from newsletter.subscribers.lines import CommasField, LinesField

authors = LinesField(label="Authors", help_text="")
words = CommasField(label="Words", help_text="")


def test_names_are_kept_as_they_are_written_one_a_line() -> None:
    assert authors.clean("  Yann   LeCun \r\n\r\nMüller, Änne\n") == ("Müller, Änne", "Yann LeCun")


def test_a_comma_ends_a_word_in_any_script() -> None:
    assert words.clean("diffusion, agents、확산 모델،وكيل") == ("agents", "diffusion", "وكيل", "확산 모델")


def test_of_two_spellings_of_a_word_the_first_is_kept() -> None:
    assert words.clean("Größe\nGRÖSSE\ngrosse") == ("Größe",)


def test_a_line_break_counts_once_as_in_a_browser() -> None:
    typed = "\r\n".join(["a" * 79] * 12 + ["b" * 40])

    assert len(typed) > 1_000
    assert len(words.clean(typed)) == 2


def test_nothing_typed_is_nothing_followed() -> None:
    assert words.clean(" \n , \n") == ()


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("agents\n!!!", "There is no word in “!!!”."),
        ("a" * 81, "This is too long for one line"),
        ("\n".join(f"word {number}" for number in range(31)), "please keep to 30 lines"),
        ("word\n" * 201, "please keep to 1,000 characters"),
    ],
)
def test_what_cannot_be_followed_is_told_in_words(typed: str, told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        words.clean(typed)

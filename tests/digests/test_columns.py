"""digests.columns: lines of text mails, in the columns that a reader sees."""

from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.columns import shorten, width, wrap, wrap_all

TEXT = st.text(st.sampled_from("ab, (https://x)한글日本。ーกข") | st.characters(exclude_categories=["C"]), max_size=300)


def test_korean_breaks_between_words_and_counts_two_columns() -> None:
    assert wrap("바람 부는 날의 논문", columns=10) == "바람 부는\n날의 논문"


def test_japanese_breaks_anywhere_but_before_a_full_stop() -> None:
    assert wrap("今日は風です。", columns=12) == "今日は風で\nす。"


def test_no_line_ends_before_a_french_sign() -> None:
    assert wrap("Le mot «\u00a0vent\u00a0» suffit\u202f!", columns=12) == "Le mot\n«\u00a0vent\u00a0»\nsuffit\u202f!"


def test_an_address_is_never_broken() -> None:
    address = "https://example.org/" + "a" * 80

    assert wrap(f"See ({address}), please") == f"See\n({address}),\nplease"


def test_a_run_without_spaces_is_broken_before_it_leaves_the_page() -> None:
    assert [width(one) for one in wrap("ข" * 150).split("\n")] == [60, 60, 30]


def test_a_bullet_goes_on_beneath_itself() -> None:
    assert wrap_all("- one two three\nfour", columns=9) == "- one two\n  three\nfour"


@pytest.mark.parametrize(
    ("text", "short"),
    [("short", "short"), ("ReFT: Representation Finetuning", "ReFT: Representation…"), ("a" * 40, "a" * 23 + "…")],
)
def test_a_title_is_shortened_at_a_words_end(text: str, short: str) -> None:
    assert shorten(text, 24) == short


@given(TEXT)
def test_wrapping_loses_nothing_and_keeps_to_its_columns(text: str) -> None:
    lines = wrap(text).split("\n")

    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(width(one) <= 72 or "https://" in one for one in lines)


@given(TEXT, st.integers(10, 80))
def test_a_short_form_fits(text: str, columns: int) -> None:
    assert width(shorten(text, columns)) <= columns or "https://" in text


def test_accents_that_take_no_column_do_not_make_a_title_longer() -> None:
    assert len(shorten("a" + "\u0301" * 10_000, 52)) <= 104
    assert len(shorten("ab\u0301\u0302\u0303\u0304" * 10_000, 52)) <= 104
    assert shorten("กำลังเรียนรู้", 52) == "กำลังเรียนรู้"


@pytest.mark.parametrize("piece", ["(", "“", "[", "a\u0301", "x"])
def test_a_run_of_any_sign_is_wrapped_in_no_time(piece: str) -> None:
    began = perf_counter()

    wrap_all(piece * (12_000 // len(piece)))

    assert perf_counter() - began < 1

"""digests.phrases: the sentences around papers, in English as the code has them."""

from datetime import date

import pytest
from django.utils import translation

from digests.content import SummaryContent
from digests.phrases import (
    authors,
    fallback,
    first_sentences,
    left_over,
    origin,
    papers,
    period,
    reading,
    reading_seconds,
    subject,
)


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (["Ada"], "Ada"),
        (["Ada", "+"], "Ada and others"),
        (["A", "B", "C", "D"], "A, B, C and 1 more"),
        (["A", "A", "B\n"], "A, B"),
        (["+"], ""),
        ([], ""),
    ],
)
def test_authors_are_counted_once_and_plus_is_nobody(names: list[str], told: str) -> None:
    assert authors(names, "en") == told


@pytest.mark.parametrize(
    ("wanted", "shown", "told"),
    [
        ("ko", "ko", ""),
        ("pt-br", "pt", ""),
        ("pt", "pt-br", "No português summary yet: in português."),
        ("ko", "", "There is no summary of this paper yet."),
    ],
)
def test_a_fallback_is_told_unless_the_language_is_the_same(wanted: str, shown: str, told: str) -> None:
    assert fallback(wanted, shown) == told


@pytest.mark.parametrize(
    ("summary", "told"),
    [
        (SummaryContent("-", "original", checked=True), "The authors' abstract"),
        (SummaryContent("-", "machine"), "Summarised by a machine"),
        (SummaryContent("-", "machine", "m-1", True), "Summarised by m-1, checked by an editor"),
        (SummaryContent("-", "imported"), ""),
        (SummaryContent("-", "imported", checked=True), "Checked by an editor"),
        (SummaryContent("-", "human"), "Written by an editor"),
    ],
)
def test_a_summary_says_where_it_comes_from(summary: SummaryContent, told: str) -> None:
    assert origin(summary) == told


def test_counts_have_their_plural_forms() -> None:
    assert (papers(1, 1, "en"), papers(12, 24, "en"), papers(1, 24, "en")) == (
        "1 paper",
        "12 of 24 papers",
        "1 of 24 papers",
    )
    assert (reading(5, "en"), reading(360, "en")) == ("1 minute", "6 minutes")
    assert left_over(1, "en") == "1 more paper did not fit in this mail"


def test_korean_is_read_by_characters_and_english_by_words() -> None:
    assert reading_seconds("바람 " * 250) == 60
    assert reading_seconds("wind " * 220) == 60


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("One is here. Two is here. Three is not.", "One is here. Two is here."),
        ("It scores 3.5 in total, e.g. on GLUE. Then more follows here.", "It scores 3.5 in total, e.g. on GLUE."),
        ("하나입니다. 둘입니다. 셋은 아주 긴 문장이라서 여기에 들어가지 않습니다.", "하나입니다. 둘입니다."),
        ("风在吹。" * 20, "风在吹。" * 10),
        ("word " * 20, "word word word word word word word…"),
    ],
)
def test_the_main_point_ends_with_a_sentence(text: str, short: str) -> None:
    assert first_sentences(text, 40) == short


@pytest.mark.parametrize(
    ("locale", "expected"),
    [
        ("en", "28 Mar – 3 Apr 2026"),
        ("de", "28. März\u2009–\u20093. Apr. 2026"),
        ("ko", "2026년 3월 28일 ~ 4월 3일"),
        ("ar", "28 مارس – 3 أبريل 2026"),
    ],
)
def test_a_week_is_named_by_the_seven_days_that_it_tells_of(locale: str, expected: str) -> None:
    said = period(date(2026, 4, 4), "weekly", locale)

    assert " ".join(said.split()) == " ".join(expected.split())


def test_the_subject_of_a_week_has_its_days() -> None:
    assert subject(["Kites"], date(2026, 4, 11), "ko", kind="weekly") == "Kites (4월 4일~10일)"


def test_a_subject_in_arabic_is_read_from_the_right() -> None:
    with translation.override("ar"):
        assert subject(["One", "Two"], date(2026, 3, 4), "ar").startswith("\u200f")
        assert subject(["One"], date(2026, 3, 4), "ar").startswith("\u200f")

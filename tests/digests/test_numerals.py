"""What numbers mean, as nine languages write them."""

import pytest

from digests.number_words import spelled
from digests.numerals import PERCENT, TIMES, numerals


def read(text: str, locale: str) -> list[tuple[set[float], str]]:
    return [(set(numeral.values), numeral.unit) for numeral in numerals(text, locale)]


@pytest.mark.parametrize(
    ("locale", "text", "value"),
    [
        ("en", "1,234.5", 1234.5),
        ("en", "2.5 million", 2_500_000),
        ("en", "16,000", 16_000),
        ("en", "16{,}000", 16_000),
        ("ko", "350만", 3_500_000),
        ("ko", "1억 2천 5백만 개", 125_000_000),
        ("ko", "5만 3천", 53_000),
        ("ko", "1,000만", 10_000_000),
        ("ja", "3.2万", 32_000),
        ("ja", "2億5千万", 250_000_000),
        ("zh-hans", "7亿", 700_000_000),
        ("de", "54,6", 54.6),
        ("de", "3 Milliarden", 3_000_000_000),
        ("de", "2 Billionen", 2_000_000_000_000),
        ("fr", "1 234,5", 1234.5),
        ("fr", "3\u202f000", 3000),
        ("es", "mide 2 mil millones", 2_000_000_000),
        ("pt-br", "7 bilhões", 7_000_000_000),
        ("ru", "3 млн", 3_000_000),
        ("ar", "٣ ملايين", 3_000_000),
        ("ar", "٥٤٫٦", 54.6),
        ("ar", "١٬٠٠٠", 1000),
        ("hi", "१२", 12),
    ],
)
def test_a_number_has_one_meaning_in_its_language(locale: str, text: str, value: float) -> None:
    assert read(text, locale) == [({value}, "")]


@pytest.mark.parametrize(
    ("locale", "text", "values"),
    [
        ("de", "1.234", {1.234, 1234}),
        ("en", "8M", {8, 8_000_000}),
        ("ko", "70B", {70, 70_000_000_000}),
        ("ko", "GPT-4만", {4, 40_000}),
        ("en", "10^{-3}", {10, 0.001}),
        ("en", "10⁶", {10, 1_000_000}),
        ("en", "1e-3", {1, 0.001}),
    ],
)
def test_what_can_be_read_in_two_ways_is(locale: str, text: str, values: set[float]) -> None:
    assert read(text, locale) == [(values, "")]


@pytest.mark.parametrize(
    ("locale", "text", "unit"),
    [
        *[("en", text, PERCENT) for text in ("54%", "54\\%", "54 percent", "54％")],
        *[("ko", text, PERCENT) for text in ("54퍼센트", "54%p")],
        *[("ja", "54パーセント", PERCENT), ("zh-hans", "百分之54", PERCENT), ("ar", "٥٤٪", PERCENT)],
        *[("de", "54 Prozent", PERCENT), ("fr", "54 pour cent", PERCENT), ("es", "54 por ciento", PERCENT)],
        *[("en", text, TIMES) for text in ("54x", "54×", "54\\times", "54times", "54 times", "54-fold")],
        *[("ko", "54배", TIMES), ("ja", "54倍", TIMES), ("de", "54-fach", TIMES), ("fr", "54 fois", TIMES)],
    ],
)
def test_a_percentage_and_a_multiple_are_told_apart(locale: str, text: str, unit: str) -> None:
    assert read(text, locale) == [({54}, unit)]


def test_a_range_is_two_numbers_and_so_is_a_size() -> None:
    assert [values for values, _unit in read("10-50x and 512x256", "en")] == [{10}, {50}, {512}, {256}]


@pytest.mark.parametrize(
    "text",
    [
        "arXiv:2404.03592v2",
        "see 2404.03592",
        "https://a.b/123",
        "1. First",
        "(1) first",
        "1) first, 2) second",
        "ICLR'24",
    ],
)
def test_identifiers_addresses_and_markers_of_lists_are_no_numbers(text: str) -> None:
    assert numerals(text, "en") == []


def test_years_and_numbers_in_names_are_known_as_such() -> None:
    seen = {numeral.text: (numeral.is_year, numeral.in_a_name) for numeral in numerals("GPT-4 in 2024: 3D, 77", "en")}

    assert seen == {"4": (False, True), "2024": (True, False), "3": (False, True), "77": (False, False)}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("twenty-five tasks", 25),
        ("one hundred and fifty", 150),
        ("two million images", 2_000_000),
        ("a threefold gain", 3),
        ("doubles the speed", 2),
        ("half of it", 50),
        ("two orders of magnitude", 100),
        ("a dual-branch", 2),
        ("both of them", 2),
    ],
)
def test_english_says_numbers_in_letters_too(text: str, value: float) -> None:
    assert value in spelled(text)

"""What numbers mean, as nine languages write them."""

import pytest

from digests.number_words import spelled
from digests.numerals import PERCENT, POINTS, TIMES, numerals


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
        ("ko", "3만 장", 30_000),
        ("ko", "70B", 70_000_000_000),
        ("en", "8M", 8_000_000),
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
        ("en", "8m", {8, 8_000_000}),
        ("ko", "GPT-4만", {4, 40_000}),
        ("ko", "토큰 3만으로", {3, 30_000}),
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
        ("ko", "54퍼센트", PERCENT),
        *[("en", text, POINTS) for text in ("54 percentage points", "54%-points", "54pp", "54 p.p.")],
        *[("ko", text, POINTS) for text in ("54%p", "54%포인트", "54퍼센트 포인트")],
        *[("ja", "54%ポイント", POINTS), ("zh-hans", "54个百分点", POINTS), ("ar", "٥٤ نقطة مئوية", POINTS)],
        *[("de", text, POINTS) for text in ("54 Prozentpunkte", "54 %-Punkte")],
        *[("fr", "54 points de pourcentage", POINTS), ("es", "54 puntos porcentuales", POINTS)],
        ("pt-br", "54 pontos percentuais", POINTS),
        *[("ja", "54パーセント", PERCENT), ("zh-hans", "百分之54", PERCENT), ("ar", "٥٤٪", PERCENT)],
        *[("de", "54 Prozent", PERCENT), ("fr", "54 pour cent", PERCENT), ("es", "54 por ciento", PERCENT)],
        *[("en", text, TIMES) for text in ("54x", "54×", "54\\times", "54times", "54 times", "54-fold")],
        *[("ko", "54배", TIMES), ("ja", "54倍", TIMES), ("de", "54-fach", TIMES), ("fr", "54 fois", TIMES)],
    ],
)
def test_a_percentage_its_points_and_a_multiple_are_told_apart(locale: str, text: str, unit: str) -> None:
    assert read(text, locale) == [({54}, unit)]


def test_a_range_is_two_numbers_and_so_is_a_size() -> None:
    seen = read("10-50x and 512x256, 400×720", "en")

    assert seen == [({10}, ""), ({50}, TIMES), ({512}, ""), ({256}, ""), ({400}, ""), ({720}, "")]


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
        "kites-lab2/kite-net-4",
        "github.com/kites/v2/net3",
        "doi 10.1145/3589334.3645",
    ],
)
def test_identifiers_addresses_and_markers_of_lists_are_no_numbers(text: str) -> None:
    assert numerals(text, "en") == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("GPT-4 wins", ["GPT-4"]),
        ("Qwen2.5-7B를", ["Qwen2.5-7B", "Qwen2.5-7B"]),
        ("a 3D scene", ["3D"]),
        ("top-1", ["top-1"]),
        ("720p", ["720p"]),
    ],
)
def test_a_number_in_a_name_is_shown_with_the_whole_name(text: str, shown: list[str]) -> None:
    found = numerals(text, "en")

    assert [numeral.text for numeral in found] == shown
    assert all(numeral.in_a_name for numeral in found)


@pytest.mark.parametrize("text", ["77 layers", "MMLU-77%", "77x", "kites: 77"])
def test_what_has_a_unit_or_stands_alone_is_in_no_name(text: str) -> None:
    assert [numeral.in_a_name for numeral in numerals(text, "en")] == [False]


def test_a_year_is_known_as_one() -> None:
    assert [numeral.is_year for numeral in numerals("GPT-4 in 2024, 77", "en")] == [False, True, False]


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

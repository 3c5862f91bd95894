"""digests.locales: which names of languages and zones are taken, and what our own words are said in."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.utils.text import capfirst

from digests.locales import (
    check_locales,
    comma,
    is_zone,
    language_name,
    long_date,
    month,
    native_name,
    number,
    offered,
    open_graph,
    short_date,
    spoken,
)


@pytest.mark.parametrize("zone", ["UTC", "Asia/Seoul", "America/Argentina/Ushuaia", "Etc/GMT+5"])
def test_a_zone_is_named_after_a_place_or_is_utc(zone: str) -> None:
    assert is_zone(zone)


@pytest.mark.parametrize("zone", ["Factory", "localtime", "EST", "Japan", "posix/Asia/Seoul", "right/UTC", "", "A/B"])
def test_other_names_of_files_are_no_zones(zone: str) -> None:
    assert not is_zone(zone)


@pytest.mark.parametrize("locales", [["en"], ["en", "ko", "zh-hans", "pt-br", "es-419"]])
def test_languages_that_have_a_name_are_taken(locales: list[str]) -> None:
    check_locales(locales)


@pytest.mark.parametrize("locales", [["xx"], ["en", "qqq"], ["EN"], [], ["en", "en"], "en"])
def test_languages_that_nobody_knows_are_refused(locales: object) -> None:
    with pytest.raises(ValidationError):
        check_locales(locales)


@pytest.mark.parametrize(
    ("locale", "default", "said_in"),
    [("ko", "en", "ko"), ("de-at", "ko", "de"), ("fi", "ko", "ko"), ("fi", "it", "en"), ("pt", "ko", "pt-br")],
)
def test_our_own_words_are_in_the_nearest_language_that_has_them(locale: str, default: str, said_in: str) -> None:
    assert spoken(locale, default) == said_in


@pytest.mark.parametrize(
    ("locale", "long", "short", "of_the_month", "large"),
    [
        ("en", "Tuesday, 7 April 2026", "7 April", "April 2026", "1,234"),
        ("ko", "2026년 4월 7일 화요일", "4월 7일", "2026년 4월", "1,234"),
        ("ja", "2026年4月7日火曜日", "4月7日", "2026年4月", "1,234"),
        ("zh-hans", "2026年4月7日星期二", "4月7日", "2026年4月", "1,234"),
        ("es", "Martes, 7 de abril de 2026", "7 de abril", "Abril de 2026", "1.234"),
        ("de", "Dienstag, 7. April 2026", "7. April", "April 2026", "1.234"),
        ("fr", "Mardi 7 avril 2026", "7 avril", "Avril 2026", "1\u202f234"),
        ("pt-br", "Terça-feira, 7 de abril de 2026", "7 de abril", "Abril de 2026", "1.234"),
        ("ar", "الثلاثاء، 7 أبريل 2026", "7 أبريل", "أبريل 2026", "1,234"),
    ],
)
def test_dates_and_numbers_are_written_as_the_language_does(
    locale: str, long: str, short: str, of_the_month: str, large: str
) -> None:
    day = date(2026, 4, 7)

    assert capfirst(long_date(day, locale)) == long
    assert short_date(day, locale) == short
    assert capfirst(month(day, locale)) == of_the_month
    assert number(1234, locale) == large


@pytest.mark.parametrize(
    ("wish", "served"),
    [
        ("zh-Hans-CN", "zh-hans"),
        ("zh-CN", "zh-hans"),
        ("zh", "zh-hans"),
        ("zh-TW", "zh-hans"),
        ("pt", "pt-br"),
        ("pt-PT", "pt-br"),
        ("es_419", "es"),
        ("fr-CA", "fr"),
        ("tlh", None),
        ("", None),
    ],
)
def test_any_spelling_of_a_language_finds_the_nearest_of_ours(wish: str, served: str | None) -> None:
    assert offered(wish, ["en", "es", "fr", "pt-br", "zh-hans"]) == served


@pytest.mark.parametrize(("locale", "between"), [("de", ", "), ("ja", "、"), ("zh-hans", "、"), ("ar", "، ")])
def test_lists_have_the_comma_of_the_language(locale: str, between: str) -> None:
    assert comma(locale) == between


def test_a_language_is_named_with_its_script_or_country() -> None:
    assert native_name("zh-hans") == "简体中文"
    assert native_name("pt-br") == "Português (Brasil)"
    assert language_name("zh-hans", "en") == "Simplified Chinese"
    assert language_name("ko", "de") == "Koreanisch"


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("en", "en_US"),
        ("ko", "ko_KR"),
        ("ja", "ja_JP"),
        ("zh-hans", "zh_CN"),
        ("zh-hant", "zh_TW"),
        ("zh-hant-hk", "zh_HK"),
        ("es", "es_ES"),
        ("es-419", "es_ES"),
        ("es-mx", "es_MX"),
        ("pt-br", "pt_BR"),
        ("pt", "pt_BR"),
        ("de-at", "de_AT"),
        ("ar", "ar_AR"),
        ("ar-eg", "ar_EG"),
        ("eo", "eo"),
        ("tlh", "tlh"),
    ],
)
def test_open_graph_names_a_language_with_a_territory(locale: str, said: str) -> None:
    assert open_graph(locale) == said

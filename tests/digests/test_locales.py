"""digests.locales: which names of languages and zones are taken, and what our own words are said in."""

import pytest
from django.core.exceptions import ValidationError

from digests.locales import check_locales, is_zone, spoken


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
    [("ko", "en", "ko"), ("de-at", "ko", "de"), ("fr", "ko", "ko"), ("fr", "pt", "en")],
)
def test_our_own_words_are_in_the_nearest_language_that_has_them(locale: str, default: str, said_in: str) -> None:
    assert spoken(locale, default) == said_in

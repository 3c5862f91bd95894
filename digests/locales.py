"""Languages and zones: the chain of fallbacks, the words, dates and directions of a locale. Pure."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import cache, lru_cache
from typing import TypeVar
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.dates import format_date, format_datetime, format_interval
from babel.numbers import format_decimal
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

T = TypeVar("T")

FORM = re.compile(r"[a-z]{2,3}(-[a-z]{4})?(-([a-z]{2}|[0-9]{3}))?\Z")
OWN_NAMES = {"en": "English", "zh-hans": "简体中文", "zh-hant": "繁體中文"}  # CLDR: "English (world)", "中文 (简体)"
# Dates as most of those write them who read English: Friday, 5 April 2024. "en" alone is American to CLDR.
DATA = {"en": "en-001"}
OPEN_GRAPH = {"ar": "AR"}  # which is no country of it: so Facebook, whose format it is, names Arabic
RIGHT_TO_LEFT = {"ar", "dv", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"}


@lru_cache(maxsize=1024)
def chain(locale: str, *others: str) -> tuple[str, ...]:
    """Where to look for words, best first: `chain("pt-br", "de")` is ("pt-br", "pt", "de", "en").

    `others` are further wishes in order, usually the reader's second language and the newsletter's default.
    """
    links: list[str] = []
    for wish in (locale, *others, "en"):
        parts = wish.split("-") if wish else []
        links += ["-".join(parts[:end]) for end in range(len(parts), 0, -1)]
    return tuple(dict.fromkeys(links))


def in_chain(words: Mapping[str, T], locale: str, *others: str) -> T | None:
    """The value of the first locale in the chain that has one."""
    return next((words[link] for link in chain(locale, *others) if words.get(link)), None)


def offered(wish: str, locales: Iterable[str]) -> str | None:
    """The offered locale that serves `wish` (any spelling of BCP 47), if one does.

    zh-Hans-CN -> zh-hans. Where only another script or region of the language is there, it is better than another
    language: pt -> pt-br, zh-TW -> zh-hans.
    """
    known = list(locales)
    parts = wish.strip().replace("_", "-").lower().split("-")
    links = ["-".join(parts[:end]) for end in range(len(parts), 0, -1)]
    relatives = (locale for locale in known if locale.split("-", maxsplit=1)[0] == parts[0])
    return next((link for link in links if link in known), next(relatives, None))


def spoken(locale: str, *others: str) -> str:
    """The first of these languages that our own words are there in: what a page or mail around summaries speaks."""
    ours = [code for code, _name in settings.LANGUAGES]
    found = (offered(wish, ours) for wish in (locale, *others) if wish)
    return next(filter(None, found), "en")


def bcp47(locale: str) -> str:
    """The locale as `lang` attributes write it: zh-hans -> zh-Hans, pt-br -> pt-BR."""
    language, *rest = locale.split("-")
    return "-".join([language, *(part.title() if len(part) == 4 else part.upper() for part in rest)])


def open_graph(locale: str) -> str:
    """The locale as Open Graph has it, with where most of its speakers live: ko -> ko_KR, zh-hans -> zh_CN."""
    language, *rest = locale.split("-")
    likely = get_global("likely_subtags")
    full = likely.get(bcp47(locale).replace("-", "_")) or likely.get(language) or language
    places = [*(part.upper() for part in rest), OPEN_GRAPH.get(language, ""), full.split("_")[-1]]
    place = next((place for place in places if len(place) == 2 and place.isupper()), "")
    return f"{language}_{place}" if place else language


def direction(locale: str) -> str:
    return "rtl" if locale.split("-", maxsplit=1)[0] in RIGHT_TO_LEFT else "ltr"


def native_name(locale: str) -> str:
    """The language's own name for itself: ko -> 한국어; an unknown one is named by its code."""
    name = OWN_NAMES.get(locale) or (_babel(locale).get_display_name() if FORM.match(locale) else None)
    return name[:1].upper() + name[1:] if name else locale


def language_name(locale: str, into: str) -> str:
    """What the language is called in another one: ("ko", "de") -> Koreanisch."""
    if not FORM.match(locale):
        return locale
    names = _babel(into).languages
    keys = (bcp47(locale).replace("-", "_"), locale.split("-", maxsplit=1)[0])
    return next((names[key] for key in keys if key in names), locale)


def long_date(day: date, locale: str) -> str:
    """Friday, 5 April 2024, in the words of the locale."""
    return format_date(day, "full", locale=_babel(locale))


def short_date(day: date, locale: str) -> str:
    """5 April, in the words of the locale."""
    pattern = {"en": "d MMMM", "ko": "MMMM d일", "ja": "M月d日", "zh": "M月d日"}.get(locale.split("-", maxsplit=1)[0])
    return format_date(day, pattern or _month_day(locale), locale=_babel(locale))


def week_date(day: date, locale: str) -> str:
    """Fri, 5 Apr, in the words of the locale: for lists whose year stands above them."""
    known = _babel(locale).datetime_skeletons.get("MMMEd")
    ours = "EEE, d MMM" if known is None or locale == "en" else known.pattern
    return format_date(day, ours, locale=_babel(locale))


def long_span(first: date, last: date, locale: str) -> str:
    """4–10 Apr 2026, in the words of the locale."""
    return format_interval(first, last, "yMMMMd", locale=_babel(locale))


def short_span(first: date, last: date, locale: str) -> str:
    """4–10 Apr, in the words of the locale."""
    return format_interval(first, last, "MMMMd", locale=_babel(locale))


def month(day: date, locale: str) -> str:
    """April 2024, in the words of the locale."""
    pattern = _babel(locale).datetime_skeletons.get("yMMMM")
    return format_date(day, pattern.pattern if pattern else "MMMM y", locale=_babel(locale))


def clock(moment: datetime, zone: ZoneInfo, locale: str) -> str:
    """07:00, on the clock of `zone`."""
    return format_datetime(moment, "HH:mm", tzinfo=zone, locale=_babel(locale))


def city(zone: str, locale: str) -> str:
    """The place that a zone is named after: Asia/Seoul -> 서울; a zone without one keeps its name (UTC)."""
    known = _babel(locale).time_zones
    aliases = (zone, *older_names(zone))
    names = (known[alias].get("city") for alias in aliases if alias in known)
    return next((name for name in names if name), zone.rpartition("/")[2].replace("_", " "))


def has_city(zone: str) -> bool:
    """Whether CLDR knows the zone under this name, and so browsers do."""
    return zone in _babel("ko").time_zones  # Korean names each of them


def comma(locale: str) -> str:
    """What stands between the members of a list, with its space."""
    if locale.split("-", maxsplit=1)[0] in {"ja", "zh"}:
        return "、"
    return "، " if direction(locale) == "rtl" else ", "


def sentences(locale: str, *said: str) -> str:
    """The sentences behind each other: with a space between them, or none as Chinese and Japanese write."""
    return ("" if locale.split("-", maxsplit=1)[0] in {"ja", "zh"} else " ").join(said)


def first_weekday(locale: str) -> int:
    """The day that weeks begin with in calendars of this language; Monday is 0, Sunday 6."""
    return int(_babel(locale).first_week_day)


def number(value: int, locale: str) -> str:
    return format_decimal(value, locale=_babel(locale))


def is_zone(name: str) -> bool:
    """Whether the name is UTC or one of a place, such as Asia/Seoul: EST or Factory are nobody's."""
    return name in _zones()


def check_locale(value: object) -> None:
    if not isinstance(value, str) or not FORM.match(value) or not _is_known(value):
        raise ValidationError(_("A language code in lower case, such as en, ko or zh-hans."))


def check_locales(value: object) -> None:
    if not isinstance(value, list) or not value or len(set(map(str, value))) < len(value):
        raise ValidationError(_('A list of different language codes, such as ["en", "ko"].'))
    for locale in value:
        check_locale(locale)


def check_zone(value: object) -> None:
    if not isinstance(value, str) or not is_zone(value):
        raise ValidationError(_("A time zone such as Asia/Seoul."))


@cache
def _zones() -> frozenset[str]:
    places = (name for name in available_timezones() if "/" in name and not name.startswith(("posix/", "right/")))
    return frozenset(["UTC", *places])


def older_names(zone: str) -> tuple[str, ...]:
    """Names that the zone had before: some browsers report them still (Asia/Calcutta for Asia/Kolkata)."""
    return _other_names().get(zone, ())


@cache
def _other_names() -> Mapping[str, tuple[str, ...]]:
    """Older names of a zone: CLDR keeps its words under Asia/Calcutta, not under Asia/Kolkata."""
    names: dict[str, tuple[str, ...]] = {}
    for older, newer in get_global("zone_aliases").items():
        names[newer] = (*names.get(newer, ()), older)
    return names


def _babel(locale: str) -> Locale:
    known = _known_to_babel(locale)
    return Locale.parse(DATA.get(known, known), sep="-")


def _known_to_babel(locale: str) -> str:
    """The nearest locale that Babel has data for; English where it has none."""
    return next((link for link in chain(locale) if _is_known(link)), "en")


def _is_known(locale: str) -> bool:
    try:
        Locale.parse(locale, sep="-")
    except (ValueError, UnknownLocaleError):
        return False
    return True


def _month_day(locale: str) -> str:
    pattern = _babel(locale).datetime_skeletons.get("MMMMd")
    return pattern.pattern if pattern else "d MMMM"

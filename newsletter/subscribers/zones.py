"""The time zones that a reader can choose from, by continent and in the reader's language. Pure."""

from collections import defaultdict
from functools import cache
from importlib.resources import files

from django.utils import translation
from django.utils.translation import pgettext_lazy

from digests.locales import city, has_city, is_zone, older_names

CONTINENTS = {
    "Africa": pgettext_lazy("continent", "Africa"),
    "America": pgettext_lazy("continent", "America"),
    "Antarctica": pgettext_lazy("continent", "Antarctica"),
    "Arctic": pgettext_lazy("continent", "Arctic"),
    "Asia": pgettext_lazy("continent", "Asia"),
    "Atlantic": pgettext_lazy("continent", "Atlantic Ocean"),
    "Australia": pgettext_lazy("continent", "Australia"),
    "Europe": pgettext_lazy("continent", "Europe"),
    "Indian": pgettext_lazy("continent", "Indian Ocean"),
    "Pacific": pgettext_lazy("continent", "Pacific Ocean"),
}
Choice = tuple[str, str]
Group = tuple[str, tuple[Choice, ...]]


@cache
def choices(locale: str) -> tuple[Group, ...]:
    """UTC under no name, then each continent with its cities, by name."""
    groups: dict[str, list[Choice]] = defaultdict(list)
    for zone in _zones():
        groups[zone.partition("/")[0]].append((zone, city(zone, locale)))
    with translation.override(locale):
        named = [
            (str(CONTINENTS[continent]), tuple(sorted(cities, key=lambda choice: choice[1])))
            for continent, cities in groups.items()
            if continent in CONTINENTS
        ]
    return ("", (("UTC", "UTC"),)), *sorted(named)


def with_choice(zone: str, locale: str) -> tuple[Group, ...]:
    """The choices, and before them `zone` if it is one under another name (Asia/Calcutta)."""
    if zone in ("UTC", *_zones()) or not is_zone(zone):
        return choices(locale)
    return ("", ((zone, city(zone, locale)),)), *choices(locale)


@cache
def reported() -> dict[str, str]:
    """Names that browsers report, by CLDR, for zones that have another one in the list: Asia/Calcutta, and its like."""
    return {older: zone for zone in _zones() for older in older_names(zone) if has_city(older)}


@cache
def _zones() -> tuple[str, ...]:
    """One zone per place: the list of the tz database without its old spellings (Asia/Calcutta)."""
    lines = (files("tzdata") / "zoneinfo" / "zone.tab").read_text(encoding="utf-8").splitlines()
    names = (line.split("\t")[2] for line in lines if line and not line.startswith("#"))
    return tuple(name for name in names if is_zone(name))

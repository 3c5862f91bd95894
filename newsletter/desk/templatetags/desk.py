"""What templates of the desk say: days, hours and names in the editor's language."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django import template
from django.utils.translation import get_language

from digests import locales
from digests.markup import safe_url
from digests.models import Newsletter
from newsletter.desk.stages import Stage
from newsletter.desk.wording import STAGES, TONES

register = template.Library()


@register.filter
def long_day(day: date) -> str:
    return locales.long_date(day, get_language() or "en")


@register.filter
def short_day(day: date) -> str:
    return locales.short_date(day, get_language() or "en")


@register.filter
def at_desk(moment: datetime, newsletter: Newsletter) -> str:
    """07:00, on the clock of the newsletter's editors."""
    return locales.clock(moment, ZoneInfo(newsletter.time_zone), get_language() or "en")


@register.simple_tag
def hour(moment: datetime, newsletter: Newsletter, day: date) -> str:
    """The same, with its date where that is not the day: Seoul's morning may be the editors' evening before."""
    own = moment.astimezone(ZoneInfo(newsletter.time_zone)).date()
    at = at_desk(moment, newsletter)
    return at if own == day else f"{short_day(own)}, {at}"


@register.filter
def place(newsletter: Newsletter) -> str:
    """The place whose clock the editors go by."""
    return locales.city(newsletter.time_zone, get_language() or "en")


@register.filter
def language(locale: str) -> str:
    return locales.language_name(locale, get_language() or "en")


@register.filter
def whole(value: int) -> str:
    return locales.number(value or 0, get_language() or "en")


@register.filter
def of(counts: Mapping[str, int], kind: str) -> int:
    return counts.get(kind, 0)


@register.filter
def followable(address: str) -> str:
    """The address where it is one of the web; nothing else."""
    return safe_url(address)


@register.filter
def listed(names: Iterable[str]) -> str:
    return locales.comma(get_language() or "en").join(names)


@register.filter
def stage_name(stage: Stage) -> str:
    return str(STAGES[stage])


@register.filter
def tone(stage: Stage) -> str:
    """The class of a stage's colour: good, warn, bad or quiet."""
    return TONES[stage]

"""Who gets it, and when: readers per language and zone, the first mail and the last one. Pure."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from digests.locales import city, clock, comma, language_name, number, week_date
from newsletter.desk.preflight.case import Case, Morning, readers_question
from newsletter.desk.preflight.report import Line, is_fine, warns

ZONES_NAMED = 8


def lines(case: Case) -> Iterator[Line]:
    if not case.has_readers:
        yield warns("audience.none", _("Nobody reads it yet."))
        return
    if case.first is None or case.last is None:
        yield warns("audience.late", _("The day is over for all of its readers: no mail would leave."))
    else:
        yield is_fine("audience.hours", _hours(case.first, case.last, case.now))
    counted = case.answer(readers_question(case))
    if counted is None:
        yield warns("audience.unknown", _("The readers were not counted yet."))
    elif not counted:
        yield warns("audience.nobody", _("Nobody has chosen this day."))
    else:
        yield from _counts(counted)


def total(counted: list[tuple[str, str, int]]) -> int:
    return sum(count for _locale, _zone, count in counted)


def _counts(counted: list[tuple[str, str, int]]) -> Iterator[Line]:
    speech = get_language() or "en"
    by_locale, by_zone = Counter[str](), Counter[str]()
    for locale, zone, count in counted:
        by_locale[language_name(locale, speech)] += count
        by_zone[city(zone, speech)] += count
    readers = total(counted)
    words = ngettext("%(count)s reader: %(languages)s.", "%(count)s readers: %(languages)s.", readers)
    yield is_fine(
        "audience.languages", words % {"count": number(readers, speech), "languages": _listed(by_locale, speech)}
    )
    named, more = dict(by_zone.most_common(ZONES_NAMED)), len(by_zone) - ZONES_NAMED
    if more > 0:
        words = ngettext("In %(zones)s and %(count)s more zone.", "In %(zones)s and %(count)s more zones.", more)
    else:
        words = _("In %(zones)s.")
    yield is_fine("audience.zones", words % {"zones": _listed(named, speech), "count": more})


def _listed(counts: Mapping[str, int], speech: str) -> str:
    ranked = sorted(counts.items(), key=lambda item: -item[1])
    return comma(speech).join(f"{name} {number(count, speech)}" for name, count in ranked)


def _hours(first: Morning, last: Morning, now: datetime) -> str:
    if last.due_at <= now:
        return _("All mails leave at once.")
    if first.due_at <= now:
        return _("The first mails leave at once, the last ones %(last)s.") % {"last": _moment(last)}
    return _("The first mails leave %(first)s, the last ones %(last)s.") % {
        "first": _moment(first),
        "last": _moment(last),
    }


def _moment(morning: Morning) -> str:
    """Tue, 7 Apr, 07:00 (Seoul)."""
    speech, zone = get_language() or "en", ZoneInfo(morning.zone)
    day = week_date(morning.due_at.astimezone(zone).date(), speech)
    said = {"day": day, "hour": clock(morning.due_at, zone, speech), "place": city(morning.zone, speech)}
    return _("%(day)s, %(hour)s (%(place)s)") % said

"""Whether it is the day for it: no day off, no second digest for the same readers, nothing sent already. Pure."""

from collections.abc import Iterator
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from digests.locales import long_date
from newsletter.desk.preflight.case import Case
from newsletter.desk.preflight.report import Line, blocks, is_fine, warns
from newsletter.subscribers.schedule import DAILY

FAR = timedelta(days=3)  # a digest that is approved so long ahead misses what comes in


def lines(case: Case) -> Iterator[Line]:
    day = case.content.day
    found = [*_off(case), *_beside(case), *_left(case), *_far(case)]
    yield from found
    if not found:
        yield is_fine("calendar.free", _("It is the only digest of %(day)s.") % {"day": _date(day)})


def _off(case: Case) -> Iterator[Line]:
    day, page = _date(case.content.day), case.pages.days_off
    if case.day_off is not None and case.content.kind != DAILY:  # decision 0022
        yield warns(
            "calendar.off", _("%(day)s has no daily digest; this one goes out all the same.") % {"day": day}, page
        )
    elif case.day_off is not None:
        words = (
            _("%(day)s is a day without a digest: %(reason)s")
            if case.day_off
            else _("%(day)s is a day without a digest.")
        )
        told = words % {"day": day, "reason": case.day_off}
        yield blocks("calendar.off", told, page, (case.content.day.isoformat(),))


def _beside(case: Case) -> Iterator[Line]:
    for name in case.beside:
        words = _("Its readers get another one on the same day: %(digest)s")
        yield warns("calendar.second", words % {"digest": name}, case.pages.digest, (name,))


def _left(case: Case) -> Iterator[Line]:
    if case.has_left:
        words = _("Mails of it have left already: what is approved now goes to the readers still to come.")
        yield warns("calendar.left", words)


def _far(case: Case) -> Iterator[Line]:
    today = case.now.astimezone(ZoneInfo(case.time_zone)).date()
    if case.content.day - today > FAR:
        yield warns("calendar.far", _("It is for %(day)s, which is some days away.") % {"day": _date(case.content.day)})


def _date(day: date) -> str:
    return long_date(day, get_language() or "en")

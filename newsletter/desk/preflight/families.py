"""The families of checks, in the order in which an editor looks: a further one gets a line here. Pure."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from newsletter.desk.preflight import (
    audience,
    calendar,
    domain,
    images,
    links,
    papers,
    sender,
    size,
    spam,
    summaries,
    wording,
)
from newsletter.desk.preflight.case import Case
from newsletter.desk.preflight.report import Line


@dataclass(frozen=True, slots=True)
class Family:
    """Checks of one sort: their name in the kind of each line, what the page calls them, and the lines."""

    name: str
    title: Promise
    lines: Callable[[Case], Iterator[Line]]


FAMILIES = (
    Family("papers", _("Papers"), papers.lines),
    Family("summaries", _("Languages"), summaries.lines),
    Family("wording", _("Words"), wording.lines),
    Family("links", _("Links"), links.lines),
    Family("images", _("Pictures"), images.lines),
    Family("size", _("Size"), size.lines),
    Family("spam", _("Spam"), spam.lines),
    Family("audience", _("Readers"), audience.lines),
    Family("calendar", _("Day"), calendar.lines),
    Family("sender", _("Sender"), sender.lines),
    Family("domain", _("Domain"), domain.lines),
)

"""Whether there are papers, and none that readers had before. Pure."""

from collections.abc import Iterator

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from digests.columns import shorten
from digests.locales import long_date
from digests.markup import line
from newsletter.desk.preflight.case import Case
from newsletter.desk.preflight.report import Line, blocks, is_fine

NAMED = 80  # columns of a title in a line


def lines(case: Case) -> Iterator[Line]:
    entries = case.content.entries
    if not entries:
        yield blocks("papers.none", _("There are no papers in it."), mend=case.pages.digest)
        return
    again = [entry for entry in entries if entry.paper in case.sent_before]
    for entry in again:
        day = case.sent_before[entry.paper]
        said = {"title": titled(entry.title), "day": long_date(day, get_language() or "en")}
        yield blocks(
            "papers.again",
            _("Readers had “%(title)s” on %(day)s already. Leave it out, or say that it shall go out again.") % said,
            mend=case.pages.digest,
            about=(str(entry.paper), day.isoformat()),
        )
    if not again:
        count = len(entries)
        words = ngettext("%(count)s paper, and new to readers.", "%(count)s papers, all new to readers.", count)
        yield is_fine("papers.new", words % {"count": count})


def titled(title: str) -> str:
    return shorten(line(title), NAMED)

"""Whether there are papers. One that readers had before is not among them, unless an editor wants it again. Pure."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from digests.columns import shorten
from digests.markup import line
from newsletter.desk.preflight.case import Case
from newsletter.desk.preflight.report import Line, blocks, is_fine

NAMED = 80  # columns of a title in a line


def lines(case: Case) -> Iterator[Line]:
    count = len(case.content.entries)
    if count:
        yield is_fine("papers.some", ngettext("%(count)s paper.", "%(count)s papers.", count) % {"count": count})
    else:
        yield blocks("papers.none", _("There are no papers in it."), mend=case.pages.digest)


def titled(title: str) -> str:
    return shorten(line(title), NAMED)

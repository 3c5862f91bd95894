"""Looking at a digest before it is approved: with what is known already, so that a page is quick."""

from datetime import datetime

from digests.content import Content
from digests.models import Digest
from newsletter.desk.preflight.families import FAMILIES
from newsletter.desk.preflight.gathering import case_of
from newsletter.desk.preflight.report import Report


def look(digest: Digest, *, now: datetime, content: Content | None = None) -> Report:
    """All lines about the digest, in the active language. Asks nobody outside; see learning.py for that.

    `content` is what was frozen of it, where somebody has frozen it already.
    """
    case = case_of(digest, now=now, content=content)
    return Report(tuple(line for family in FAMILIES for line in family.lines(case)))

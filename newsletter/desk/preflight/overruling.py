"""Overruling: a publisher lets a digest go out although a line of pre-flight blocks, and says why."""

from collections.abc import Mapping
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from digests.models import Digest
from newsletter.desk.models import Overruling
from newsletter.desk.preflight import queries
from newsletter.desk.preflight.report import Line, Report
from newsletter.staff.acting import record
from newsletter.staff.models import User

LONGEST = 300


class NotOverruled(ValueError):
    """The line cannot be overruled; `str()` says why, for the editor."""


def blocking(report: Report, digest: Digest) -> list[Line]:
    """The lines that keep the digest from being approved: those that block and that nobody has overruled."""
    if not report.blocking:
        return []
    overruled = overruled_of(digest)
    return [line for line in report.blocking if line.mark not in overruled]


def overruled_of(digest: Digest) -> Mapping[str, Overruling]:
    """What was overruled for this digest, by the line's mark."""
    return {row.mark: row for row in queries.overrulings(digest)}


@transaction.atomic
def overrule(report: Report, digest: Digest, mark: str, *, reason: str, by: User, now: datetime) -> None:
    """The line of this mark blocks no more, for this digest and as long as it says the same.

    Raises PermissionDenied for whoever may not approve, and NotOverruled without a reason or such a line.
    """
    if not by.has_perm("digests.approve_digest", digest):
        raise PermissionDenied("overruling needs the role of a publisher")
    words = " ".join(reason.split())
    if not words:
        raise NotOverruled(_("Say why: others read it in the log."))
    if len(words) > LONGEST:
        raise NotOverruled(_("Say it in 300 characters."))
    line = next((line for line in report.blocking if line.mark == mark), None)
    if line is None:
        raise NotOverruled(_("This does not block any more."))
    _row, is_new = Overruling.objects.get_or_create(
        digest=digest, mark=mark, defaults={"reason": words, "by": by, "at": now}
    )
    if is_new:
        record("overrule", digest, by=by, after={"line": line.words, "kind": line.kind, "reason": words})

"""Work on summaries: writing one, saying that it is right, accepting what a check found; nothing is overwritten."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from digests import pasting
from digests.check_queries import hold_papers, open_levels, told_in
from digests.checking import check
from digests.models import Digest, Finding, Paper, Summary
from digests.pasting import Change
from newsletter.staff.acting import record
from newsletter.staff.models import User

LONGEST = 20_000  # characters: ten times what the longest abstract has
PASTED = 200_000  # with all that Word puts around them


class Refused(ValueError):
    """The text cannot stand so; `str()` says why, for the editor."""


class Overtaken(Exception):
    """Somebody has changed or removed the summary since it was looked at. `now` is what stands there, if anything."""

    def __init__(self, now: Summary | None) -> None:
        super().__init__("the summary was changed meanwhile")
        self.now = now


@dataclass(frozen=True, slots=True)
class Written:
    """The summary as it stands now, and what was changed in the text before it was stored."""

    summary: Summary
    changes: dict[Change, int]


@transaction.atomic
def write(paper: Paper, locale: str, text: str, *, seen: int | None, by: User, now: datetime) -> Written:
    """The paper's summary in the language is this text, written and checked by `by`, and has been checked for findings.

    `seen` is the version that the editor had before the eyes, None where there was no summary. Raises PermissionDenied,
    Refused, or Overtaken; then nothing has changed.
    """
    _require(by, paper, locale, new=seen is None)
    if len(text) > PASTED:
        raise _too_long()
    tidied = pasting.tidy(text)
    if not tidied.text:
        raise Refused(_("Write something: a summary cannot be empty."))
    if len(tidied.text) > LONGEST:
        raise _too_long()
    values = {
        "text": tidied.text,
        "origin": Summary.Origin.HUMAN,
        "checked_by": by,
        "checked_at": now,
        "updated_at": now,
    }
    hold_papers([paper.pk])  # before any summary: the admin's own forms and imports lock in this order too
    before = Summary.objects.filter(paper=paper, locale=locale).first()
    summary = _create(paper, locale, values) if seen is None else _change(paper, locale, values, seen=seen)
    check([paper.pk])  # of the others too: a link that is new here is missing there
    told = {"text": before.text, "origin": before.origin} if before else {}
    record("write", summary, by=by, before=told, after={"text": summary.text, "origin": summary.origin})
    return Written(summary, tidied.changes)


@transaction.atomic
def mark_checked(summary: Summary, *, seen: int, by: User, now: datetime) -> Summary:
    """The summary's text was read by `by` and is right as it stands. Raises PermissionDenied or Overtaken."""
    _require(by, summary.paper, summary.locale, new=False)
    values = {"checked_by": by, "checked_at": now, "updated_at": now}
    changed = _change(summary.paper, summary.locale, values, seen=seen)
    changed.paper = summary.paper  # with what is known of its newsletters
    after = {"checked_by": by.pk, "checked_at": now.isoformat()}
    record("check", changed, by=by, before={"checked_by": summary.checked_by_id}, after=after)
    return changed


@transaction.atomic
def mark_all_checked(digest: Digest, locale: str, read: Mapping[int, int], *, by: User, now: datetime) -> int:
    """`by` has read what the digest tells in this language (id of a summary -> version), and it is right; of how many
    that is said now.

    Not of those that were changed or checked since, or that an error was found in. Raises PermissionDenied.
    """
    done, told = 0, told_in(digest, locale, read)
    levels = open_levels(told, digest.newsletter)
    for summary in told:
        if levels[summary.pk][Finding.Level.ERROR]:
            continue
        try:
            mark_checked(summary, seen=read[summary.pk], by=by, now=now)
        except Overtaken:
            continue
        done += 1
    return done


@transaction.atomic
def accept(finding: Finding, *, by: User, now: datetime) -> bool:
    """The finding is right as it stands, says `by`; False where somebody has said so before."""
    return _decide(finding, "accept", by=by, accepted_by=by, accepted_at=now)


@transaction.atomic
def open_again(finding: Finding, *, by: User) -> bool:
    """The finding is open as if nobody had accepted it; False where it is open already."""
    return _decide(finding, "open again", by=by, accepted_by=None, accepted_at=None)


def _too_long() -> Refused:
    return Refused(_("That is too long: a summary has %(most)s characters at most.") % {"most": LONGEST})


def _decide(finding: Finding, verb: str, *, by: User, **values: Any) -> bool:
    if not by.has_perm("digests.change_finding", finding):
        raise PermissionDenied("accepting a finding needs the role of an editor, or of a translator in its language")
    wanted = values["accepted_at"] is None
    rows = Finding.objects.filter(pk=finding.pk, accepted_at__isnull=not wanted)
    if not rows.update(**values):
        return False
    before = {"accepted_by": finding.accepted_by_id}
    record(verb, finding, by=by, before=before, after={"accepted_by": by.pk if values["accepted_by"] else None})
    finding.refresh_from_db()
    return True


def _create(paper: Paper, locale: str, values: dict[str, Any]) -> Summary:
    try:
        with transaction.atomic():
            return Summary.objects.create(paper=paper, locale=locale, version=1, **values)
    except IntegrityError:
        there = Summary.objects.filter(paper=paper, locale=locale).select_related("checked_by").first()
        raise Overtaken(there) from None


def _change(paper: Paper, locale: str, values: dict[str, Any], *, seen: int) -> Summary:
    rows = Summary.objects.filter(paper=paper, locale=locale)
    if not rows.filter(version=seen).update(**values, version=F("version") + 1):
        raise Overtaken(rows.select_related("checked_by").first())
    return rows.select_related("checked_by").get()


def may_write(user: User, paper: Paper, locale: str, *, new: bool) -> bool:
    """Whether the user's role covers this language of this paper."""
    act = "add" if new else "change"
    return bool(user.has_perm(f"digests.{act}_summary", Summary(paper=paper, locale=locale)))


def _require(by: User, paper: Paper, locale: str, *, new: bool) -> None:
    if not may_write(by, paper, locale, new=new):
        raise PermissionDenied("a summary is written by editors, and by translators in their own languages")

"""Scheduling: days without a digest, and special issues made by hand."""

from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from digests import days
from digests.models import DayOff, Digest, DigestText, Newsletter
from newsletter.desk import queries
from newsletter.desk.approving import NotPossible
from newsletter.staff.acting import record
from newsletter.staff.models import User


@transaction.atomic
def take_off(newsletter: Newsletter, day: date, *, by: User, reason: str = "") -> DayOff:
    """The newsletter has no daily digest on that day: nobody is alarmed, and what comes in waits for the next one.

    Said twice, the reason is the last one. Raises PermissionDenied, or NotPossible where a digest of that day is
    approved.
    """
    _require("digests.add_dayoff", newsletter, by)
    if days.day_problem(day):
        raise NotPossible(_("A day from 2000 to 2100."))
    approved = [Digest.Status.APPROVED, Digest.Status.PAUSED, Digest.Status.CLOSED]
    daily = newsletter.digests.filter(day=day, kind=Digest.Kind.DAILY, status__in=approved).first()
    if daily is not None:
        text = _("%(digest)s is %(status)s already: a day that has a digest is no day off.")
        raise NotPossible(text % {"digest": daily, "status": daily.get_status_display()})
    off, is_new = DayOff.objects.update_or_create(newsletter=newsletter, day=day, defaults={"reason": reason[:100]})
    record("take off" if is_new else "change", off, by=by, after={"day": day.isoformat(), "reason": off.reason})
    return off


@transaction.atomic
def put_back(off: DayOff, *, by: User) -> None:
    """The day has a digest again. What it collected is its own, but for what the next day has already."""
    _require("digests.delete_dayoff", off.newsletter, by)
    record("put back", off, by=by, before={"day": off.day.isoformat(), "reason": off.reason})
    off.delete()


@transaction.atomic
def begin_special(newsletter: Newsletter, day: date, *, slug: str, title: str, by: User) -> Digest:
    """A draft of a special issue, without papers; `title` is its subject in the newsletter's own language.

    Raises PermissionDenied, or NotPossible where there is one of that name, or the name cannot be one.
    """
    _require("digests.add_digest", newsletter, by)
    queries.lock_newsletter(newsletter)  # of two clicks the second finds what the first has begun
    digest = Digest(newsletter=newsletter, day=day, kind=Digest.Kind.SPECIAL, slug=slug)
    words = DigestText(digest=digest, locale=newsletter.default_locale, subject=title.strip())
    try:
        digest.full_clean()
        words.clean_fields(exclude=["digest"])
    except ValidationError as problem:
        raise NotPossible(" ".join(problem.messages)) from problem
    digest.save()
    words.digest = digest
    words.save()
    record("begin", digest, by=by, after={"slug": slug, "subject": words.subject})
    return digest


def _require(permission: str, newsletter: Newsletter, by: User) -> None:
    if not by.has_perm(permission, newsletter):
        raise PermissionDenied("the calendar needs the role of an editor")

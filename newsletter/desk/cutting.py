"""The cut-off: what is ready is approved by itself, where the newsletter says so; else its editors get a mail."""

import logging
from collections.abc import Iterable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation

from digests.locales import long_date
from digests.looks import look as look_of
from digests.models import Digest, Newsletter
from newsletter.delivery import ledger
from newsletter.desk import queries
from newsletter.desk.approving import NotPossible, approve
from newsletter.desk.preflight import learning
from newsletter.desk.preflight.looking import look
from newsletter.desk.preflight.overruling import blocking
from newsletter.postbox import letters
from newsletter.postbox.models import Letter, Sender
from newsletter.postbox.queries import assigned_sender
from newsletter.staff.acting import record
from newsletter.staff.models import User
from newsletter.subscribers import schedule

logger = logging.getLogger(__name__)

WINDOW = timedelta(hours=12)  # a cut-off that was missed for longer, because nothing ran, is of no use any more
AHEAD = timedelta(minutes=15)  # so long before it links and DNS are looked at: what is known then decides
PATIENCE = timedelta(minutes=10)  # so long after it what is not known yet is waited for
AGAIN = timedelta(minutes=3)  # a look takes two minutes at most
UNKNOWN = ".unknown"
VERB = "cut off"
NAMED = 5  # reasons in a mail


def cut_off(*, now: datetime) -> None:
    """Each digest of a day whose cut-off has come is approved, or its editors have a letter; each once."""
    for newsletter in queries.newsletters_with_a_cut_off():
        try:
            with translation.override(newsletter.default_locale):  # the reasons are read in a letter of it
                _cut(newsletter, now=now)
        except Exception:  # one odd newsletter must not stop the others
            logger.exception("the cut-off of newsletter %s was not kept", newsletter.pk)


def _cut(newsletter: Newsletter, *, now: datetime) -> None:
    zone = ZoneInfo(newsletter.time_zone)
    today = (now + AHEAD).astimezone(zone).date()  # of a cut-off at midnight the day is near
    at = datetime.combine(today, newsletter.cut_off or time(0), zone)
    if now < at - AHEAD:  # that of the day before may still be kept
        today -= schedule.DAY
        at = datetime.combine(today, newsletter.cut_off or time(0), zone)
    if not at - AHEAD <= now < at + WINDOW:
        return
    is_off = queries.is_day_off(newsletter, today)  # which takes the daily digest away, and no other
    drafts = [draft for draft in queries.drafts_of(newsletter, today) if not is_off or draft.kind != Digest.Kind.DAILY]
    if now < at:
        for digest in drafts:
            learning.ask_once(digest, since=at - AHEAD, now=now)
        return
    for digest in drafts:
        try:
            _approve_or_tell(digest, since=at, now=now)
        except Exception as problem:  # one odd digest must not stop the others, and somebody has to know
            logger.exception("the cut-off of digest %s was not kept", digest.pk)
            _tell_once(newsletter, digest, [str(problem)], since=at, now=now)
    if not is_off and not queries.has_digest(newsletter, today):
        _tell_once(newsletter, None, [], since=at, now=now)


@transaction.atomic
def _approve_or_tell(digest: Digest, *, since: datetime, now: datetime) -> None:
    """In this order of locks, as approving has it; a second run finds what the first has done.

    What somebody took back that day, or what came in after the cut-off, people decide about.
    """
    ledger.hold(digest.pk)
    if queries.has_act(VERB, digest, since=since) or not queries.is_draft(digest):
        return
    is_theirs = digest.created_at > since or queries.has_act("unapprove", digest, since=since - schedule.DAY)
    reasons, unknown = _reasons(digest, now=now)
    is_ours = digest.newsletter.approves_itself and not is_theirs
    if is_ours and not reasons:
        if unknown and now < since + PATIENCE:
            learning.ask_once(digest, since=now - AGAIN, now=now)
            return
        reasons = unknown
    if is_ours and not reasons:
        try:
            with transaction.atomic():
                approve(digest, by=None, now=now)
            record(VERB, digest, by=None, after={"status": digest.status})
            return
        except NotPossible as problem:
            reasons = [str(problem)]
    _tell_once(digest.newsletter, digest, reasons, since=since, now=now)


def _reasons(digest: Digest, *, now: datetime) -> tuple[list[str], list[str]]:
    """What blocks, and what is not known though it may block: nobody is there to look at it."""
    report = look(digest, now=now)
    unknown = [line.words for line in report.warnings if line.kind.endswith(UNKNOWN)]
    return [line.words for line in blocking(report, digest)], unknown


@transaction.atomic
def _tell_once(
    newsletter: Newsletter, digest: Digest | None, reasons: list[str], *, since: datetime, now: datetime
) -> None:
    thing = digest or newsletter
    queries.lock_newsletter(newsletter)
    if queries.has_act(VERB, thing, since=since):
        return
    sender = assigned_sender(newsletter)
    told = [user for user in queries.editors_of(newsletter) if user.email] if sender else []
    if sender is not None:
        for user in told:
            _write(newsletter, digest, reasons, sender=sender, to=user, now=now)
    record(VERB, thing, by=None, after={"told": len(told)})


def _write(
    newsletter: Newsletter, digest: Digest | None, reasons: Iterable[str], *, sender: Sender, to: User, now: datetime
) -> Letter:
    locale = newsletter.default_locale
    page = reverse("admin:digest_preflight", args=[digest.pk]) if digest else reverse("admin:index")
    today = now.astimezone(ZoneInfo(newsletter.time_zone)).date()
    return letters.write(
        sender=sender,
        kind=Letter.Kind.EDITOR,
        to=to.email,
        locale=locale,
        context={
            "newsletter": newsletter,
            "look": look_of(locale, newsletter.accent),
            "day": long_date(digest.day if digest else today, locale),
            "is_there": digest is not None,
            "reasons": list(reasons)[:NAMED],
            "url": f"{settings.SITE_URL}{page}",
        },
        now=now,
    )

"""Gathering the case: everything that pre-flight looks at, in some twenty queries whatever the digest's size."""

from dataclasses import replace
from datetime import date, datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.files.storage import default_storage
from django.urls import NoReverseMatch, reverse

from digests.check_queries import open_findings
from digests.content import Content
from digests.editions import freeze
from digests.models import Digest
from newsletter.delivery import readers
from newsletter.delivery.planning import waits_for_next_morning
from newsletter.delivery.queries import has_left
from newsletter.desk.preflight import queries
from newsletter.desk.preflight.case import (
    Answer,
    Case,
    Found,
    Identity,
    Morning,
    Pages,
    Written,
    fingerprint_of,
    mark_of,
    questions,
)
from newsletter.desk.preflight.links import links_in
from newsletter.postbox import quota
from newsletter.postbox.queries import assigned_sender
from newsletter.subscribers import schedule

WORDS = ("subject", "preheader", "note", "correction")


def case_of(digest: Digest, *, now: datetime, content: Content | None = None) -> Case:
    """The digest as it stands, or the content that was frozen of it, with what is known around it."""
    newsletter, content = digest.newsletter, content or freeze(digest)
    first, last, has_readers = _hours(digest, now=now)
    off, sender = queries.day_off(digest), identity_of(digest)
    case = Case(
        number=digest.pk,
        content=content,
        newsletter=newsletter.pk,
        locales=tuple(newsletter.locales),
        time_zone=newsletter.time_zone,
        now=now,
        pages=pages_of(digest),
        written=tuple(
            Written(text.locale, name, said)
            for text in digest.texts.all()
            for name in WORDS
            if (said := getattr(text, name))
        ),
        findings=tuple(
            Found(one.summary.paper_id, one.summary.locale, one.level, one.mark) for one in open_findings(digest)
        ),
        images_missing=frozenset(
            entry.id for entry in content.entries if entry.image and not default_storage.exists(entry.image)
        ),
        day_off=None if off is None else off.reason,
        beside=tuple(map(str, queries.beside(digest))),
        has_left=has_left(digest),
        sender=sender,
        has_readers=has_readers,
        first=first,
        last=last,
    )
    return whole(case)


def whole(case: Case) -> Case:
    """The case with what is made of its content, and what is known of all that is far."""
    case = replace(case, fingerprint=fingerprint_of(case.content), links=links_in(case))
    marks = {mark_of(question): question for question in questions(case)}
    answers = {marks[row.mark]: Answer(row.said, row.at) for row in queries.known(marks)}
    return replace(case, known=answers)


def identity_of(digest: Digest) -> Identity | None:
    """The Sender as the digest's day finds it."""
    sender = assigned_sender(digest.newsletter)
    if sender is None:
        return None
    noon = datetime(digest.day.year, digest.day.month, digest.day.day, 12, tzinfo=ZoneInfo("UTC"))
    return Identity(
        address=sender.address,
        selector=sender.dkim_selector,
        bounce_address=sender.bounce_address,
        way=urlsplit(sender.postbox_url or settings.POSTBOX_URL).scheme,
        page=reverse("admin:postbox_sender_change", args=[sender.pk]),
        paused=sender.pause_reason if sender.paused_at else "",
        limit=quota.limit_of_a_day(sender, now=noon),
    )


def pages_of(digest: Digest) -> Pages:
    newsletter = reverse("admin:digests_newsletter_change", args=[digest.newsletter_id])
    return Pages(
        digest=reverse("admin:digests_digest_change", args=[digest.pk]),
        newsletter=newsletter,
        days_off=_page("admin:desk_calendar") or newsletter,
        paper=lambda paper: reverse("admin:digests_paper_change", args=[paper]),
        summary=lambda paper, locale: (
            _page("admin:summary_desk", paper, locale) or reverse("admin:digests_paper_change", args=[paper])
        ),
    )


def _page(name: str, *args: object) -> str:
    """The address of a page of the desk that may not be there."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def _hours(digest: Digest, *, now: datetime) -> tuple[Morning | None, Morning | None, bool]:
    """When the first and the last of the readers get it, were it approved now; and whether there is anybody."""
    hours, waits = readers.hours(digest.newsletter), waits_for_next_morning(digest)
    mornings = [
        Morning(due_at, name)
        for name, hour in hours
        for day in schedule.reading_days(digest.day, kind=digest.kind)
        if (zone := _zone(name)) and (due_at := _due(digest, day, hour, zone, waits=waits, now=now))
    ]
    mornings.sort(key=lambda morning: morning.due_at)
    return (mornings[0] if mornings else None), (mornings[-1] if mornings else None), bool(hours)


def _due(digest: Digest, day: date, hour: int, zone: ZoneInfo, *, waits: bool, now: datetime) -> datetime | None:
    last_hour = digest.newsletter.last_hour
    return schedule.due(day, hour=hour, zone=zone, last_hour=last_hour, waits=waits, now=now)


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError):  # this machine does not know it; planning says so in its log
        return None

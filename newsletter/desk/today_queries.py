"""Questions of today, each one for all newsletters or digests at once."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import NamedTuple

from django.db.models import Count, Q

from digests.check_queries import entries_in_order
from digests.models import DayOff, Digest, Entry, Finding, Newsletter, Source, Summary
from newsletter.delivery.models import Delivery
from newsletter.delivery.queries import statuses_of
from newsletter.desk.stages import Summaries
from newsletter.postbox.models import Sender
from newsletter.staff.models import Role

AHEAD = timedelta(days=7)
LEFT = (Delivery.Status.SENDING, Delivery.Status.SENT, Delivery.Status.UNCERTAIN, Delivery.Status.FAILED)
ON_ITS_WAY = (Delivery.Status.PLANNED, Delivery.Status.SENDING)


class Signs(NamedTuple):
    """What the ledger says of a digest without counting: whether it has rows of these sorts."""

    has_left: bool
    is_waiting: bool
    is_uncertain: bool


def digests_near(newsletters: Collection[Newsletter], today: date) -> list[Digest]:
    """What is to be worked on: from two days ago, for a late one, to a week ahead."""
    near = Digest.objects.filter(newsletter__in=newsletters, day__range=(today - timedelta(days=2), today + AHEAD))
    return list(near.select_related("newsletter").order_by("day", "kind", "slug"))


def signs_of(digests: Iterable[Digest]) -> dict[int, Signs]:
    """The Signs of each digest, by its id."""
    return {
        digest: Signs(
            has_left=not statuses.isdisjoint(LEFT),
            is_waiting=not statuses.isdisjoint(ON_ITS_WAY),
            is_uncertain=Delivery.Status.UNCERTAIN in statuses,
        )
        for digest, statuses in statuses_of(digests).items()
    }


def last_sent(newsletter: Newsletter, *, before: date) -> Digest | None:
    """The newest digest before that day that was approved."""
    return newsletter.digests.filter(day__lt=before, approved_at__isnull=False).order_by("-day", "kind").first()


def summaries_of(digests: Iterable[Digest]) -> dict[int, list[Summaries]]:
    """Per digest: how its included papers stand in each language on offer."""
    rows = list(digests)
    ids = [digest.pk for digest in rows]
    papers = dict(
        Entry.objects.filter(digest__in=ids, included=True)
        .order_by()
        .values_list("digest")
        .annotate(papers=Count("pk"))
    )
    said: dict[tuple[int, str], tuple[int, int]] = {}
    of_digests = Summary.objects.filter(paper__entries__digest__in=ids, paper__entries__included=True).order_by()
    counted = of_digests.values_list("paper__entries__digest", "locale").annotate(
        done=Count("pk"), checked=Count("pk", filter=Q(checked_at__isnull=False))
    )
    for digest, locale, done, checked in counted:
        said[digest, locale] = (done, checked)
    findings = _open_errors(ids)
    return {
        digest.pk: [
            Summaries(
                locale=locale,
                papers=papers.get(digest.pk, 0),
                done=said.get((digest.pk, locale), (0, 0))[0],
                checked=said.get((digest.pk, locale), (0, 0))[1],
                findings=findings.get((digest.pk, locale), 0),
            )
            for locale in digest.newsletter.locales
        ]
        for digest in rows
    }


def next_papers(digest: Digest) -> dict[str, int]:
    """Per language on offer the first paper, as readers get them, that has no summary; else that nobody has checked."""
    papers = [entry.paper_id for entry in entries_in_order(digest)]
    said = Summary.objects.filter(paper__in=papers).values_list("paper", "locale", "checked_at")
    checked = {(paper, locale): at is not None for paper, locale, at in said}
    found = {}
    for locale in digest.newsletter.locales:
        missing = [paper for paper in papers if (paper, locale) not in checked]
        unchecked = [paper for paper in papers if not checked.get((paper, locale), True)]
        if first := [*missing, *unchecked][:1]:
            found[locale] = first[0]
    return found


def _open_errors(digests: Collection[int]) -> dict[tuple[int, str], int]:
    on_entries = "summary__paper__entries__"
    rows = Finding.objects.filter(
        **{f"{on_entries}digest__in": digests, f"{on_entries}included": True},
        accepted_at__isnull=True,
        level=Finding.Level.ERROR,
    ).order_by()
    counted = rows.values_list(f"{on_entries}digest", "summary__locale").annotate(findings=Count("pk"))
    return {(digest, locale): findings for digest, locale, findings in counted}


def failed_sources(newsletters: Collection[Newsletter]) -> list[Source]:
    """Enabled sources whose last import failed."""
    return list(Source.objects.filter(newsletter__in=newsletters, enabled=True).exclude(last_error=""))


def senders_of(newsletters: Collection[Newsletter]) -> dict[int, Sender]:
    """The Sender of each newsletter that has one, by the newsletter's id."""
    senders = Sender.objects.filter(assignments__newsletter__in=newsletters).distinct().prefetch_related("assignments")
    return {row.newsletter_id: sender for sender in senders for row in sender.assignments.all()}


def days_off(newsletters: Collection[Newsletter], *, first: date, last: date) -> dict[int, dict[date, str]]:
    """The days without a digest, with their reasons, by the newsletter's id."""
    found: dict[int, dict[date, str]] = defaultdict(dict)
    for row in DayOff.objects.filter(newsletter__in=newsletters, day__range=(first, last)):
        found[row.newsletter_id][row.day] = row.reason
    return found


def roles_at(newsletters: Collection[Newsletter]) -> dict[int, list[Role]]:
    """The roles of people who can log in, by the newsletter's id, by name."""
    rows = Role.objects.filter(newsletter__in=newsletters, user__is_active=True, user__is_staff=True)
    found: dict[int, list[Role]] = defaultdict(list)
    for role in rows.select_related("user").order_by("user__username"):
        found[role.newsletter_id].append(role)
    return found

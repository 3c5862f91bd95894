"""QuerySets of the digests app, by name."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Count, Exists, Func, IntegerField, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.sql.compiler import SQLCompiler

from digests.models import DayOff, Digest, Edition, Entry, Newsletter, Paper, Printed, Revision, Source, Summary, Topic

PUBLIC = (Digest.Status.APPROVED, Digest.Status.PAUSED, Digest.Status.CLOSED)  # what anybody may read


class EntriesIn(Func):
    """How many entries a revision's content has, counted where it lies: contents are long, and archives too."""

    output_field = IntegerField()

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> tuple[str, Any]:
        return self.as_sql(compiler, connection, template="json_array_length(%(expressions)s, '$.entries')", **context)

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> tuple[str, Any]:
        return self.as_sql(compiler, connection, template="jsonb_array_length(%(expressions)s -> 'entries')", **context)


def to_freeze(number: int) -> Digest:
    """One digest with everything that its content is made of, in eight queries whatever its size."""
    return (
        Digest.objects.select_related("newsletter")
        .prefetch_related("texts", "newsletter__topics", "entries__paper__summaries", "entries__paper__topics")
        .get(pk=number)
    )


def newest_revision_without_content(digest: Digest) -> Revision | None:
    """Its content is fetched when it is asked for."""
    return Revision.objects.filter(digest=digest).order_by("-number").defer("content").first()


def revision_content(number: int) -> dict[str, Any]:
    """What the revision of this id says, as content.Content has it in JSON."""
    content: dict[str, Any] = Revision.objects.values_list("content", flat=True).get(pk=number)
    return content


def published(newsletter: Newsletter, *kinds: str) -> QuerySet[Digest]:
    """What readers may see on the web, the newest first, each with `papers_shown`, as it was approved last.

    Of these kinds; where none is named, the daily digests.
    """
    revisions = Revision.objects.filter(digest=OuterRef("pk")).order_by("-number")
    return (
        Digest.objects.filter(
            Exists(revisions),
            newsletter=newsletter,
            kind__in=kinds or [Digest.Kind.DAILY],
            status__in=PUBLIC,
        )
        .select_related("newsletter")
        .annotate(papers_shown=Subquery(revisions.annotate(shown=EntriesIn("content")).values("shown")[:1]))
        .order_by("-day", "kind", "slug")
    )


def published_on(newsletter: Newsletter, day: date, kind: str, slug: str = "") -> Digest | None:
    return published(newsletter, kind).filter(day=day, slug=slug).first()


def published_before(newsletter: Newsletter, day: date, kind: str) -> Digest | None:
    return published(newsletter, kind).filter(day__lt=day).first()


def published_after(newsletter: Newsletter, day: date, kind: str) -> Digest | None:
    return published(newsletter, kind).filter(day__gt=day).order_by("day").first()


def was_sent_in(digest: Digest, locale: str) -> bool:
    return Edition.objects.filter(revision__digest=digest, locale=locale).exists()


def newsletter_by_slug(slug: str) -> Newsletter | None:
    return Newsletter.objects.filter(slug=slug).first()


def daily_digest(newsletter: Newsletter, day: date) -> Digest | None:
    return Digest.objects.filter(newsletter=newsletter, day=day, kind=Digest.Kind.DAILY, slug="").first()


def newsletters_with_a_weekly() -> QuerySet[Newsletter]:
    return Newsletter.objects.filter(weekly_day__isnull=False).order_by("pk")


def hold(newsletter: Newsletter) -> None:
    """Nobody else holds the newsletter until the transaction ends. Rows that point to it may come and go."""
    Newsletter.objects.select_for_update(no_key=True).get(pk=newsletter.pk)


def weekly_digest(newsletter: Newsletter, day: date) -> Digest | None:
    """The weekly digest of that day, locked until the transaction ends."""
    weekly = Digest.objects.select_for_update().filter(newsletter=newsletter, day=day, kind=Digest.Kind.WEEKLY)
    return weekly.first()


def entries_between(newsletter: Newsletter, first: date, last: date) -> list[Entry]:
    """What the daily digests of these days have told, or will."""
    return list(
        Entry.objects.filter(
            included=True,
            digest__newsletter=newsletter,
            digest__kind=Digest.Kind.DAILY,
            digest__status__in=PUBLIC,
            digest__day__range=(first, last),
        ).order_by("digest__day", "position", "pk")
    )


def papers_between(newsletter: Newsletter, first: date, last: date) -> set[int]:
    """The ids of all papers of the daily digests of these days, drafts included."""
    days = Entry.objects.filter(digest__newsletter=newsletter, digest__kind=Digest.Kind.DAILY)
    return set(days.filter(digest__day__range=(first, last)).values_list("paper", flat=True))


def told_elsewhere(digest: Digest, papers: Iterable[int]) -> dict[int, Digest]:
    """Those of the papers that went out with another daily digest of the newsletter, each with the last such digest.

    Also with one that was cancelled after mails of it had left: it keeps the hour of its approval. A paper that this
    digest itself has told stays its own. Weekly digests and special issues may tell all again.
    """
    if digest.kind != Digest.Kind.DAILY:
        return {}
    rows = list(_told([digest.newsletter_id], papers).select_related("digest").only("paper_id", "digest"))
    own = {row.paper_id for row in rows if row.digest_id == digest.pk}
    return {row.paper_id: row.digest for row in rows if row.paper_id not in own}


def papers_told_by_newsletter(newsletters: Iterable[int], papers: Iterable[int]) -> dict[int, set[int]]:
    """Those of the papers that went out with a daily digest of each newsletter, by its id."""
    found: dict[int, set[int]] = {}
    for newsletter, paper in _told(newsletters, papers).values_list("digest__newsletter", "paper"):
        found.setdefault(newsletter, set()).add(paper)
    return found


def _told(newsletters: Iterable[int], papers: Iterable[int]) -> QuerySet[Printed]:
    """What daily digests of these newsletters have told of the papers, the oldest first."""
    return Printed.objects.filter(
        paper__in=list(papers),
        digest__newsletter__in=list(newsletters),
        digest__kind=Digest.Kind.DAILY,
        digest__approved_at__isnull=False,
    ).order_by("digest__day")


def daily_drafts(newsletter: Newsletter, *, first: date) -> list[Digest]:
    """The newsletter's daily drafts of that day and later, in their order."""
    drafts = Digest.objects.filter(newsletter=newsletter, kind=Digest.Kind.DAILY, status=Digest.Status.DRAFT)
    return list(drafts.filter(day__gte=first).order_by("day"))


def daily_before(digest: Digest, *, first: date) -> QuerySet[Digest]:
    """The daily digests from the first day to the one before the digest's, the last first, with their entries."""
    daily = Digest.objects.filter(newsletter=digest.newsletter_id, kind=Digest.Kind.DAILY)
    entries = Prefetch("entries", Entry.objects.select_related("digest"))
    return daily.filter(day__gte=first, day__lt=digest.day).order_by("-day").prefetch_related(entries)


def in_daily_digests(digest: Digest, *, since: date) -> set[int]:
    """The ids of the papers that the newsletter's daily digests have, in or out, from that day on."""
    daily = Entry.objects.filter(digest__newsletter=digest.newsletter_id, digest__kind=Digest.Kind.DAILY)
    return set(daily.filter(digest__day__gte=since).values_list("paper", flat=True))


def papers_printed(digest: Digest) -> set[int]:
    """The ids of the papers that the digest's newest revision has."""
    return set(Printed.objects.filter(digest=digest).values_list("paper", flat=True))


def is_day_off(digest: Digest) -> bool:
    """Whether the newsletter has no digest on this digest's day."""
    return DayOff.objects.filter(newsletter=digest.newsletter_id, day=digest.day).exists()


def papers_by_key(keys: Iterable[str]) -> dict[str, Paper]:
    """The papers that are there, locked until the transaction ends."""
    papers = Paper.objects.select_for_update().filter(key__in=list(keys)).order_by("pk")
    return {paper.key: paper for paper in papers}


def entries_touched(digest: Digest, papers: Iterable[Paper]) -> list[Entry]:
    """The digest's entries, and those of the same papers in other digests."""
    touched = Q(digest=digest) | Q(paper__in=list(papers))
    return list(Entry.objects.filter(touched).select_related("digest", "paper").order_by("position", "pk"))


def papers_told(newsletter: Newsletter, keys: Iterable[str]) -> dict[str, Paper]:
    """Those of the papers that a digest of the newsletter has, in or out, by their keys."""
    there = Entry.objects.filter(paper=OuterRef("pk"), digest__newsletter=newsletter)
    return {paper.key: paper for paper in Paper.objects.filter(Exists(there), key__in=list(keys))}


def daily_entries_of(newsletter: Newsletter, papers: Iterable[Paper]) -> list[Entry]:
    """The papers' entries in the newsletter's daily digests."""
    daily = Entry.objects.filter(digest__newsletter=newsletter, digest__kind=Digest.Kind.DAILY)
    return list(daily.filter(paper__in=list(papers)).defer("listing"))


def summaries_in(papers: Iterable[Paper], locale: str) -> dict[int, Summary]:
    """The papers' summaries in one language by the paper's id, locked until the transaction ends."""
    summaries = Summary.objects.select_for_update().filter(paper__in=list(papers), locale=locale).order_by("pk")
    return {summary.paper_id: summary for summary in summaries}


def topics_of(newsletter_ids: Iterable[int]) -> list[Topic]:
    return list(Topic.objects.filter(newsletter__in=list(newsletter_ids)))


def included_entries(digest: Digest) -> list[Entry]:
    return list(digest.entries.filter(included=True).select_related("paper").order_by("position", "pk"))


def summary_texts(digest: Digest, locale: str) -> dict[int, str]:
    """What is said of the digest's papers in one language, by the paper's id."""
    rows = Summary.objects.filter(paper__entries__digest=digest, locale=locale)
    return dict(rows.values_list("paper", "text"))


def editors_note(digest: Digest, locale: str) -> str:
    return digest.texts.filter(locale=locale).values_list("note", flat=True).first() or ""


def papers_without_image(*, tries_below: int) -> QuerySet[Paper]:
    """Papers that an image may still be fetched for, the newest first."""
    return Paper.objects.filter(image="", image_tries__lt=tries_below).exclude(media=[]).order_by("-pk")


def enabled_sources() -> QuerySet[Source]:
    return Source.objects.filter(enabled=True).order_by("pk")


def source_by_id(number: int) -> Source:
    return Source.objects.select_related("newsletter").get(pk=number)


def newsletters() -> list[Newsletter]:
    return list(Newsletter.objects.order_by("slug"))


def newsletter_slugs() -> list[str]:
    return list(Newsletter.objects.order_by("slug").values_list("slug", flat=True))


def edition_ids(revision: Revision, keys: Iterable[str]) -> dict[str, int]:
    """The ids of the revision's editions, by key."""
    return dict(Edition.objects.filter(revision=revision, key__in=list(keys)).values_list("key", "pk"))


def newest_published(newsletter: Newsletter) -> tuple[int, datetime] | None:
    """The id and the hour of the revision that the newest published day shows now."""
    shown = Revision.objects.filter(
        digest__newsletter=newsletter, digest__kind=Digest.Kind.DAILY, digest__status__in=PUBLIC
    )
    return shown.order_by("-digest__day", "-number").values_list("pk", "approved_at").first()


def papers_of(digests: Iterable[Digest]) -> dict[int, int]:
    """How many papers stand in each digest and are not left out, by its id."""
    rows = Entry.objects.filter(digest__in=[digest.pk for digest in digests], included=True).order_by()
    return dict(rows.values_list("digest").annotate(papers=Count("*")))


def languages_of(digests: Iterable[Digest]) -> dict[int, dict[str, int]]:
    """How many of these papers are summarised in which language, by the digest's id."""
    rows = Entry.objects.filter(digest__in=[digest.pk for digest in digests], included=True).order_by()
    found: dict[int, dict[str, int]] = {}
    spoken = rows.filter(paper__summaries__isnull=False).values_list("digest", "paper__summaries__locale")
    for digest, locale, papers in spoken.annotate(papers=Count("*")):
        found.setdefault(digest, {})[locale] = papers
    return found


def newest_papers(words: Iterable[str], *, most: int) -> list[int]:
    """The ids of the newest papers that have each of these words in their title or their key."""
    papers = Paper.objects.order_by("-pk")
    for word in words:
        papers = papers.filter(Q(title__icontains=word) | Q(key__icontains=word))
    return list(papers.values_list("pk", flat=True)[:most])

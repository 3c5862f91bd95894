"""What the public pages ask of the tables, each question with its name."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BigIntegerField, BooleanField, Count, F, Func, Max, QuerySet, Sum, Value
from django.db.models.functions import StrIndex, TruncMonth
from django.db.models.sql.compiler import SQLCompiler

from digests import finding
from digests.models import Digest, Newsletter, Paper, Printed, PrintedText, Revision, Topic
from digests.queries import PUBLIC, published

ON_ARXIV = re.compile(r"[0-9A-Za-z.-]{1,40}\Z")  # PostgreSQL refuses some characters that an address may have
DATED = (Digest.Kind.DAILY, Digest.Kind.SPECIAL)  # what the archive lists by its days; weeks stand beside them
State = tuple[int, int | None, datetime | None, int, int | None]


class Says(Func):
    """Whether a PrintedText has all of these terms, by the index that migration 0005 makes."""

    output_field = BooleanField()

    def __init__(self, found: Iterable[finding.Term]) -> None:
        super().__init__(F("pk"), F("terms"))
        self.found = tuple(found)

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_context: Any) -> tuple[str, Any]:
        number, values = compiler.compile(self.source_expressions[0])
        found = "SELECT rowid FROM digests_search WHERE digests_search MATCH %s"
        return f"{number} IN ({found})", [*values, finding.fts5(self.found)]

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_context: Any) -> tuple[str, Any]:
        terms, values = compiler.compile(self.source_expressions[1])
        said = f"array_to_tsvector(string_to_array({terms}, ' ')) @@ %s::tsquery"
        return said, [*values, finding.tsquery(self.found)]


def state(newsletter: Newsletter) -> State:
    """Another one whenever something was published, corrected, taken back or printed anew.

    The newest number alone would not tell: of two that are approved or printed at once, the one with the lower numbers
    may come last. So revisions are counted, and of what is printed the numbers are added up, as what is printed anew
    has higher ones than what it replaces. The hour is there because a database that was restored gives a number to
    another revision.
    """
    revisions = Revision.objects.filter(digest__newsletter=newsletter, digest__status__in=PUBLIC)
    said = revisions.aggregate(count=Count("pk"), newest=Max("pk"), at=Max("approved_at"))
    printed = Printed.objects.filter(digest__newsletter=newsletter).aggregate(
        count=Count("pk"), numbers=Sum("pk", output_field=BigIntegerField())
    )
    return said["count"], said["newest"], said["at"], printed["count"], printed["numbers"]


def topics_told(newsletter: Newsletter) -> list[tuple[str, Mapping[str, str]]]:
    return list(Topic.objects.filter(newsletter=newsletter).order_by("slug").values_list("slug", "names"))


def topics(newsletter: Newsletter) -> list[Topic]:
    """By slug, each with its newsletter at hand."""
    return list(Topic.objects.filter(newsletter=newsletter).select_related("newsletter").order_by("slug"))


def topic_called(newsletter: Newsletter, slug: str) -> Topic | None:
    return Topic.objects.filter(newsletter=newsletter, slug=slug).select_related("newsletter").first()


def newest(newsletter: Newsletter, count: int, *kinds: str) -> list[Digest]:
    return list(published(newsletter, *kinds)[:count])


def published_in(newsletter: Newsletter, first: date) -> list[Digest]:
    """The daily digests and special issues of the month that begins at `first`, the newest first."""
    return list(published(newsletter, *DATED).filter(day__year=first.year, day__month=first.month))


def weekly_in(newsletter: Newsletter, first: date) -> list[Digest]:
    """The weekly digests of the month that begins at `first`."""
    return list(published(newsletter, Digest.Kind.WEEKLY).filter(day__year=first.year, day__month=first.month))


def months(newsletter: Newsletter) -> list[tuple[date, int]]:
    """The months with something published, the newest first, and how much."""
    days = published(newsletter, *DATED).order_by().annotate(month=TruncMonth("day")).values("month")
    return list(days.annotate(count=Count("pk")).order_by("-month").values_list("month", "count"))


def headlines(digests: Iterable[Digest], *, places: int) -> dict[int, list[Printed]]:
    """The first papers of each digest by the digest's id, with their Paper."""
    found: dict[int, list[Printed]] = {}
    rows = Printed.objects.filter(digest__in=[digest.pk for digest in digests], place__lte=places)
    for printed in rows.select_related("paper").order_by("place"):
        found.setdefault(printed.digest_id, []).append(printed)
    return found


def subjects_of(digests: Iterable[Digest]) -> dict[int, dict[str, str]]:
    """The editor's subject in each language as it was approved last, by the digest's id."""
    found: dict[int, dict[str, str]] = {}
    revisions = Revision.objects.filter(digest__in=[digest.pk for digest in digests]).order_by("number")
    for digest, words in revisions.values_list("digest", "content__words"):
        found[digest] = {locale: said["subject"] for locale, said in words.items()}
    return found


def languages_of(digests: Iterable[Digest]) -> dict[int, set[str]]:
    """In which languages something is said in each digest, by its id."""
    found: dict[int, set[str]] = {}
    texts = PrintedText.objects.filter(printed__digest__in=[digest.pk for digest in digests]).exclude(locale="")
    for digest, locale in texts.values_list("printed__digest", "locale").distinct():
        found.setdefault(digest, set()).add(locale)
    return found


def points(printed: Iterable[Printed]) -> dict[int, dict[str, str]]:
    """The main points by the printed paper's id and their language."""
    found: dict[int, dict[str, str]] = {}
    for number, locale, point in PrintedText.objects.filter(printed__in=list(printed)).values_list(
        "printed", "locale", "point"
    ):
        found.setdefault(number, {})[locale] = point
    return found


def printed_of(newsletter: Newsletter, paper: Paper) -> list[Printed]:
    """Where a newsletter has the paper, the newest digest first; weekly ones only where it has no daily one with it."""
    rows = Printed.objects.filter(digest__newsletter=newsletter, digest__status__in=PUBLIC, paper=paper)
    found = list(rows.select_related("digest", "revision").order_by("-digest__day"))
    daily = [printed for printed in found if printed.digest.kind == Digest.Kind.DAILY]
    return daily or [printed for printed in found if printed.digest.kind == Digest.Kind.WEEKLY]


def beside(printed: Printed) -> list[Printed]:
    """The papers before and after it on its day."""
    places = [printed.place - 1, printed.place + 1]
    return list(Printed.objects.filter(digest=printed.digest_id, place__in=places).select_related("paper"))


def printed_about(newsletter: Newsletter, topic: str, *, start: int = 0, count: int) -> list[Printed]:
    """The papers of a topic, the newest first, each once for each digest."""
    rows = _about(newsletter, topic).select_related("digest", "revision", "paper")
    return list(rows.order_by("-digest__day", "-digest_id", "place")[start : start + count])


def languages_about(newsletter: Newsletter, topic: str) -> set[str]:
    """In which languages something is said of a paper of the topic."""
    texts = PrintedText.objects.filter(printed__in=_about(newsletter, topic)).exclude(locale="")
    return set(texts.values_list("locale", flat=True).distinct())


def languages_by_topic(newsletter: Newsletter) -> dict[str, set[str]]:
    """The same for each topic that a paper was printed with, by its slug: one question for all of them."""
    found: dict[str, set[str]] = {}
    texts = PrintedText.objects.filter(printed__in=_public(newsletter)).exclude(locale="")
    for topics_of_one, locale in texts.values_list("printed__topics", "locale").distinct():
        for topic in topics_of_one.split():
            found.setdefault(topic, set()).add(locale)
    return found


def newest_in(newsletter: Newsletter, locale: str, count: int) -> list[Digest]:
    """The newest digests in which something is said in this language."""
    said = PrintedText.objects.filter(locale=locale, printed__digest__newsletter=newsletter)
    return list(published(newsletter).filter(pk__in=said.values("printed__digest"))[:count])


def paper_named(name: str) -> Paper | None:
    """The paper that addresses call 2404.03592 or p17."""
    if name[:1] == "p" and name[1:].isascii() and name[1:].isdigit() and len(name) < 20:
        return Paper.objects.filter(pk=int(name[1:])).first()
    if not ON_ARXIV.match(name):
        return None
    return Paper.objects.filter(key=f"arxiv:{name}").first()


def paper_keys(numbers: Iterable[int]) -> dict[int, str]:
    return dict(Paper.objects.filter(pk__in=list(numbers)).values_list("pk", "key"))


def papers_told_in(newsletter: Newsletter, first: date) -> Iterator[tuple[int, str, str]]:
    """The papers of the month that begins at `first`, by id and key, with each language that they are told in."""
    rows = _public(newsletter).filter(digest__day__year=first.year, digest__day__month=first.month)
    told = rows.exclude(texts__locale="").values_list("paper", "paper__key", "texts__locale").distinct()
    yield from told.order_by("paper", "texts__locale")


def printed_that_say(
    newsletter: Newsletter, found: tuple[finding.Term, ...], within: finding.Within, *, start: int, count: int
) -> list[Printed]:
    """The papers that have all terms in one language or their head, the newest first; none without terms."""
    if not found:
        return []
    texts = PrintedText.objects.filter(Says(found))
    if within.locale:
        texts = texts.filter(locale=within.locale)
    rows = _public(newsletter).filter(pk__in=texts.values("printed")).select_related("digest", "paper")
    if within.month:
        rows = rows.filter(digest__day__year=within.month.year, digest__day__month=within.month.month)
    return list(rows.order_by("-digest__day", "-digest_id", "place")[start : start + count])


def unprinted() -> QuerySet[Digest]:
    """Digests whose newest revision is not printed."""
    newest = Revision.objects.values("digest").annotate(newest=Max("pk")).values("newest")
    missing = Revision.objects.filter(pk__in=newest, printed=None).values("digest")
    return Digest.objects.filter(pk__in=missing, status__in=PUBLIC).order_by("-day", "pk")


def _about(newsletter: Newsletter, topic: str) -> QuerySet[Printed]:
    """By position, since SQLite's LIKE takes AI for ai: two topics may differ by that."""
    return _public(newsletter).alias(at=StrIndex("topics", Value(f" {topic} "))).filter(at__gt=0)


def _public(newsletter: Newsletter) -> QuerySet[Printed]:
    daily = Digest.Kind.DAILY
    return Printed.objects.filter(digest__newsletter=newsletter, digest__status__in=PUBLIC, digest__kind=daily)

"""A database as it is after five years: readers, digests, a ledger in the middle of a morning, and what came back.

The database makes all of it, but for the digests of today and tomorrow, which editors made.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection, transaction

from benchmarks.desk import statements
from benchmarks.papers import LOCALES, SENTENCES, make_approved, make_draft, make_newsletter
from benchmarks.readers import make_subscribers
from digests.models import Digest, Newsletter, Topic
from newsletter.postbox.models import Sender, SenderAssignment
from newsletter.staff.models import Role, User

DAYS = 5 * 365
SHARES = (65, 22, 13)  # per cent of the digests, of three newsletters
OTHERS = (("weekly-robots", "Weekly Robots"), ("quiet-maths", "Quiet Maths"))
READ_BY = (100, 10, 5)  # per cent of the subscribers
PAPERS_TODAY = 68
PAPERS = 20  # of the days before
EDITIONS = 60


@dataclass(frozen=True)
class Filled:
    """Whom the pages are opened as, and the digests of the day: one that goes out, one that is still a draft."""

    users: dict[str, User]
    going_out: Digest
    draft: Digest


def fill(*, readers: int, digests: int) -> None:
    """An empty database becomes one with so many subscribers and digests; half a minute for each 500,000 readers."""
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    with transaction.atomic():
        _run("SET LOCAL session_replication_role = replica")  # foreign keys are not looked up, ten million times
        newsletters = _newsletters()
        make_subscribers(readers)
        for newsletter, share in zip(newsletters, READ_BY, strict=True):
            _run(statements.SUBSCRIPTIONS, newsletter=newsletter.pk, readers=max(1, readers * share // 100), now=now)
        _run(statements.READERS_TOPICS, newsletter=newsletters[0].pk)
        _run(statements.CONSENTS, now=now)
        _run(statements.SUPPRESSIONS, now=now)
        first = newsletters[0]
        today = make_approved(first, now.date(), papers=PAPERS_TODAY, now=now)
        draft = make_draft(first, now.date() + timedelta(days=1), papers=PAPERS_TODAY, first=PAPERS_TODAY)
        template = make_approved(first, now.date() - timedelta(days=1), papers=PAPERS, now=now)
        _past(newsletters, digests - 3, template=template, now=now)
        _ledger(yesterday=template, today=today, now=now)
        _run(statements.FINDINGS, digest=draft.pk)
        _people(newsletters)
        for each in (*statements.COUNTS, *statements.TRACES):
            _run(each, now=now, newsletter=first.pk, sender=first.sender_assignment.sender_id, locales=list(LOCALES))


def filled() -> Filled:
    """What `fill` has made, found again."""
    digests = Digest.objects.filter(newsletter__slug="daily-papers").order_by("-day")
    names = ("superuser", "administrator", "editor")
    return Filled(
        users={name: User.objects.get(username=f"desk-{name}") for name in names},
        going_out=next(digest for digest in digests if digest.status == Digest.Status.APPROVED),
        draft=next(digest for digest in digests if digest.status == Digest.Status.DRAFT),
    )


def _newsletters() -> list[Newsletter]:
    first = make_newsletter()
    sender = Sender.objects.get()
    found = [first]
    for slug, name in OTHERS:
        other = Newsletter.objects.create(
            slug=slug, name=name, locales=list(LOCALES), postal_address=first.postal_address, last_hour=24
        )
        SenderAssignment.objects.create(newsletter=other, sender=sender)
        Topic.objects.create(newsletter=other, slug="all", names={"en": "All"})
        found.append(other)
    return found


def _past(newsletters: list[Newsletter], count: int, *, template: Digest, now: datetime) -> None:
    """Digests of the years before, each with its own papers, approved and printed."""
    for newsletter, share in zip(newsletters, SHARES, strict=True):
        _run(
            statements.DIGESTS,
            newsletter=newsletter.pk,
            count=max(1, count * share // 100),
            days=DAYS,
            before=now.date() - timedelta(days=1),
            now=now,
        )
    words = ["\n".join(f"- {sentence.format('KiteNet')}" for sentence in SENTENCES[locale][:3]) for locale in LOCALES]
    abstract = " ".join(sentence.format("KiteNet") for sentence in SENTENCES["en"] * 3)
    values = {"template": template.pk, "papers": PAPERS, "abstract": abstract, "now": now}
    for statement in statements.PAST:
        _run(statement, **values, locales=list(LOCALES), words=words, newsletter=newsletters[0].pk)


def _ledger(*, yesterday: Digest, today: Digest, now: datetime) -> None:
    for digest, statement in ((yesterday, statements.SENT), (today, statements.GOING_OUT)):
        _run(statements.EDITIONS, digest=digest.pk, editions=EDITIONS, now=now)
        _run(statement, digest=digest.pk, newsletter=digest.newsletter_id, editions=EDITIONS, now=now)


def _people(newsletters: list[Newsletter]) -> None:
    """Who looks, and 30 colleagues; the superuser's pages are those of who runs the site."""
    User.objects.create_superuser("desk-superuser")
    for name, role in (("administrator", Role.Kind.ADMINISTRATOR), ("editor", Role.Kind.EDITOR)):
        user = User.objects.create_user(f"desk-{name}", is_staff=True)
        Role.objects.bulk_create(Role(user=user, newsletter=one, role=role) for one in newsletters[:2])
    kinds = Role.Kind.values
    for number in range(30):
        user = User.objects.create_user(f"colleague-{number}", is_staff=True)
        kind, newsletter = kinds[number % len(kinds)], newsletters[number % len(newsletters)]
        Role.objects.create(user=user, newsletter=newsletter, role=kind, languages=["ko"] if number % 2 else [])


def _run(statement: str, **values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)

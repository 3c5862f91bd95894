"""Questions to the ledger and to the readers, by name."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from digests.models import Digest, Newsletter, Revision, Topic
from newsletter.delivery.models import Delivery
from newsletter.delivery.statements import rows
from newsletter.postbox.models import Sender, SenderAssignment
from newsletter.subscribers import schedule
from newsletter.subscribers.models import Subscriber, Subscription

OPEN = timedelta(days=4)  # after its day, or the last of them, a digest is over in every zone, the morning after too
COME_BACK = (Delivery.Skip.LEFT, Delivery.Skip.RESTS, Delivery.Skip.LATE)  # planning may plan them again
MUCH = 2000  # rows: some slices for each connection of a process

# From one status of a digest to the next through the index (digest, status), as readers.MORNINGS goes through zones.
# EXISTS reads the ledger from its start instead: PostgreSQL takes a common status for one that it meets at once.
STATUSES = """
    WITH RECURSIVE seen (digest, status) AS (
        SELECT d.id, (SELECT min(status) FROM delivery_delivery WHERE digest_id = d.id)
        FROM digests_digest d WHERE d.id IN ({digests})
        UNION ALL
        SELECT digest, (
            SELECT min(status) FROM delivery_delivery WHERE digest_id = seen.digest AND status > seen.status
        )
        FROM seen WHERE seen.status IS NOT NULL
    )
    SELECT digest, status FROM seen WHERE status IS NOT NULL
"""


def digests_going_out() -> QuerySet[Digest]:
    """Approved digests of newsletters that have a Sender."""
    return Digest.objects.filter(
        status=Digest.Status.APPROVED, newsletter__sender_assignment__isnull=False
    ).select_related("newsletter")


def newest_approved(newsletters: Iterable[int], *, most: int) -> QuerySet[Digest]:
    """The newest digests of these newsletters that were approved."""
    approved = Digest.objects.filter(newsletter__in=list(newsletters), approved_at__isnull=False)
    return approved.select_related("newsletter").order_by("-day", "newsletter__name", "-pk")[:most]


def digests_that_are_over(now: datetime) -> QuerySet[Digest]:
    """Digests whose day has ended in every zone, the morning after included; of a weekly or special one, each day.

    They are approved, paused, or taken back with rows left.
    """
    planned = Delivery.objects.filter(status=Delivery.Status.PLANNED)
    taken_back = Q(status=Digest.Status.DRAFT, pk__in=planned.values("digest"))
    over = Q(status__in=[Digest.Status.APPROVED, Digest.Status.PAUSED]) | taken_back
    return Digest.objects.filter(over, ~_open_at(now))


def digests_open_at(moment: datetime) -> list[int]:
    """The ids of digests, of whatever status, whose last day was not over everywhere at that moment."""
    return list(Digest.objects.filter(_open_at(moment)).values_list("pk", flat=True))


def _open_at(moment: datetime) -> Q:
    of_days, of_weeks = (moment - OPEN).date(), (moment - OPEN - timedelta(days=schedule.DAYS_OF_A_WEEK - 1)).date()
    return Q(day__gte=of_days) | Q(kind__in=[Digest.Kind.WEEKLY, Digest.Kind.SPECIAL], day__gte=of_weeks)


def has_approved_digest(newsletter: Newsletter, day: date) -> bool:
    """Whether the newsletter has a digest of that day that goes out; a paused one will."""
    approved = [Digest.Status.APPROVED, Digest.Status.PAUSED]
    return Digest.objects.filter(newsletter=newsletter, day=day, kind=Digest.Kind.DAILY, status__in=approved).exists()


def last_correction(digest: Digest) -> Revision | None:
    """The digest's newest revision that is mailed to readers who had an earlier one; without its content."""
    corrections = digest.revisions.filter(correction__gt=0).defer("content")
    return corrections.order_by("-number").first()


def served(digest: Digest) -> int:
    """How many readers have had the digest. Until it was corrected all its rows are theirs, and the index has these."""
    if digest.revisions.count() <= 1:
        return counts(digest).get(Delivery.Status.SENT, 0)
    return digest.deliveries.filter(status=Delivery.Status.SENT, correction=0).count()


def has_the_newest(row: Delivery) -> bool:
    """Whether the row's reader was sent the newest revision of its digest by another row."""
    newest = Revision.objects.filter(digest=row.digest_id).order_by("-number").values("pk")[:1]
    rows = Delivery.objects.filter(subscription=row.subscription_id, digest=row.digest_id, edition__revision__in=newest)
    return rows.filter(status=Delivery.Status.SENT).exists()


def has_rows_of(digest: Digest, correction: int) -> bool:
    return digest.deliveries.filter(correction=correction).exists()


def senders_with_due_mail(now: datetime) -> QuerySet[Sender]:
    """Senders that are not paused and have rows to send, or rows in the air whose worker may be gone."""
    planned = Delivery.objects.filter(sender=OuterRef("pk"), status=Delivery.Status.PLANNED, ready_at__lte=now)
    in_the_air = Delivery.objects.filter(sender=OuterRef("pk"), status=Delivery.Status.SENDING)
    has_something = Exists(planned.exclude(digest__in=_held())) | Exists(in_the_air)
    return Sender.objects.filter(has_something, paused_at__isnull=True)


def is_much_due(sender: Sender, now: datetime) -> bool:
    """Whether so much is due under the Sender that one process more would have something to do."""
    due = Delivery.objects.filter(sender=sender, status=Delivery.Status.PLANNED, ready_at__lte=now)
    return due[:MUCH].count() == MUCH


def held_digests() -> list[int]:
    """The ids of digests whose planned rows wait: paused ones, and those that are drafts again."""
    return list(_held().values_list("pk", flat=True))


def digests_by_id(ids: Iterable[int]) -> dict[int, Digest]:
    return Digest.objects.select_related("newsletter").in_bulk(list(ids))


def weekly_days(newsletter: Newsletter, days: Iterable[date]) -> set[date]:
    """Those of the days that the newsletter has a weekly digest of."""
    weekly = Digest.objects.filter(newsletter=newsletter, kind=Digest.Kind.WEEKLY, day__in=list(days))
    return set(weekly.values_list("day", flat=True))


def special_issues(newsletter: Newsletter, days: Iterable[date]) -> list[Digest]:
    """The newsletter's special issues of these days."""
    return list(Digest.objects.filter(newsletter=newsletter, kind=Digest.Kind.SPECIAL, day__in=list(days)))


def topic_slugs(newsletter_id: int) -> list[tuple[int, str]]:
    """The id and slug of each of the newsletter's topics, always in the same order."""
    return list(Topic.objects.filter(newsletter=newsletter_id).order_by("pk").values_list("pk", "slug"))


def stopped_among(digests: Iterable[int]) -> frozenset[int]:
    """Those of the digests that are not going out any more, or not now."""
    approved = Digest.Status.APPROVED
    return frozenset(Digest.objects.filter(pk__in=list(digests)).exclude(status=approved).values_list("pk", flat=True))


def _held() -> QuerySet[Digest]:
    return Digest.objects.filter(status__in=[Digest.Status.DRAFT, Digest.Status.PAUSED])


def has_left(digest: Digest) -> bool:
    """Whether a mail of this digest may have left already."""
    return bool(statuses_of([digest])[digest.pk] - {Delivery.Status.PLANNED, Delivery.Status.SKIPPED})


def statuses_of(digests: Iterable[Digest]) -> dict[int, frozenset[str]]:
    """Which statuses the rows of each digest have, by its id; empty where it has none. No row is counted."""
    ids = [digest.pk for digest in digests]
    found: dict[int, set[str]] = {digest: set() for digest in ids}
    if ids:
        for digest, status in rows(STATUSES.format(digests=", ".join(["%s"] * len(ids))), ids):
            found[digest].add(status)
    return {digest: frozenset(statuses) for digest, statuses in found.items()}


def web_version(delivery_id: int) -> Delivery | None:
    """A delivery with the edition that was sent, if it was, and if its reader is not erased."""
    rows = Delivery.objects.filter(
        pk=delivery_id, edition__isnull=False, subscription__subscriber__erased_at__isnull=True
    )
    return rows.select_related("edition__revision", "subscription__newsletter").first()


def counts(digest: Digest) -> dict[str, int]:
    """How many rows of a digest have which status."""
    return counts_of([digest]).get(digest.pk, {})


def counts_of(digests: Iterable[Digest]) -> dict[int, dict[str, int]]:
    """How many rows have which status, by the digest's id: one question for all of them.

    It counts * and no column: that alone PostgreSQL reads from the index, and not from a million rows.
    """
    rows = Delivery.objects.filter(digest__in=[digest.pk for digest in digests]).order_by()
    found: dict[int, dict[str, int]] = {}
    for digest, status, count in rows.values_list("digest", "status").annotate(rows=Count("*")):
        found.setdefault(digest, {})[status] = count
    return found


def digests_to_skip() -> QuerySet[Digest]:
    """Cancelled digests that have planned rows left."""
    return _with_rows(Digest.Status.CANCELLED, status=Delivery.Status.PLANNED)


def digests_to_take_up() -> QuerySet[Digest]:
    """Drafts with rows that were skipped while the digest was cancelled."""
    return _with_rows(Digest.Status.DRAFT, status=Delivery.Status.SKIPPED, skip=Delivery.Skip.CANCELLED)


def _with_rows(digest_status: Digest.Status, **of_rows: object) -> QuerySet[Digest]:
    rows = Delivery.objects.filter(digest=OuterRef("pk"), **of_rows)
    return Digest.objects.filter(Exists(rows), status=digest_status)


def rows_to_settle(ids: Iterable[int]) -> QuerySet[Delivery]:
    """These rows with all that is to be known before somebody settles them, locked until the transaction ends."""
    rows = Delivery.objects.filter(pk__in=list(ids)).order_by("pk").select_for_update(of=("self",), no_key=True)
    return rows.select_related("subscription", "digest__newsletter").prefetch_related("subscription__topics")


def digests_in_the_ledger(*, newsletter: str = "", older: bool = False) -> QuerySet[Digest]:
    """Digests that are approved or paused, or have rows that are not settled; with `older` all that have rows.

    `newsletter` is the slug of one, or empty for all.
    """
    rows = Delivery.objects.filter(digest=OuterRef("pk"))
    open_rows = rows.filter(status__in=[Delivery.Status.PLANNED, Delivery.Status.SENDING, Delivery.Status.UNCERTAIN])
    running = Q(status__in=[Digest.Status.APPROVED, Digest.Status.PAUSED]) | Q(Exists(open_rows))
    digests = Digest.objects.filter(Q(Exists(rows)) | running if older else running)
    if newsletter:
        digests = digests.filter(newsletter__slug=newsletter)
    return digests.select_related("newsletter").order_by("newsletter__slug", "day", "pk")


def oldest_due(digest: Digest, now: datetime) -> datetime | None:
    """Since when the row of a digest is ready that waits longest; None while none waits."""
    waiting = Delivery.objects.filter(digest=digest, status=Delivery.Status.PLANNED, ready_at__lte=now)
    return waiting.order_by("ready_at").values_list("ready_at", flat=True).first()


def uncertain_of(digests: Iterable[Digest]) -> QuerySet[Delivery]:
    """The UNCERTAIN rows of these digests, those that were claimed last first."""
    rows = Delivery.objects.filter(digest__in=[digest.pk for digest in digests], status=Delivery.Status.UNCERTAIN)
    return rows.order_by(F("claimed_at").desc(nulls_last=True), "pk")


def rows_without_edition(*, after: int, most: int) -> QuerySet[Delivery]:
    """UNCERTAIN rows with a greater id that name no edition, with what an edition is chosen by."""
    rows = Delivery.objects.filter(pk__gt=after, status=Delivery.Status.UNCERTAIN, edition__isnull=True).order_by("pk")
    return rows.select_related("subscription", "digest").prefetch_related("subscription__topics")[:most]


def count_of_due_rows(now: datetime) -> int:
    """How many rows could leave now, or are just leaving."""
    planned, sending = Delivery.Status.PLANNED, Delivery.Status.SENDING
    return Delivery.objects.filter(Q(status=planned, ready_at__lte=now) | Q(status=sending)).count()


def last_planned(digest: Digest) -> datetime | None:
    """When the last of its planned rows is ready; from the index of due rows, by its Sender."""
    sender = SenderAssignment.objects.filter(newsletter=digest.newsletter_id).values("sender")[:1]  # no join: in order
    rows = Delivery.objects.filter(sender=sender, digest=digest, status=Delivery.Status.PLANNED)
    return rows.order_by("-ready_at").values_list("ready_at", flat=True).first()


def last_day(subscription: Subscription) -> date | None:
    """The day of the newest digest of the reader's rhythm that is settled for them."""
    rows = _settled_for(subscription).filter(digest__kind=subscription.rhythm)
    return rows.order_by("-digest__day").values_list("digest__day", flat=True).first()


def digests_to_come(subscription: Subscription) -> QuerySet[Digest]:
    """Digests of the reader's newsletter and rhythm that go out and are not settled for them."""
    mine = digests_going_out().filter(newsletter=subscription.newsletter_id, kind=subscription.rhythm)
    return mine.exclude(pk__in=_settled_for(subscription).values("digest"))


def _settled_for(subscription: Subscription) -> QuerySet[Delivery]:
    """The reader's rows, sent or not, that planning adds nothing to."""
    comes_back = Q(status=Delivery.Status.SKIPPED, skip__in=COME_BACK)
    return Delivery.objects.filter(subscription=subscription).exclude(comes_back | Q(status=Delivery.Status.PLANNED))


def deliveries_to(subscriber: Subscriber) -> QuerySet[Delivery]:
    """All rows of a subscriber, with their digests, oldest first."""
    mine = Delivery.objects.filter(subscription__subscriber=subscriber)
    return mine.select_related("digest__newsletter", "edition").order_by("pk")

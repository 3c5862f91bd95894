"""Makers of valid objects: a test names only the values it is about."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from digests.editions import content_of, editions_for, freeze
from digests.models import Digest, Edition, Entry, Newsletter, Paper, Revision, Summary, Topic
from digests.publishing import publish
from digests.selection import Wishes, deserves
from newsletter.delivery.models import Delivery
from newsletter.postbox.models import Sender, SenderAssignment
from newsletter.staff.models import User
from newsletter.subscribers.addresses import hashed
from newsletter.subscribers.models import Subscriber, Subscription

DAY = date(2026, 4, 7)  # a Tuesday
MORNING = datetime(2026, 4, 7, 7, tzinfo=UTC)
numbers = count(1)


def make_sender(**values: Any) -> Sender:
    number = next(numbers)
    return Sender.objects.create(
        **{"slug": f"sender-{number}", "name": "Daily Papers", "address": "papers@example.org"} | values
    )


def make_newsletter(*, sender: Sender | None = None, **values: Any) -> Newsletter:
    """A newsletter with a Sender, in English and Korean."""
    defaults = {
        "slug": f"papers-{next(numbers)}",
        "name": "Daily Papers",
        "locales": ["en", "ko"],
        "postal_address": "1 Breakfast Lane, 10115 Berlin",
    }
    newsletter = Newsletter.objects.create(**defaults | values)
    SenderAssignment.objects.create(newsletter=newsletter, sender=sender or make_sender())
    return newsletter


def make_topic(newsletter: Newsletter, slug: str = "agents", **values: Any) -> Topic:
    return Topic.objects.create(newsletter=newsletter, slug=slug, **{"names": {"en": slug.title()}} | values)


def make_paper(*, summaries: Mapping[str, str] | None = None, **values: Any) -> Paper:
    """A paper on arXiv with a summary in English; `summaries` maps a locale to its Markdown."""
    arxiv_id = f"2604.{next(numbers):05}"
    defaults = {
        "key": f"arxiv:{arxiv_id}",
        "url": f"https://arxiv.org/abs/{arxiv_id}",
        "title": f"Paper {arxiv_id}",
        "authors": ["Ada Lovelace", "Charles Babbage"],
    }
    paper = Paper.objects.create(**defaults | values)
    for locale, text in ({"en": "- It says something."} if summaries is None else summaries).items():
        Summary.objects.create(paper=paper, locale=locale, text=text, origin=Summary.Origin.IMPORTED)
    return paper


def make_digest(
    newsletter: Newsletter | None = None, *, papers: int | Iterable[Paper] = 2, again: bool = True, **values: Any
) -> Digest:
    """A draft of a day; the first of its papers has the most votes. What another digest had is wanted `again`."""
    digest = Digest.objects.create(newsletter=newsletter or make_newsletter(), **{"day": DAY} | values)
    chosen = [make_paper() for _ in range(papers)] if isinstance(papers, int) else list(papers)
    for position, paper in enumerate(chosen, 1):
        votes = 1 + len(chosen) - position
        Entry.objects.create(digest=digest, paper=paper, position=position, votes=votes, again=again)
    return digest


def make_approved(digest: Digest | None = None, *, at: datetime | None = None, **values: Any) -> Digest:
    """A digest that was approved long before anybody's morning."""
    digest = digest or make_digest(**values)
    approved_at = at or datetime(2026, 4, 5, tzinfo=UTC)
    number = digest.revisions.count() + 1
    content = freeze(digest)
    revision = Revision.objects.create(digest=digest, number=number, content=content.as_json(), approved_at=approved_at)
    publish(revision, content)
    Digest.objects.filter(pk=digest.pk).update(status=Digest.Status.APPROVED, approved_at=approved_at)
    digest.refresh_from_db()
    return digest


def make_subscriber(address: str = "", **values: Any) -> Subscriber:
    address = address or f"reader-{next(numbers)}@example.com"
    return Subscriber.objects.create(address=address, address_hash=address_hash(address), **values)


def make_subscription(
    newsletter: Newsletter | None = None, *, address: str = "", topics: Iterable[Topic] = (), **values: Any
) -> Subscription:
    """An active reader, confirmed long ago, who reads at seven in UTC."""
    defaults = {"status": Subscription.Status.ACTIVE, "confirmed_at": datetime(2026, 1, 1, tzinfo=UTC)}
    subscription = Subscription.objects.create(
        newsletter=newsletter or make_newsletter(), subscriber=make_subscriber(address), **defaults | values
    )
    subscription.topics.set(topics)
    return subscription


def make_delivery(digest: Digest | None = None, subscription: Subscription | None = None, **values: Any) -> Delivery:
    """A planned row for an approved digest, due at seven; what left, or may have left, has an edition."""
    digest = digest or make_approved()
    subscription = subscription or make_subscription(digest.newsletter)
    sender = digest.newsletter.sender_assignment.sender
    defaults = {"sender": sender, "due_at": MORNING, "ready_at": MORNING}
    if values.get("status") in {"sending", "sent", "uncertain", "failed"}:
        defaults["edition"] = make_edition(digest)
    return Delivery.objects.create(digest=digest, subscription=subscription, **defaults | values)


def edition_for(revision: Revision, wishes: Wishes) -> Edition | None:
    """The edition that these wishes get; none when they get no mail."""
    key = deserves(content_of(revision), wishes)
    return Edition.objects.get(pk=editions_for(revision, [key])[key]) if key else None


def make_edition(digest: Digest) -> Edition:
    """The edition of a digest's newest revision that a reader without wishes gets."""
    revision = digest.revisions.latest("number")
    edition = edition_for(revision, Wishes(locale="en"))
    assert edition is not None
    return edition


def make_user(username: str = "alice", **values: Any) -> User:
    return User.objects.create_user(username=username, password="breakfast-time", **values)


def make_publisher(username: str = "alice") -> User:
    return make_user(username, is_staff=True, is_superuser=True)


def address_hash(address: str) -> str:
    """The keyed hash of an address, as Subscriber and Suppression store it."""
    from django.conf import settings

    return hashed(address, key=settings.SUPPRESSION_KEY)

"""Editions that a claim needs: made once, and in an order that two claims have in common."""

import json
from dataclasses import fields
from typing import Any

import pytest

from digests import editions
from digests.editions import current
from digests.models import Digest, Edition, Paper, Revision, Topic
from digests.selection import Wishes
from newsletter.delivery import ledger, sending
from newsletter.delivery.models import Delivery
from newsletter.delivery.preparing import Approved, Prepared, Topics, numbers_of, prepare, topics_of, wishes_in
from newsletter.subscribers import audience
from newsletter.subscribers.models import Subscription
from tests.factories import (
    MORNING,
    make_approved,
    make_delivery,
    make_digest,
    make_newsletter,
    make_paper,
    make_subscription,
    make_topic,
)

pytestmark = pytest.mark.django_db
EVERYTHING: dict[str, Any] = {
    "locale": "ko",
    "second_locale": "de",
    "least_votes": 3,
    "most_papers": 5,
    "detail": "short",
    "format": "text",
    "when_empty": "tell",
    "authors": "ada lovelace\nюй",
    "words": 'said "so"\n모델',
    "avoided": "back\\slash\n%s",
}


def edition() -> Prepared:
    """The edition of a new digest that a reader without wishes gets."""
    wishes = json.dumps(["en", "", 0, None, "full", "html", "", "", "", "skip", None])
    found = prepare(Approved(*current(make_approved())), wishes, Topics({}))
    assert found is not None
    return found


@pytest.mark.django_db(transaction=True)  # its number is remembered after the commit
def test_an_edition_that_was_deleted_meanwhile_is_made_anew() -> None:
    digest = make_approved()
    first = make_delivery(digest)
    sending.send_due(first.sender, now=MORNING)
    Delivery.objects.all().delete()
    Edition.objects.all().delete()
    for _reader in range(2):
        make_delivery(digest)

    sending.send_due(first.sender, now=MORNING)

    assert set(Delivery.objects.values_list("status", "edition")) == {("sent", Edition.objects.get().pk)}


def test_two_claims_make_the_editions_of_two_newsletters_in_the_same_order(monkeypatch: pytest.MonkeyPatch) -> None:
    original, seen = editions.editions_for, list[int]()

    def watched(revision: Revision, keys: object) -> object:
        seen.append(revision.pk)
        return original(revision, keys)  # type: ignore[arg-type]  # handed on as they came

    monkeypatch.setattr(editions, "editions_for", watched)
    wanted = [edition() for _newsletter in range(8)]

    numbers_of(reversed(wanted))

    assert seen == [one.approved.revision.pk for one in wanted]


def wishes_of_the_claim(reader: Subscription, digest: Digest) -> Wishes:
    """What the claim reads of a reader who is due."""
    delivery = make_delivery(digest, reader)
    found = {due.id: due for due in ledger.lock_due(delivery.sender, now=MORNING, limit=100)}
    return wishes_in(found[delivery.pk].wishes, topics_of(digest.newsletter_id))


def test_the_claim_and_the_desk_read_the_same_wishes() -> None:
    digest = make_approved()
    topics = [make_topic(digest.newsletter, slug) for slug in ("zebras", "agents", "maths")]
    reader = make_subscription(digest.newsletter, topics=topics[:2], **EVERYTHING)

    wishes = wishes_of_the_claim(reader, digest)

    assert wishes == audience.wishes(reader)
    assert wishes.topics == {"agents", "zebras"}
    assert wishes.authors == ("ada lovelace", "юй")
    plain = Wishes(locale="en")
    assert [field.name for field in fields(Wishes) if getattr(wishes, field.name) == getattr(plain, field.name)] == []


def test_the_claim_reads_nothing_into_a_reader_without_wishes() -> None:
    digest = make_approved()
    reader = make_subscription(digest.newsletter)

    assert wishes_of_the_claim(reader, digest) == audience.wishes(reader) == Wishes(locale="en")


@pytest.fixture
def agents() -> Topic:
    """A topic of a newsletter that has one paper of it, approved."""
    topic = make_topic(make_newsletter(), "agents")
    paper = make_paper()
    paper.topics.add(topic)
    make_approved(make_digest(topic.newsletter, papers=[paper, make_paper()]))
    return topic


def statuses_of_two_claims(topic: Topic) -> list[str]:
    """What becomes of a reader of the topic in a process that has made an edition for it before."""
    reader = make_subscription(topic.newsletter, topics=[topic])
    delivery = make_delivery(topic.newsletter.digests.get(), reader)
    sending.send_due(delivery.sender, now=MORNING)
    return list(Delivery.objects.order_by("pk").values_list("status", flat=True))


def test_a_topic_that_was_renamed_is_noticed_by_the_next_claim(agents: Topic) -> None:
    assert statuses_of_two_claims(agents) == ["sent"]

    Topic.objects.update(slug="robots")

    assert statuses_of_two_claims(agents) == ["sent", "skipped"]


def test_a_topic_that_is_new_is_noticed_by_the_next_claim(agents: Topic) -> None:
    assert statuses_of_two_claims(agents) == ["sent"]

    vision = make_topic(agents.newsletter, "vision")
    Paper.objects.latest("pk").topics.add(vision)
    make_approved(agents.newsletter.digests.get())

    assert statuses_of_two_claims(vision) == ["sent", "sent"]


def test_a_topic_that_is_deleted_while_a_claim_reads_gives_nobody_all_papers(agents: Topic) -> None:
    approved = Approved(*current(agents.newsletter.digests.get()))
    wishes = json.dumps(["en", "", 0, None, "full", "html", "", "", "", "skip", [agents.pk]])
    before = prepare(approved, wishes, topics_of(agents.newsletter_id))

    Topic.objects.filter(pk=agents.pk).delete()

    assert before is not None
    assert prepare(approved, wishes, topics_of(agents.newsletter_id)) is None


def test_topics_are_one_object_as_long_as_they_are_the_same(agents: Topic) -> None:
    assert topics_of(agents.newsletter_id) is topics_of(agents.newsletter_id)

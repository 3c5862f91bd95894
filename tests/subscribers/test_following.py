"""What readers follow is not taken from them: without it they would silently get every paper, or none."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.db.models import ProtectedError
from django.test import Client
from django.utils import timezone

from digests.models import Newsletter, Topic
from tests.factories import make_newsletter, make_publisher, make_subscription, make_topic
from tests.staff.pages import change_page, form_of

pytestmark = pytest.mark.django_db
LEFT: dict[str, Any] = {"status": "ended", "end_reason": "left"}


@pytest.fixture
def newsletter() -> Newsletter:
    return make_newsletter(weekly_day=5)


@pytest.fixture
def alice(client: Client) -> Client:
    client.login(username=make_publisher("carol").username, password="breakfast-time")
    return client


def delete(client: Client, topics: list[Topic]) -> str:
    """The page after an administrator has ticked these for deletion, in their order there."""
    fields = {}
    for place, topic in enumerate(Topic.objects.filter(newsletter=topics[0].newsletter)):
        fields[f"topics-{place}-DELETE"] = "on" if topic in topics else ""
    return save(client, topics[0].newsletter, **fields)


def save(client: Client, newsletter: Newsletter, **fields: str) -> str:
    """The page after an administrator has saved a newsletter's page with these fields changed."""
    path = change_page(newsletter)
    return client.post(path, form_of(path) | fields, follow=True).text


def test_a_topic_that_a_reader_follows_alone_is_not_deleted(newsletter: Newsletter) -> None:
    topic = make_topic(newsletter)
    make_subscription(newsletter, topics=[topic], avoided="toxic")

    with pytest.raises(ProtectedError), transaction.atomic():
        topic.delete()
    with pytest.raises(ProtectedError), transaction.atomic():
        newsletter.topics.all().delete()

    assert newsletter.topics.count() == 1


def test_topics_that_a_reader_follows_alone_are_not_deleted_together(newsletter: Newsletter) -> None:
    topics = [make_topic(newsletter, slug) for slug in ("agents", "vision")]
    make_subscription(newsletter, topics=topics)

    with pytest.raises(ProtectedError), transaction.atomic():
        newsletter.topics.all().delete()

    assert newsletter.topics.count() == 2


def test_who_has_just_left_may_come_back_to_the_topic(newsletter: Newsletter) -> None:
    topic = make_topic(newsletter)
    make_subscription(newsletter, topics=[topic], ended_at=timezone.now(), **LEFT)

    with pytest.raises(ProtectedError), transaction.atomic():
        topic.delete()

    assert newsletter.topics.count() == 1


@pytest.mark.parametrize("follows", [{"authors": "Ada Lovelace"}, {"words": "diffusion"}, {}])
def test_a_topic_beside_others_may_go(newsletter: Newsletter, follows: dict[str, str]) -> None:
    topic, other = make_topic(newsletter), make_topic(newsletter, "vision")
    make_subscription(newsletter, topics=[topic] if follows else [topic, other], **follows)
    make_subscription(newsletter, topics=[topic], ended_at=timezone.now() - timedelta(days=2), **LEFT)

    topic.delete()

    assert list(newsletter.topics.all()) == [other]


def test_an_administrator_is_told_how_many_follow_a_topic_alone(alice: Client, newsletter: Newsletter) -> None:
    topics = [make_topic(newsletter, slug) for slug in ("agents", "robots", "vision")]
    make_subscription(newsletter, topics=[topics[0]])
    make_subscription(newsletter, topics=topics[:2])

    told, told_of_two = delete(alice, [topics[0]]), delete(alice, topics[:2])
    gone = delete(alice, [topics[2]])

    assert "1 reader follows nothing else" in told
    assert "2 readers follow nothing else" in told_of_two
    assert "nothing else" not in gone
    assert list(newsletter.topics.all()) == topics[:2]


def test_a_topic_keeps_the_slug_that_running_digests_know_it_by(alice: Client, newsletter: Newsletter) -> None:
    topic = make_topic(newsletter)

    save(alice, newsletter, **{"topics-0-slug": "renamed", "topics-0-names": "en: Helpers"})

    topic.refresh_from_db()
    assert (topic.slug, topic.names) == ("agents", {"en": "Helpers"})


def test_a_weekly_digest_stays_as_long_as_somebody_reads_it(alice: Client, newsletter: Newsletter) -> None:
    reader = make_subscription(newsletter, rhythm="weekly", weekdays=1)

    told = save(alice, newsletter, weekly_day="")
    newsletter.refresh_from_db()

    assert "1 reader reads weekly" in told
    assert newsletter.weekly_day == 5
    type(reader).objects.update(rhythm="daily")
    save(alice, newsletter, weekly_day="")
    newsletter.refresh_from_db()
    assert newsletter.weekly_day is None

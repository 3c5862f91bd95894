"""What a subscription asks of a digest."""

import pytest

from digests.selection import Wishes
from newsletter.subscribers.audience import wishes
from tests.factories import make_newsletter, make_subscription, make_topic

pytestmark = pytest.mark.django_db


def test_wishes_say_what_the_reader_chose() -> None:
    newsletter = make_newsletter()
    subscription = make_subscription(
        newsletter,
        locale="ko",
        second_locale="en",
        topics=[make_topic(newsletter, "agents")],
        least_votes=3,
        most_papers=5,
        detail="short",
        format="text",
    )

    assert wishes(subscription) == Wishes(
        locale="ko",
        second_locale="en",
        topics=frozenset({"agents"}),
        least_votes=3,
        most_papers=5,
        detail="short",
        format="text",
    )


def test_who_chose_nothing_gets_everything() -> None:
    assert wishes(make_subscription()) == Wishes(locale="en")

"""What the bench sends is what its figures are about: mails of 15 kB with ten links."""

import os
from datetime import UTC, datetime
from statistics import mean
from uuid import uuid4

import pytest

from benchmarks.papers import make_approved, make_newsletter
from benchmarks.readers import make_readers, morning
from benchmarks.whole_way import PAPERS
from newsletter.delivery import planning
from newsletter.delivery.claiming import claim
from newsletter.delivery.messages import Messages
from newsletter.postbox.skeleton import skeleton

EDITIONS = 60
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(os.environ.get("TEST_DATABASE") != "postgres", reason="PostgreSQL makes the bench's readers"),
]


def test_readers_with_few_wishes_make_sixty_editions_of_fifteen_kilobytes_with_ten_links() -> None:
    now = datetime.now(UTC)
    at = morning(now)
    newsletter = make_newsletter()
    make_approved(newsletter, at.day, papers=PAPERS, now=now)
    make_readers(newsletter, EDITIONS, at=at, choosy=False)
    planning.plan(now=now)

    sender, slice_ = newsletter.sender_assignment.sender, uuid4()
    rows = claim(sender, now=now, limit=EDITIONS, slices=[slice_])[slice_]
    messages = [Messages(sender, now=now, clock=now).make(row) for row in rows]
    mails = [skeleton(message.wording, eight_bit=True).fill(message) for message in messages]

    assert len({row.prepared for row in rows}) == len(mails) == EDITIONS
    assert mean(map(len, mails)) == pytest.approx(15_000, rel=0.03)
    assert mean(mail.count(b"href=") for mail in mails) == pytest.approx(10, abs=1)

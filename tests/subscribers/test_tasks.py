"""The periodic tasks of this room."""

from datetime import timedelta

import pytest
from django.utils import timezone

from newsletter.subscribers import moving
from newsletter.subscribers.models import Move
from newsletter.subscribers.tasks import forget_left, forget_moves, forget_unconfirmed
from tests.factories import make_subscription

pytestmark = pytest.mark.django_db


def test_forgetting_may_run_twice() -> None:
    long_ago = timezone.now() - timedelta(days=8)
    waiting = make_subscription(status="pending", confirmed_at=None, asked_at=long_ago)

    forget_unconfirmed()
    forget_unconfirmed()

    waiting.refresh_from_db()
    assert waiting.status == "ended"


def test_forgetting_who_left_may_run_twice() -> None:
    long_ago = timezone.now() - timedelta(days=91)
    left = make_subscription(status="ended", end_reason="left", ended_at=long_ago)

    forget_left()
    forget_left()

    left.subscriber.refresh_from_db()
    assert left.subscriber.address == ""


def test_forgetting_changes_of_address_may_run_twice() -> None:
    moving.ask(make_subscription().subscriber, "new@example.org", now=timezone.now() - timedelta(days=8))

    forget_moves()
    forget_moves()

    assert not Move.objects.exists()

"""The periodic task of this room."""

from datetime import timedelta

import pytest
from django.utils import timezone

from newsletter.subscribers.tasks import forget_unconfirmed
from tests.factories import make_subscription

pytestmark = pytest.mark.django_db


def test_forgetting_may_run_twice() -> None:
    long_ago = timezone.now() - timedelta(days=8)
    waiting = make_subscription(status="pending", confirmed_at=None, asked_at=long_ago)

    forget_unconfirmed()
    forget_unconfirmed()

    waiting.refresh_from_db()
    assert waiting.status == "ended"

"""What the tests of this room share: the preferences and consent of somebody who signs up."""

from datetime import UTC, datetime

import pytest

from newsletter.subscribers.membership import ConsentFacts
from newsletter.subscribers.preferences import Preferences


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 4, 7, 7, tzinfo=UTC)


@pytest.fixture
def preferences() -> Preferences:
    return Preferences(locale="ko", time_zone="Asia/Seoul", hour=7, weekdays=127)


@pytest.fixture
def consent() -> ConsentFacts:
    return ConsentFacts(wording="I agree.", page="/join/daily-papers/", network="203.0.113.0/24", locale="en")

"""The sentences about the next morning."""

from datetime import UTC, datetime, timedelta

import pytest

from newsletter.subscribers.mornings import first_digest, next_digest

SEVEN_IN_SEOUL = datetime(2026, 4, 7, 22, tzinfo=UTC)  # 8 April there


@pytest.mark.parametrize(
    ("before", "sentence"),
    [
        (timedelta(hours=1), "Your first digest comes today at 07:00 (Seoul)."),
        (timedelta(hours=8), "Your first digest comes tomorrow at 07:00 (Seoul)."),
        (timedelta(hours=32), "Your first digest comes on Wednesday, 8 April 2026 at 07:00 (Seoul)."),
        (timedelta(days=7), "Your first digest comes on Wednesday, 8 April 2026 at 07:00 (Seoul)."),
    ],
)
def test_the_first_morning_is_told_by_the_readers_calendar(before: timedelta, sentence: str) -> None:
    said = first_digest(SEVEN_IN_SEOUL, zone="Asia/Seoul", locale="en", now=SEVEN_IN_SEOUL - before)

    assert said == sentence


def test_the_next_morning_is_told_in_the_words_of_the_locale() -> None:
    now = SEVEN_IN_SEOUL - timedelta(hours=8)

    said = next_digest(SEVEN_IN_SEOUL, zone="Asia/Seoul", locale="ko", now=now)

    assert "07:00 (서울)" in said

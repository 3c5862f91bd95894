"""The sender: there, awake, and with mails enough for the day."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from newsletter.desk.preflight import sender
from newsletter.desk.preflight.case import readers_question
from newsletter.desk.preflight.gathering import identity_of
from tests.desk.preflight.cases import SENDER, case, kinds, knowing
from tests.factories import make_digest, make_newsletter, make_sender


def test_no_sender_blocks() -> None:
    assert kinds(sender.lines, case(sender=None)) == [("blocking", "none")]


def test_a_paused_sender_blocks_and_says_why() -> None:
    [line] = sender.lines(case(sender=replace(SENDER, paused="535 wrong password")))

    assert (line.level, line.mend) == ("blocking", "/sender/")
    assert "535 wrong password" in line.words


@pytest.mark.parametrize(("limit", "said"), [(1000, ("fine", "quota_fits")), (999, ("warning", "quota"))])
def test_a_quota_that_is_too_small_for_the_day_is_warned_of(limit: int, said: tuple[str, str]) -> None:
    given = case(sender=replace(SENDER, limit=limit))
    counted = [["en", "UTC", 400], ["ko", "Asia/Seoul", 600]]

    assert kinds(sender.lines, knowing(given, {readers_question(given): counted}))[1:] == [said]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("quota", "limit"),
    [
        ({}, None),
        ({"per_day": 1000}, 950),
        ({"warm_up_from": date(2026, 4, 5), "warm_up_first": 50, "warm_up_more": 25}, 95),
        ({"per_second": 5}, None),
    ],
    ids=["none", "a day, less what is kept for letters", "third day of a warm-up", "a pace"],
)
def test_the_limit_is_that_of_the_digests_day(quota: dict[str, object], limit: int | None) -> None:
    digest = make_digest(make_newsletter(sender=make_sender(**quota)))

    identity = identity_of(digest)

    assert identity is not None
    assert identity.limit == limit


@pytest.mark.django_db
def test_the_pause_of_a_sender_is_seen() -> None:
    at = datetime(2026, 4, 6, tzinfo=UTC)
    digest = make_digest(make_newsletter(sender=make_sender(paused_at=at, pause_reason="535")))

    identity = identity_of(digest)

    assert identity is not None
    assert identity.paused == "535"

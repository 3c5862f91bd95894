"""A history of reports means keep, watch or stop, in whatever order the reports came in."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.feedback.models import Event
from newsletter.feedback.verdicts import Act, Report, verdict
from newsletter.subscribers.models import Subscription, Suppression

START = datetime(2026, 4, 7, 7, tzinfo=UTC)
SHORT = {
    "d": "delivered",
    "s": "bounced_soft",
    "h": "bounced_hard",
    "c": "complained",
    "l": "left",
    "w": "deferred",
}


def history(letters: str) -> list[Report]:
    """One mail a day, its last report per letter: "dds" is two that arrived and one soft bounce."""
    return [Report(day, SHORT[letter], START + timedelta(days=day)) for day, letter in enumerate(letters, 1)]


@pytest.mark.parametrize(
    ("letters", "act", "reason", "suppress"),
    [
        ("", Act.KEEP, "", False),
        ("ddddd", Act.KEEP, "", False),
        ("wwwww", Act.KEEP, "", False),
        ("s", Act.WATCH, "", False),
        ("sds", Act.WATCH, "", False),
        ("sss", Act.STOP, "bounced", False),
        ("sdsds", Act.STOP, "bounced", False),
        ("ssdddd", Act.WATCH, "", False),
        ("sssddddd", Act.KEEP, "", False),
        ("sswws", Act.STOP, "bounced", False),
        ("sdddss", Act.WATCH, "", False),
        ("h", Act.STOP, "bounced", True),
        ("ddddh", Act.STOP, "bounced", True),
        ("dc", Act.STOP, "complained", True),
        ("hc", Act.STOP, "complained", True),
        ("dl", Act.STOP, "left", False),
    ],
)
def test_what_a_history_means(letters: str, act: Act, reason: str, suppress: bool) -> None:
    found = verdict(history(letters))

    assert (found.act, found.reason, found.suppress) == (act, reason, suppress)


def test_one_mail_counts_once_however_often_it_bounced_and_not_if_it_arrived_at_last() -> None:
    bounced = [Report(1, "bounced_soft", START + timedelta(hours=hour)) for hour in range(5)]

    assert verdict(bounced).act is Act.WATCH
    assert verdict([*bounced, Report(1, "delivered", START + timedelta(hours=9))]).act is Act.KEEP


def test_a_mail_that_bounces_late_is_among_the_last() -> None:
    reports = [*history("sdddss"), Report(1, "bounced_soft", START + timedelta(days=9))]

    assert verdict(reports).act is Act.STOP


def test_the_order_of_arrival_does_not_matter() -> None:
    assert {verdict(order) for order in permutations(history("sdsdsd"))} == {verdict(history("sdsdsd"))}


@given(letters=st.text(st.sampled_from(sorted(SHORT))))
def test_every_verdict_can_be_carried_out(letters: str) -> None:
    found = verdict(history(letters))

    assert found.act is not Act.STOP or found.reason in Subscription.EndReason.values
    assert not found.suppress or found.reason in Suppression.Reason.values


def test_every_kind_of_event_is_judged() -> None:
    assert set(SHORT.values()) == set(Event.Kind.values)

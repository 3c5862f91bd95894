"""Size and spam: what was measured of this very content."""

from dataclasses import replace
from typing import Any

import pytest

from newsletter.desk.preflight import size, spam
from newsletter.desk.preflight.case import Case, mails_question
from tests.desk.preflight.cases import case, kinds, knowing


def measured(*, bytes_of_html: int = 1, titles_alone: int = 0, points: Any = None) -> Case:
    given = case()
    mail = {"size": bytes_of_html, "titles_alone": titles_alone, "images_without_words": 0}
    return knowing(given, {mails_question(given): {"mails": {"en": mail}, "spam": points}})


@pytest.mark.parametrize(
    ("bytes_of_html", "titles_alone", "said"),
    [
        (102_000, 0, ("fine", "small")),
        (102_001, 0, ("blocking", "large")),
        (99_000, 3, ("warning", "full")),
    ],
)
def test_gmail_shows_102_kilobytes(bytes_of_html: int, titles_alone: int, said: tuple[str, str]) -> None:
    assert kinds(size.lines, measured(bytes_of_html=bytes_of_html, titles_alone=titles_alone)) == [said]


def test_what_was_overruled_of_a_large_mail_does_not_hold_for_a_larger_one() -> None:
    [large], [larger] = (list(size.lines(measured(bytes_of_html=of))) for of in (103_000, 200_000))

    assert large.mark != larger.mark


@pytest.mark.parametrize(
    ("points", "said"),
    [
        (None, ("fine", "absent")),
        ({}, ("warning", "silent")),
        ({"en": 0.2}, ("fine", "low")),
        ({"en": 3.0}, ("warning", "doubtful")),
        ({"en": 5.0}, ("blocking", "high")),
    ],
    ids=["not installed", "no answer", "low", "doubtful", "spam"],
)
def test_spamassassin_calls_five_points_spam(points: Any, said: tuple[str, str]) -> None:
    assert kinds(spam.lines, measured(points=points)) == [said]


@pytest.mark.parametrize("lines", [size.lines, spam.lines])
def test_what_was_changed_since_was_not_measured(lines: Any) -> None:
    given = measured()
    changed = replace(given, fingerprint="of another content")

    assert kinds(lines, changed) == [("warning", "unknown")]

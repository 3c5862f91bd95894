"""No mail uses what a mail program does not know, unless it is said what its readers see instead."""

import tomllib
from pathlib import Path

import pytest

from tests.conftest import Outbox
from tests.judges.caniemail import lacking, used
from tests.judges.mails import all_mails, html_of

FALLBACKS = tomllib.loads((Path(__file__).parent / "fallbacks.toml").read_text())


@pytest.mark.django_db(transaction=True)
def test_what_some_program_does_not_know_has_a_fallback(outbox: Outbox) -> None:
    features = set().union(*(used(html_of(mail)) for mail in all_mails(outbox.folder).values()))

    assert {name for name in features if name.startswith("?")} == set()
    assert {name for name in features if lacking().get(name)} == FALLBACKS.keys()


@pytest.mark.parametrize(
    ("html", "feature"),
    [
        ('<p style="display:flex">', "css-display-flex"),
        ("<style>@media (prefers-color-scheme: dark) { p { gap: 1px } }</style>", "css-gap"),
        ("<style>p:has(b) { color: red }</style>", "css-pseudo-class-has"),
        ('<a href="#p7">', "html-anchor-links"),
        ("<video>", "html-video"),
        ('<p style="unheard-of: 1px">', "?unheard-of"),
    ],
)
def test_the_judge_sees_what_is_used(html: str, feature: str) -> None:
    assert feature in used(html)

"""digests.reasons: why a paper is there, in a few words."""

import pytest

from digests.reasons import explained, said
from digests.selection import Explained
from tests.golden.sample import ENTRIES

NAMES = {"wind": "Wind\n"}


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("author:0", "Because you follow Ada Example"),
        ("author:99", ""),
        ("author:x", ""),
        ("topic:wind", "Because you follow Wind"),
        ("topic:gone", "Because you follow gone"),
        ("word:KiteNet", "Because it says “KiteNet”"),
        ("word:", "Has a word you follow"),
        ("votes", "Has the votes you ask for"),
        ("first", "Among the first of the day"),
        ("all", "From the day's list"),
        ("", ""),
        ("of:tomorrow", ""),
    ],
)
def test_every_reason_has_its_words_and_an_unknown_one_has_none(code: str, told: str) -> None:
    assert said(code, ENTRIES[0], NAMES, "en") == told


@pytest.mark.parametrize(
    ("numbers", "told"),
    [
        (Explained(24, 24, {"all": 24}), "24 papers."),
        (Explained(1, 1, {"all": 1}), "1 paper."),
        (Explained(12, 24, {"author": 2, "topic": 10}, not_followed=12),
         "12 of 24 papers: 2 by author, 10 by topic. Left out: 12 outside of what you follow."),
        (Explained(3, 24, {"word": 3}, avoided=1, not_followed=12, few_votes=5, cut=3),
         "3 of 24 papers: 3 by a word. Left out: 1 with a word to avoid, 12 outside of what you follow, "
         "5 with few votes, 3 beyond the most you want."),
        (Explained(0, 24, {}, few_votes=24), "0 of 24 papers. Left out: 24 with few votes."),
        (Explained(10, 2024, {"first": 10}, cut=2014), "10 of 2,024 papers. Left out: 2,014 beyond the most you want."),
    ],
)  # fmt: skip
def test_a_choice_is_explained_in_one_line(numbers: Explained, told: str) -> None:
    assert explained(numbers, "en") == told

"""digests.selection: which papers a reader gets, in which language, and what they are told about it."""

from dataclasses import replace
from typing import Any

import pytest

from digests.content import Content, EntryContent, SummaryContent
from digests.selection import Explained, Selected, Wishes, deserves, explain, select


def paper(number: int, title: str, **values: Any) -> EntryContent:
    return EntryContent(id=number, paper=number, title=title, url="", **values)


ENTRIES = (
    paper(1, "Learning to fly kites", authors=("Ada Example", "Ben Muster"), votes=30, topics=("robots", "wind")),
    paper(2, "On Bread & Attention", authors=("Cho Sample",), votes=20, topics=("wind",)),
    paper(3, "Kites that bake bread", authors=("Dai Tameshi",), votes=3, topics=("robots",)),
    paper(4, "A quiet survey", authors=("Muster, Ben",), votes=1, keywords=("Kite",)),
    paper(5, "The dog and its kites"),
)


def day(*entries: EntryContent) -> Content:
    from tests.golden.sample import CONTENT

    return replace(CONTENT, entries=entries or ENTRIES, words={})


def chosen(**wishes: Any) -> dict[int, str]:
    return {selected.entry: selected.reason for selected in select(day(), Wishes(locale="en", **wishes))}


@pytest.mark.parametrize(
    ("wishes", "papers"),
    [
        ({}, {1: "all", 2: "all", 3: "all", 4: "all", 5: "all"}),
        ({"topics": {"robots"}}, {1: "topic:robots", 3: "topic:robots"}),
        ({"topics": {"gone"}}, {}),
        ({"authors": ("ben muster",)}, {1: "author:1", 4: "author:0"}),
        ({"words": ("kites",)}, {1: "word:kites", 3: "word:Kites", 5: "word:kites"}),
        ({"authors": ("ada example",), "words": ("bread",)}, {1: "author:0", 2: "word:Bread", 3: "word:bread"}),
        (
            {"words": ("kites",), "topics": {"wind"}},
            {1: "word:kites", 2: "topic:wind", 3: "word:Kites", 5: "word:kites"},
        ),
        ({"avoided": ("bread",)}, {1: "all", 4: "all", 5: "all"}),
        ({"avoided": ("kites",), "authors": ("ada example",)}, {}),
        ({"words": ("  ",), "authors": ("++",)}, {}),
    ],
)
def test_what_is_followed_is_in_and_what_is_to_avoid_is_out(wishes: dict[str, Any], papers: dict[int, str]) -> None:
    assert chosen(**wishes) == papers


@pytest.mark.parametrize(
    ("wishes", "papers"),
    [
        ({"least_votes": 1}, {1: "all", 2: "all", 3: "all", 4: "all", 5: "all"}),
        ({"least_votes": 20}, {1: "votes", 2: "votes", 5: "all"}),
        ({"least_votes": 20, "authors": ("ben muster",)}, {1: "author:1", 4: "author:0"}),
        ({"least_votes": 20, "words": ("bread", "kites")}, {1: "word:kites", 2: "word:Bread", 5: "word:kites"}),
    ],
)
def test_few_votes_hide_a_paper_unless_they_are_unknown_or_its_author_is_followed(
    wishes: dict[str, Any], papers: dict[int, str]
) -> None:
    assert chosen(**wishes) == papers


@pytest.mark.parametrize(
    ("wishes", "papers"),
    [
        ({"most_papers": 2}, {1: "first", 2: "first"}),
        ({"most_papers": 5}, {1: "all", 2: "all", 3: "all", 4: "all", 5: "all"}),
        ({"most_papers": 1, "words": ("bread",), "authors": ("muster ben",)}, {1: "author:1"}),
        ({"most_papers": 1, "words": ("bread",), "topics": {"robots"}}, {2: "word:Bread"}),
        (
            {"most_papers": 3, "words": ("bread",), "topics": {"robots"}},
            {1: "topic:robots", 2: "word:Bread", 3: "word:bread"},
        ),
    ],
)
def test_of_too_many_the_most_wished_for_stay_in_the_order_of_the_day(
    wishes: dict[str, Any], papers: dict[int, str]
) -> None:
    found = chosen(**wishes)

    assert found == papers
    assert list(found) == sorted(found)


def test_a_summary_in_the_second_language_is_better_than_one_in_the_newsletters() -> None:
    said = {locale: SummaryContent("- Said.", "human") for locale in ("en", "de", "ko")}
    content = day(paper(1, "Three"), replace(paper(2, "Three"), summaries=said))

    selected = select(content, Wishes(locale="ja", second_locale="de"))

    assert selected == (Selected(1, "", "all"), Selected(2, "de", "all"))


def test_a_day_with_nothing_is_told_to_those_who_want_to_know() -> None:
    nothing = Wishes(locale="en", topics=frozenset({"gone"}))

    told = deserves(day(), replace(nothing, when_empty="tell"))

    assert deserves(day(), nothing) is None
    assert told is not None
    assert (told.selection, told.total) == ((), 5)


def test_what_was_chosen_is_explained_in_numbers_that_add_up() -> None:
    wishes = Wishes(
        locale="en", words=("kites",), topics=frozenset({"wind"}), avoided=("dog",), least_votes=5, most_papers=1
    )

    told = explain(day(), wishes)

    assert told == Explained(shown=1, total=5, by_reason={"word": 1}, avoided=1, not_followed=1, few_votes=1, cut=1)

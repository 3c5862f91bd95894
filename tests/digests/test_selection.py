"""digests.selection: which papers a reader gets, in which language, and what they are told about it."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.content import Content, EntryContent, SummaryContent
from digests.matching import author_key
from digests.selection import Explained, Selected, Wishes, deserves, explain, select
from digests.terms import normal
from tests.golden.sample import CONTENT


def paper(number: int, title: str, **values: Any) -> EntryContent:
    return EntryContent(id=number, paper=number, title=title, url="", **values)


ENTRIES = (
    paper(1, "Learning to fly kites", authors=("Ada Example", "Ben Muster"), votes=30, topics=("robots", "wind")),
    paper(2, "On Bread & Attention", authors=("+", "Cho Sample"), votes=20, topics=("wind",)),
    paper(3, "Kites that bake bread", authors=("Dai Tameshi",), votes=3, topics=("robots",)),
    paper(4, "A quiet survey", authors=("Muster, Ben",), votes=1, keywords=("Kite",)),
    paper(5, "The dog and its kites"),
)


def day(*entries: EntryContent) -> Content:
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
        ({"authors": ("+", "cho sample")}, {2: "author:1"}),
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


WORDS = st.lists(st.sampled_from(["kites", "bread", "dog", "survey", "zebra"]), max_size=2, unique=True).map(tuple)
WISHES = st.builds(
    Wishes,
    locale=st.just("en"),
    topics=st.frozensets(st.sampled_from(["robots", "wind", "gone"]), max_size=2),
    least_votes=st.sampled_from([0, 0, 2, 25]),
    most_papers=st.sampled_from([None, None, 1, 2, 4]),
    authors=st.lists(st.sampled_from(["ben muster", "cho sample", "nobody here"]), max_size=2, unique=True).map(tuple),
    words=WORDS,
    avoided=WORDS,
)


def fits(entry: EntryContent, wishes: Wishes) -> bool:
    """The rule, for one paper and one wish at a time."""
    said = normal(f"{entry.title} {' '.join(entry.keywords)}").split()
    by_author = {author_key(name) for name in entry.authors} & {author_key(name) for name in wishes.authors}
    by_word, by_topic = set(said) & set(wishes.words), set(entry.topics) & wishes.topics
    if set(said) & set(wishes.avoided):
        return False
    if (wishes.authors or wishes.words or wishes.topics) and not (by_author or by_word or by_topic):
        return False
    return bool(by_author) or entry.votes is None or entry.votes >= wishes.least_votes


@given(WISHES)
def test_whatever_is_wished_the_papers_are_those_that_fit_and_no_more_than_wanted(wishes: Wishes) -> None:
    fitting = [entry.id for entry in ENTRIES if fits(entry, wishes)]

    selected = [chosen.entry for chosen in select(day(), wishes)]

    assert selected == [number for number in fitting if number in selected]
    assert len(selected) == min(len(fitting), wishes.most_papers or len(fitting))
    assert all(chosen.reason for chosen in select(day(), wishes))


@given(WISHES)
def test_whatever_is_wished_the_explanation_adds_up(wishes: Wishes) -> None:
    told = explain(day(), wishes)

    assert told.shown == sum(told.by_reason.values()) == len(select(day(), wishes))
    assert told.total == told.shown + told.avoided + told.not_followed + told.few_votes + told.cut


PINNED = tuple(replace(entry, pinned=entry.id in {4, 5}) for entry in (*ENTRIES[3:], *ENTRIES[:3]))


@pytest.mark.parametrize(
    ("wishes", "papers"),
    [
        ({}, {4: "pinned", 5: "pinned", 1: "all", 2: "all", 3: "all"}),
        ({"topics": {"robots"}}, {4: "pinned", 5: "pinned", 1: "topic:robots", 3: "topic:robots"}),
        ({"topics": {"gone"}}, {4: "pinned", 5: "pinned"}),
        ({"least_votes": 20}, {4: "pinned", 5: "pinned", 1: "votes", 2: "votes"}),
        ({"authors": ("ben muster",)}, {4: "author:0", 5: "pinned", 1: "author:1"}),
        ({"avoided": ("survey",), "topics": {"robots"}}, {5: "pinned", 1: "topic:robots", 3: "topic:robots"}),
        ({"most_papers": 1, "authors": ("ada example",)}, {4: "pinned"}),
        (
            {"most_papers": 3, "authors": ("dai tameshi",), "topics": {"wind"}},
            {4: "pinned", 5: "pinned", 3: "author:0"},
        ),
    ],
)
def test_a_pinned_paper_is_there_for_every_reader_but_for_words_to_avoid_and_the_most_papers(
    wishes: dict[str, Any], papers: dict[int, str]
) -> None:
    selected = select(day(*PINNED), Wishes(locale="en", **wishes))

    assert {one.entry: one.reason for one in selected} == papers


def test_pinned_papers_are_counted_as_such() -> None:
    numbers = explain(day(*PINNED), Wishes(locale="en", topics=frozenset({"robots"})))

    assert numbers == Explained(shown=4, total=5, by_reason={"topic": 2, "pinned": 2}, not_followed=1)

"""Languages: complete, or falling back as intended, and nothing open that the checks found."""

from typing import Any

import pytest

from newsletter.desk.preflight import summaries
from newsletter.desk.preflight.case import Found
from tests.desk.preflight.cases import case, entry, kinds


@pytest.mark.parametrize(
    ("locales", "said"),
    [
        (("en", "ko"), [("fine", "complete"), ("fine", "complete")]),
        (("en",), [("fine", "complete"), ("warning", "fallback")]),
        (("ko",), [("blocking", "silent"), ("fine", "complete")]),
        ((), [("blocking", "silent")]),
    ],
)
def test_a_language_is_complete_or_falls_back_and_silence_blocks(
    locales: tuple[str, ...], said: list[tuple[str, str]]
) -> None:
    assert kinds(summaries.lines, case(entry(locales=locales))) == said


def test_a_language_serves_readers_of_its_regions() -> None:
    given = case(entry(locales=("en", "pt")), locales=("en", "pt-br"))

    assert kinds(summaries.lines, given) == [("fine", "complete"), ("fine", "complete")]


def test_a_fallback_says_into_what_and_leads_to_the_first_that_is_missing() -> None:
    [_english, korean] = summaries.lines(case(entry(1), entry(2, locales=("en",)), entry(3, locales=("en",))))

    assert korean.words == "Korean: 1 of 3 summaries are there; the others fall back to English."
    assert korean.mend == "/paper/102/ko/"


def test_papers_without_a_word_for_a_language_are_told_in_one_line() -> None:
    [english, _korean] = summaries.lines(case(*(entry(number, locales=("ko",)) for number in range(1, 69))))

    assert english.words == ("English: 68 papers have no summary that its readers could get, the first is “Kite 1”.")
    assert english.mend == "/paper/101/en/"


def test_a_paper_that_no_language_tells_of_is_one_thing_to_do() -> None:
    silent, korean = entry(1, locales=()), entry(2, locales=("ko",))

    both, one, alike = [
        [line for line in summaries.lines(case(*entries)) if line.kind == "summaries.silent"]
        for entries in ([silent, entry(2)], [entry(1), korean], [silent, korean])
    ]

    assert [line.words for line in both] == [
        "English, Korean: 1 paper has no summary that its readers could get: “Kite 1”."
    ]
    assert [line.words.partition(":")[0] for line in one] == ["English"]
    assert [line.words.partition(":")[0] for line in alike] == ["English", "Korean"]
    assert len({line.mark for line in [*both, *one, *alike]}) == 4


@pytest.mark.parametrize(("level", "said"), [("error", ("blocking", "errors")), ("warning", ("warning", "doubts"))])
def test_an_error_that_is_open_blocks_and_a_doubt_warns(level: str, said: tuple[str, str]) -> None:
    given = case(findings=(Found(101, "ko", level, "m1"),))

    assert kinds(summaries.lines, given)[2:] == [said]


def test_a_further_error_makes_it_another_line() -> None:
    def mark(*found: str) -> Any:
        given = case(findings=tuple(Found(101, "ko", "error", one) for one in found))
        return next(line.mark for line in summaries.lines(given) if line.kind == "summaries.errors")

    assert mark("m1", "m2") == mark("m2", "m1")
    assert mark("m1") != mark("m1", "m2")

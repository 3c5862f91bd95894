"""Links: what answers, what is gone, and what leads where no reader can go."""

from datetime import timedelta
from typing import Any

import pytest

from digests.content import SummaryContent
from newsletter.desk.preflight import links
from newsletter.desk.preflight.case import Written, link_question
from tests.desk.preflight.cases import NOW, case, entry, kinds, knowing

PAPER, CODE = "https://arxiv.org/abs/1", "https://github.com/kites/1"
WELL = {"status": 200, "problem": ""}


@pytest.mark.parametrize(
    ("said", "of_paper", "of_code"),
    [
        (WELL, ("fine", "answer"), ("fine", "answer")),
        ({"status": 301}, ("fine", "answer"), ("fine", "answer")),
        ({"status": 404}, ("blocking", "dead"), ("warning", "dead")),
        ({"status": 410}, ("blocking", "dead"), ("warning", "dead")),
        ({"status": 403}, ("warning", "silent"), ("warning", "silent")),
        ({"status": 429}, ("warning", "silent"), ("warning", "silent")),
        ({"status": 500}, ("warning", "silent"), ("warning", "silent")),
        ({"status": 0, "problem": "slow"}, ("warning", "silent"), ("warning", "silent")),
        ({"status": 0, "problem": "private"}, ("blocking", "private"), ("blocking", "private")),
        ({"status": 0, "problem": "odd"}, ("blocking", "odd"), ("blocking", "odd")),
    ],
)
def test_an_answer_is_well_gone_or_silent(
    said: dict[str, Any], of_paper: tuple[str, str], of_code: tuple[str, str]
) -> None:
    given = case(entry(code_url=CODE))

    paper = knowing(given, {link_question(PAPER): said, link_question(CODE): WELL})
    code = knowing(given, {link_question(PAPER): WELL, link_question(CODE): said})

    assert kinds(links.lines, paper) == [of_paper]
    assert kinds(links.lines, code) == [of_code]


def test_what_nobody_has_looked_at_warns() -> None:
    [line] = links.lines(case(entry(1), entry(2)))

    assert (line.level, line.words) == ("warning", "2 links were not looked at yet.")


def test_what_was_seen_the_day_before_counts_no_more() -> None:
    given = case()
    old = knowing(given, {link_question(PAPER): WELL}, at=NOW - timedelta(hours=24))

    assert kinds(links.lines, old) == [("warning", "unknown")]


def test_links_of_the_editors_words_are_found_as_the_mail_has_them() -> None:
    note = (
        "See [this](https://a.example/x) and https://b.example/y, ![a kite](https://c.example/z.png), mail me@d.example"
    )
    given = case(written=(Written("en", "note", note), Written("en", "subject", "https://e.example/")))

    found = [link.url for link in given.links]

    assert found == ["https://a.example/x", "https://b.example/y", "https://c.example/z.png", PAPER]


def test_an_address_that_stands_twice_is_asked_once() -> None:
    given = case(entry(1), entry(2, url=PAPER, code_url=CODE, project_url=CODE))

    assert [link.url for link in given.links] == [PAPER, CODE]


def test_a_dead_link_leads_to_the_paper_that_has_it() -> None:
    given = knowing(case(), {link_question(PAPER): {"status": 404}})

    [line] = links.lines(given)

    assert line.mend == "/paper/101/"
    assert line.about == (PAPER,)


def test_many_silent_links_are_one_line() -> None:
    given = case(*(entry(number) for number in range(1, 8)))
    answers = {link_question(link.url): {"status": 0, "problem": "silent"} for link in given.links}

    [line] = links.lines(knowing(given, answers))

    assert line.words.startswith("7 links do not answer as pages should")


def test_a_link_in_a_summary_is_looked_at_once_and_leads_to_the_summary() -> None:
    said = SummaryContent(text="- Its code is [here](https://github.com/kites/9).", origin="machine")
    given = case(entry(code_url=CODE, summaries={"ko": said, "de": said}))

    *others, found = given.links

    assert [link.url for link in others] == [PAPER, CODE]
    assert (found.url, found.mend, found.is_ours) == ("https://github.com/kites/9", "/paper/101/ko/", False)

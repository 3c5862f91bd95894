"""Papers: some, and none that readers had before."""

from dataclasses import replace

from newsletter.desk.preflight import papers
from tests.desk.preflight.cases import case, entry, kinds


def test_papers_are_fine() -> None:
    assert kinds(papers.lines, case(entry(1), entry(2))) == [("fine", "some")]


def test_no_paper_blocks() -> None:
    given = case()
    empty = replace(given, content=replace(given.content, entries=()))

    assert kinds(papers.lines, empty) == [("blocking", "none")]

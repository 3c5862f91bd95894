"""Papers: some, and none that readers had before."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from digests.models import Digest, Entry
from newsletter.desk.preflight import papers, queries
from tests.desk.preflight.cases import case, entry, kinds
from tests.factories import DAY, make_approved, make_digest, make_newsletter, make_paper


def test_papers_that_are_new_are_fine() -> None:
    assert kinds(papers.lines, case(entry(1), entry(2))) == [("fine", "new")]


def test_no_paper_blocks() -> None:
    given = case()
    empty = replace(given, content=replace(given.content, entries=()))

    assert kinds(papers.lines, empty) == [("blocking", "none")]


def test_a_paper_that_readers_had_blocks_and_says_when() -> None:
    given = case(entry(1), entry(2), sent_before={102: date(2026, 4, 3)})

    [line] = papers.lines(given)

    assert line.level == "blocking"
    assert "Kite 2" in line.words
    assert "Friday, 3 April 2026" in line.words
    assert line.mend == "/digest/"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("earlier", "entry_state", "is_told"),
    [
        ({}, {}, True),
        ({"status": Digest.Status.DRAFT}, {}, False),
        ({"status": Digest.Status.CANCELLED}, {}, False),
        ({"status": Digest.Status.CLOSED}, {}, True),
        ({}, {"again": True}, False),
        ({}, {"included": False}, False),
    ],
    ids=["approved", "draft", "cancelled", "closed", "wanted again", "left out"],
)
def test_what_went_out_on_an_earlier_day_is_told_unless_it_is_wanted_again(
    earlier: dict[str, str], entry_state: dict[str, bool], is_told: bool
) -> None:
    newsletter, paper = make_newsletter(), make_paper()
    before = make_approved(make_digest(newsletter, papers=[paper], day=DAY - timedelta(days=4)))
    Digest.objects.filter(pk=before.pk).update(**earlier)
    digest = make_digest(newsletter, papers=[paper])
    Entry.objects.filter(digest=digest).update(**entry_state)

    assert queries.days_before(digest) == ({paper.pk: before.day} if is_told else {})


@pytest.mark.django_db
def test_another_newsletters_readers_had_nothing() -> None:
    paper = make_paper()
    make_approved(make_digest(papers=[paper], day=DAY - timedelta(days=4)))

    assert queries.days_before(make_digest(papers=[paper])) == {}

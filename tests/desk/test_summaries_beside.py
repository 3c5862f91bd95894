"""Two people at one paper's summaries at the same moment."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from threading import Barrier, Thread

import pytest
from django.db import connection, transaction

from digests.check_queries import hold_papers
from digests.checking import check
from digests.models import Paper, Summary
from newsletter.desk.summaries import Overtaken, write
from newsletter.staff.models import User
from tests.factories import make_digest, make_paper, make_publisher

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer: nobody is beside it"),
]
NOW = datetime(2026, 4, 7, 7, tzinfo=UTC)
ROUNDS = 8


def at_once(*works: Callable[[], object]) -> list[object]:
    """What the works gave or raised, each with a connection of its own."""
    start = Barrier(len(works))
    results: list[object] = [None] * len(works)

    def run(place: int) -> None:
        try:
            start.wait(20)
            results[place] = works[place]()
        except Exception as problem:  # whatever it is, the test shall see it
            results[place] = problem
        finally:
            connection.close()

    threads = [Thread(target=run, args=[place]) for place in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def make_told() -> tuple[Paper, User]:
    paper = make_paper(
        abstract="It has 5 layers.", summaries={"en": "- It has 5 layers.", "ko": "- 5개의 층이 있습니다."}
    )
    make_digest(papers=[paper])
    return paper, make_publisher()


def test_of_two_that_write_at_once_one_is_told_and_one_text_stands() -> None:
    paper, alice = make_told()

    for seen in range(ROUNDS):
        texts = [f"- 글 {letter}{seen}, 77개." for letter in "가나"]
        results = at_once(*(partial(write, paper, "ko", text, seen=seen, by=alice, now=NOW) for text in texts))

        lost = [place for place, result in enumerate(results) if isinstance(result, Overtaken)]
        summary = Summary.objects.get(paper=paper, locale="ko")
        assert len(lost) == 1, results
        assert (summary.text, summary.version) == (texts[1 - lost[0]], seen + 1)


def test_of_two_that_begin_a_summary_at_once_one_is_told() -> None:
    paper, alice = make_told()

    results = at_once(*2 * [partial(write, paper, "de", "- Es hat 5 Schichten.", seen=None, by=alice, now=NOW)])

    assert sum(isinstance(result, Overtaken) for result in results) == 1, results


@transaction.atomic
def save_a_form(paper: Paper) -> None:
    """As the paper's own page in the admin: it holds the paper, then writes."""
    hold_papers([paper.pk])
    time.sleep(0.05)
    Summary.objects.filter(paper=paper, locale="ko").update(model="")


def test_translators_of_two_languages_a_check_and_a_form_never_wait_for_each_other_for_ever() -> None:
    paper, alice = make_told()

    for seen in range(ROUNDS):
        results = at_once(
            partial(write, paper, "ko", f"- 글 {seen}, 77개.", seen=seen, by=alice, now=NOW),
            partial(write, paper, "en", f"- Text {seen}, 88.", seen=seen, by=alice, now=NOW),
            partial(check, [paper.pk]),
            partial(save_a_form, paper),
        )

        assert not any(isinstance(result, Exception) for result in results), results

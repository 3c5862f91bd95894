"""A paper in the admin: how it is found, and what its page asks of the database."""

import re

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from digests.admin import paper as rooms
from digests.models import Digest, Paper
from newsletter.staff.models import Role
from tests.factories import make_digest, make_newsletter, make_paper
from tests.staff.pages import browser, member

pytestmark = pytest.mark.django_db
LIST = "admin:digests_paper_changelist"


@pytest.fixture
def papers() -> list[Paper]:
    return [
        make_paper(title="Kites over Wales", key="arxiv:2404.00001"),
        make_paper(title="Kites over Kent", key="arxiv:2404.00002"),
        make_paper(title="Boats", key="arxiv:2404.00003"),
    ]


@pytest.fixture
def bob(papers: list[Paper]) -> Client:
    newsletter = make_newsletter()
    make_digest(newsletter=newsletter, papers=papers)
    return browser(member(newsletter, Role.Kind.EDITOR))


@pytest.mark.parametrize(
    ("words", "titles"),
    [
        ("kites kent", {"Kites over Kent"}),
        ("2404.00003", {"Boats"}),
        ("wales 2404", {"Kites over Wales"}),
        ("kites boats", set()),
        (" ", {"Kites over Wales", "Kites over Kent", "Boats"}),
    ],
)
def test_a_paper_is_found_by_words_of_its_title_and_by_its_key(words: str, titles: set[str], bob: Client) -> None:
    page = bob.get(reverse(LIST), {"q": words})

    assert {paper.title for paper in page.context["cl"].result_list} == titles


def test_a_search_finds_no_paper_of_another_newsletter(bob: Client) -> None:
    make_digest(newsletter=make_newsletter(), papers=[make_paper(title="Kites of others")])

    page = bob.get(reverse(LIST), {"q": "kites"})

    assert "Kites of others" not in page.text
    assert "Kites over Kent" in page.text


def test_a_search_reads_the_newest_papers_alone(bob: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rooms, "FOUND", 1)

    page = bob.get(reverse(LIST), {"q": "kites"})

    assert [paper.title for paper in page.context["cl"].result_list] == ["Kites over Kent"]


def test_a_paper_in_nine_languages_takes_as_many_queries_as_one_in_one(papers: list[Paper], bob: Client) -> None:
    spoken = make_paper(summaries={code: "A kite." for code, _name in settings.LANGUAGES})
    Digest.objects.get().entries.create(paper=spoken, position=9)

    def asked(paper: Paper) -> list[str]:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page = bob.get(reverse("admin:digests_paper_change", args=[paper.pk]))
        assert page.status_code == 200
        return [re.sub(r"\d+", "N", query["sql"]) for query in queries.captured_queries]

    asked(spoken)
    assert len(asked(spoken)) == len(asked(papers[1]))

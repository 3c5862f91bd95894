"""Hugging Face daily papers, saved and live."""

import json
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from digests.sources import hf_daily
from digests.sources.http import SourceUnreachable
from digests.sources.listing import BrokenSource, Listing, Media
from tests.digests.sources.rows import row
from tests.digests.sources.shared_data import DAILY, day_of
from tests.digests.sources.web import Play, served

DAY = date(2026, 3, 2)


def fetch(url: str) -> Listing:
    return hf_daily.fetch(url, DAY, agent="Paperboy/0.1 (+https://papers.example)")


def test_a_row_becomes_a_paper_with_its_abstract() -> None:
    data = [row(7, ai_keywords=["agents "], githubRepo="https://git.example/a", projectPage="https://p.example")]

    listing = hf_daily.read(data, day=None)

    (paper,) = listing.papers
    assert (listing.day, listing.locale, listing.original, listing.notes) == (DAY, "en", True, ())
    assert (paper.line, paper.url, paper.key) == (1, "https://arxiv.org/abs/2603.00007", "arxiv:2603.00007")
    assert (paper.title, paper.votes, paper.summary) == ("Paper 7", 21, "")
    assert paper.abstract == "We study 7 things.\n\nAnd more."
    assert paper.authors == ("Ada Lovelace",)
    assert paper.published_on == date(2026, 3, 1)
    assert paper.keywords == ("agents",)
    assert (paper.code_url, paper.project_url) == ("https://git.example/a", "https://p.example")


def test_people_who_are_no_authors_stay_out() -> None:
    listing = hf_daily.read([row()], day=None)

    assert "Business" not in repr(listing)
    assert "avatars" not in repr(listing)
    assert "Hidden" not in repr(listing)


@pytest.mark.parametrize(
    ("changes", "media"),
    [
        ({"thumbnail": "https://a.example/t.png"}, [Media("image", "https://a.example/t.png")]),
        ({"thumbnail": None, "mediaUrl": "https://a.example/m.png"}, [Media("image", "https://a.example/m.png")]),
        (
            {
                "thumbnail": "https://a.example/t.png",
                "mediaUrls": ["https://a.example/v.MP4", "https://a.example/t.png"],
            },
            [Media("image", "https://a.example/t.png"), Media("video", "https://a.example/v.MP4")],
        ),
    ],
)
def test_pictures_and_videos_come_from_older_and_newer_fields(changes: dict[str, Any], media: list[Media]) -> None:
    listing = hf_daily.read([row(**changes)], day=None)

    assert list(listing.papers[0].media) == media
    assert listing.notes == ()


def test_the_day_is_the_rows_own_else_the_one_that_is_given() -> None:
    older = hf_daily.read([row(day=None)], day=date(2024, 5, 28))
    newer = hf_daily.read([row(day="2026-03-02")], day=date(2024, 5, 28))

    assert older.day == date(2024, 5, 28)
    assert newer.day == DAY
    assert [note.line for note in newer.notes] == [1]


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        ({"paper": {"title": "No id"}}, "id"),
        (row(2, id="<script>"), "id"),
        (row(2, title="", id="2603.00002") | {"paper": {"id": "2603.00002", "title": " "}}, "title"),
        ({"title": "No paper"}, "no paper"),
    ],
)
def test_a_row_without_a_paper_is_named_and_the_others_stay(broken: dict[str, Any], words: str) -> None:
    listing = hf_daily.read([row(1), broken, row(3)], day=DAY)

    assert [paper.line for paper in listing.papers] == [1, 3]
    assert [(note.line, words in note.text) for note in listing.notes] == [(2, True)]


def test_a_paper_that_is_not_on_arxiv_is_kept_by_its_page() -> None:
    listing = hf_daily.read([row(id="some-report")], day=DAY)

    assert listing.papers[0].url == "https://huggingface.co/papers/some-report"


def test_a_paper_in_two_rows_is_listed_once_and_named() -> None:
    listing = hf_daily.read([row(1), row(1)], day=DAY)

    assert len(listing.papers) == 1
    assert [note.line for note in listing.notes] == [2]


def test_fields_that_nothing_hangs_on_are_left_out_with_a_note() -> None:
    odd = row(ai_keywords="agents", githubRepo=7, projectPage="javascript:alert(1)", mediaUrls=[{"a": 1}])

    listing = hf_daily.read([odd], day=DAY)

    (paper,) = listing.papers
    assert (paper.keywords, paper.code_url, paper.project_url, len(paper.media)) == ((), "", "", 1)
    assert len(listing.notes) == 4


def test_characters_that_no_database_takes_do_not_stop_a_day() -> None:
    listing = hf_daily.read([row(title="A\x00B\ud800", summary="x\x1b y")], day=DAY)

    assert listing.papers[0].title == "A B?"
    assert listing.papers[0].abstract == "x y"


@pytest.mark.parametrize(
    ("data", "line", "words"),
    [
        ({"error": "no"}, 1, "a list of papers is expected, not an object"),
        (None, 1, "not nothing"),
        ([row(1), "text"], 2, "row 2: the row should be an object, not text"),
        ([{"paper": []}], 1, "row 1: paper should be an object, not a list"),
        ([row(1, title=7)], 1, "row 1: title should be text, not a number"),
        ([row(1, id=2603.1)], 1, "row 1: paper.id should be text"),
        ([row(1, upvotes="3")], 1, "row 1: paper.upvotes should be a number, not text"),
        ([row(1, upvotes=True)], 1, "row 1: paper.upvotes should be a number, not true or false"),
        ([row(1, upvotes=-1)], 1, "row 1: paper.upvotes is -1"),
        ([row(1, summary=["a"])], 1, "row 1: paper.summary should be text"),
        ([row(1, authors="Ada")], 1, "row 1: paper.authors should be a list"),
        ([row(1, authors=["Ada"])], 1, "row 1: an author should be an object"),
        ([row(1, authors=[{"name": 1}])], 1, "row 1: an author's name should be text"),
        ([row(1, day="2026-03-01"), row(2)], 2, "rows of different days"),
        ([row(1, day=None)], 1, "no row names its day"),
    ],
)
def test_values_of_a_wrong_type_end_the_import_with_their_row(data: object, line: int, words: str) -> None:
    with pytest.raises(BrokenSource) as caught:
        hf_daily.read(data, day=None)

    assert words in caught.value.text
    assert caught.value.line == line


def test_the_live_address_is_asked_page_by_page_until_one_is_short() -> None:
    pages = [[row(n) for n in range(1, 101)], [row(n) for n in range(101, 151)]]

    with served([Play(body=json.dumps(page).encode()) for page in pages]) as web:
        listing = fetch(web.url)

    queries = [parse_qs(urlsplit(path).query) for path in web.paths]
    assert queries == [{"date": ["2026-03-02"], "p": [page], "limit": ["100"]} for page in ("0", "1")]
    assert set(web.agents) == {"Paperboy/0.1 (+https://papers.example)"}
    assert len(listing.papers) == 150


def test_a_server_that_repeats_its_page_is_asked_once_more_and_no_further() -> None:
    page = json.dumps([row(n) for n in range(1, 101)]).encode()

    with served([Play(body=page)]) as web:
        listing = fetch(web.url)

    assert len(web.paths) == 2
    assert len(listing.papers) == 100


def test_a_server_without_an_end_is_refused() -> None:
    def page(path: str) -> Play:
        first = int(parse_qs(urlsplit(path).query)["p"][0]) * 100
        return Play(body=json.dumps([row(first + n) for n in range(100)]).encode())

    with served(answer=page) as web, pytest.raises(BrokenSource, match="more than 1000 papers"):
        fetch(web.url)

    assert len(web.paths) == 10


def test_a_day_without_papers_is_a_listing_without_papers() -> None:
    with served([Play(body=b"[]")]) as web:
        listing = fetch(web.url)

    assert (listing.day, listing.papers) == (DAY, ())


def test_papers_of_another_day_are_not_what_was_asked_for() -> None:
    page = json.dumps([row(1, day="2026-03-01")]).encode()

    with served([Play(body=page)]) as web, pytest.raises(BrokenSource, match="asked for the papers of 2026-03-02, the"):
        fetch(web.url)


@pytest.mark.parametrize("far", ["9999-12-31", "0001-01-01"])
def test_a_day_far_away_is_refused_with_its_row(far: str) -> None:
    with pytest.raises(BrokenSource, match=f"line 2: the day {far} is not between"):
        hf_daily.read([row(1, day=None), row(2, day=far)], day=None)
    with pytest.raises(BrokenSource, match=f"the day {far} is not between"):
        hf_daily.read([row(1, day=None)], day=date.fromisoformat(far))


def test_an_error_of_the_server_is_unreachable() -> None:
    with served([Play(404, body=b"{}")]) as web, pytest.raises(SourceUnreachable, match="answers 404"):
        fetch(web.url)


@pytest.mark.skipif(not DAILY, reason="the real answers are not here")
@pytest.mark.parametrize("path", DAILY, ids=lambda path: path.name)
def test_every_real_answer_is_read_whole(path: Path) -> None:
    data = json.loads(path.read_text(encoding="utf-8"))

    listing = hf_daily.read(data, day=day_of(path))

    assert listing.day == day_of(path)
    assert len(listing.papers) == len(data)
    assert [paper.votes for paper in listing.papers] == [entry["paper"]["upvotes"] for entry in data]
    assert all(paper.abstract and paper.authors and "\n" not in paper.title for paper in listing.papers)
    assert listing.notes == ()

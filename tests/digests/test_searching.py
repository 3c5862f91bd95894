"""Looking for words in what was published: the same answers from both databases."""

import re
from datetime import date
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as budget
from hypothesis import strategies as st

from digests import archive_queries
from digests.finding import Within, asked
from digests.models import Digest, Newsletter, Paper, PrintedText, Summary
from tests.factories import make_approved, make_digest, make_newsletter, make_paper

pytestmark = pytest.mark.django_db
SUMMARIES = {
    "en": "- The **LLaMA-3** model learns; café-style words, GPT-4o and O'Brien's x_1.",
    "ko": "- 거대 언어 모델을 학습하는 방법을 제안합니다.",
    "ja": "- 大規模言語モデルをファインチューニングする手法です。",
    "zh-hans": "- 我们提出一种学习方法。",
    "de": "- Größere Modelle lösen Übungen in Straßburg.",
    "ar": "- يتعلّم النَّموذجُ من البيانات.",
}

WRONG_MONTHS = ("2026-05", "2026-13", "2026-4", "0000-01", "9999-12", "x", "\x00", "2026-04-07", "٢٠٢٦-٠٤")


@pytest.fixture
def digest() -> Digest:
    paper = make_paper(
        title="Kites over Zürich", authors=["Yann LeCun", "Şule Öz"], keywords=["aviation"], summaries=SUMMARIES
    )
    newsletter = make_newsletter(slug="daily-papers", locales=["en", "ko", "ja", "zh-hans", "de", "ar"])
    return make_approved(make_digest(newsletter, papers=[paper, make_paper(title="Of other things")]))


def found(words: str, slug: str = "daily-papers", **query: str) -> str:
    response = Client().get(f"/n/{slug}/search/", {"q": words, **query})
    assert response.status_code == 200
    return response.content.decode().partition("<main")[2]


@pytest.mark.parametrize(
    "words",
    [
        "모델",
        "언어 모델",
        "모델을",
        "언",
        "학습하는 방법",
        "学",
        "学习",
        "言語モデル",
        "ファイン",
        "größere",
        "GROSSERE",
        "strassburg",
        "ubungen",
        "النموذج",
        "النَّموذجُ",
        "البيان",
        "kites",
        "KIT",
        "zurich",
        "LeCun Yann",
        "oz",
        "aviat",
        "llama-3 learns",
        "llama 3",
        "cafe",
        "gpt-4o",
        "o'brien",
        "x_1",
        "모델 zürich",
        "ｋｉｔｅｓ",
    ],
)
@pytest.mark.usefixtures("digest")
def test_a_paper_is_found_by_what_is_said_of_it(words: str) -> None:
    shown = found(words)

    assert "Kites over Zürich" in shown
    assert "Of other things" not in shown


@pytest.mark.parametrize("words", ["ites", "모형", "k", "kites balloons", "델언", "llama 4", "모델 größere learnsx"])
@pytest.mark.usefixtures("digest")
def test_what_nobody_says_is_not_found(words: str) -> None:
    assert "No paper says all of this." in found(words)


@pytest.mark.parametrize("words", ["", "   ", "- & |", "\x00", "''"])
@pytest.mark.usefixtures("digest")
def test_no_words_find_nothing_and_say_what_to_type(words: str) -> None:
    assert "Type a word" in found(words)


@pytest.mark.usefixtures("digest")
def test_what_is_found_is_shown_in_the_pages_language() -> None:
    shown = found("학습", lang="ko")

    assert "거대 언어 모델을 학습하는 방법을 제안합니다." in shown
    assert "/ko/" in shown


def test_words_that_are_not_approved_find_nothing(digest: Digest) -> None:
    Summary.objects.filter(locale="en").update(text="- A hovercraft.")
    make_digest(digest.newsletter, papers=[make_paper(title="A hovercraft")], day=date(2026, 4, 9))

    assert "No paper" in found("hovercraft")


def test_a_correction_is_found_by_its_words_and_not_by_the_old_ones(digest: Digest) -> None:
    Paper.objects.filter(title="Kites over Zürich").update(title="Balloons over Zürich")
    make_approved(digest)

    assert "Balloons" in found("balloons")
    assert "No paper" in found("kites")


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ({"month": "2026-04"}, ["In April"]),
        ({"month": "2026-05"}, ["In May"]),
        ({"in": "ko"}, ["In May"]),
        ({"in": "en"}, ["In May", "In April"]),
        ({"month": "2026-04", "in": "ko"}, []),
        ({"month": "", "in": ""}, ["In May", "In April"]),
    ],
)
def test_a_search_looks_in_one_month_and_one_language_where_it_is_told_to(
    query: dict[str, str], titles: list[str]
) -> None:
    newsletter = make_newsletter(slug="daily-papers")
    april = make_paper(title="In April", keywords=["wind"], summaries={"en": "- A."})
    may = make_paper(title="In May", keywords=["wind"], summaries={"en": "- B.", "ko": "- 나."})
    make_approved(make_digest(newsletter, papers=[april], day=date(2026, 4, 30)))
    make_approved(make_digest(newsletter, papers=[may], day=date(2026, 5, 1)))

    shown = found("wind", **query)

    assert re.findall(r">(In (?:April|May))<", shown) == titles


@pytest.mark.usefixtures("digest")
def test_who_looks_in_one_language_reads_on_in_it() -> None:
    shown = found("kites", **{"in": "ko", "lang": "de"})

    assert "거대 언어 모델을 학습하는 방법을 제안합니다." in shown
    assert 'href="/n/daily-papers/2026-04-07/ko/"' in shown
    assert "7. April 2026" in shown


@pytest.mark.parametrize(
    ("query", "words"),
    [
        *(({"month": month}, "There is no digest of this month here.") for month in WRONG_MONTHS),
        *(({"in": locale}, "This newsletter is not written in this language.") for locale in ("it", "EN", "\x00", "'")),
    ],
)
@pytest.mark.usefixtures("digest")
def test_a_month_or_language_that_is_not_there_is_said_with_the_form_at_hand(query: dict[str, str], words: str) -> None:
    response = Client().get("/n/daily-papers/search/", {"q": "kites", **query})

    assert response.status_code == 404
    assert words in response.content.decode()
    assert 'value="kites"' in response.content.decode()
    assert "Kites over" not in response.content.decode()


def test_what_was_taken_back_is_not_found(digest: Digest) -> None:
    Digest.objects.filter(pk=digest.pk).update(status=Digest.Status.CANCELLED)

    assert "No paper" in found("kites")


@pytest.mark.usefixtures("digest")
def test_another_newsletters_papers_are_not_found() -> None:
    make_newsletter(slug="other")

    assert "No paper" in found("kites", slug="other")


def test_many_papers_come_in_pages_the_newest_first() -> None:
    newsletter = make_newsletter(slug="daily-papers")
    for day in range(1, 24):
        papers = [make_paper(title=f"Kite number {day:02}")]
        make_approved(make_digest(newsletter, papers=papers, day=date(2026, 4, day)))

    first, second = found("kite"), found("kite", page="2")

    assert first.index("Kite number 23") < first.index("Kite number 04")
    assert "Kite number 03" not in first
    assert second.index("Kite number 03") < second.index("Kite number 01")
    assert "page=2" in first
    assert 'rel="prev"' in second
    assert "page=3" not in second


def test_another_page_of_a_search_looks_in_the_same_month_and_language() -> None:
    newsletter = make_newsletter(slug="daily-papers", locales=["en", "ko"])
    papers = [make_paper(title=f"Kite {number}", summaries={"ko": "- 연."}) for number in range(41)]
    make_approved(make_digest(newsletter, papers=papers))

    second = found("kite", month="2026-04", page="2", **{"in": "ko"})
    ways = re.findall(r'rel="(?:prev|next)" href="([^"]+)"', second)

    assert [parse_qs(urlsplit(unescape(way)).query) for way in ways] == [
        {"q": ["kite"], "month": ["2026-04"], "in": ["ko"], "lang": ["en"]},
        {"q": ["kite"], "month": ["2026-04"], "in": ["ko"], "lang": ["en"], "page": ["3"]},
    ]
    assert '<option value="2026-04" selected>' in second
    assert '<option value="ko" selected>' in second


@pytest.mark.parametrize("page", ["0", "-1", "x", "9" * 30, "²", "٢"])
@pytest.mark.usefixtures("digest")
def test_a_page_that_is_none_is_no_error(page: str) -> None:
    found("kites", page=page)


def test_a_text_that_is_changed_or_deleted_is_forgotten_by_the_index(digest: Digest) -> None:
    PrintedText.objects.filter(printed__digest=digest).update(terms="hovercraft")
    after_change = found("kites"), found("hovercraft")
    PrintedText.objects.all().delete()

    assert "No paper" in after_change[0]
    assert "Kites over" in after_change[1]
    assert "No paper" in found("hovercraft")


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite's search is a table of its own")
def test_the_search_can_use_its_index(digest: Digest) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT id FROM digests_printedtext"
            " WHERE array_to_tsvector(string_to_array(digests_printedtext.terms, ' ')) @@ '''kite'':*'::tsquery"
        )
        plan = " ".join(row[0] for row in cursor.fetchall())

    assert "digests_printedtext_terms" in plan


def test_a_search_page_is_not_for_search_engines(digest: Digest) -> None:
    html = Client().get("/n/daily-papers/search/?q=kites").content.decode()

    assert '<meta name="robots" content="noindex">' in html


def test_who_searches_the_same_again_is_told_so(digest: Digest) -> None:
    first = Client().get("/n/daily-papers/search/?q=kites")

    again = Client().get("/n/daily-papers/search/?q=kites", headers={"If-None-Match": first["ETag"]})

    assert again.status_code == 304


@given(words=st.text(max_size=40) | st.text(alphabet="'\"\\*:&|!()<> \x00\ud800모a1-", max_size=30))
@budget(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_typed_is_answered(db: Any, words: str) -> None:

    newsletter = Newsletter(pk=1)

    archive_queries.printed_that_say(newsletter, asked(words), Within(), start=0, count=5)


@pytest.mark.usefixtures("digest")
def test_hostile_words_are_words() -> None:
    shown = found('"><script>alert(1)</script>')

    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown

"""The latest edition as a front page."""

from datetime import date
from typing import Any

import pytest

from digests.latest import latest
from digests.models import Digest, DigestText, Paper
from tests.digests.looking import Seen, balanced
from tests.factories import make_approved, make_digest, make_newsletter, make_paper

pytestmark = pytest.mark.django_db
NEWS = {"en": "- Robots fold laundry.\n- They are slow.", "ko": "- 로봇이 빨래를 갭니다."}


def published(*, day: date = date(2026, 4, 7), count: int = 1, newsletter: Any = None, **paper: Any) -> Digest:
    papers = [make_paper(**{"summaries": NEWS, **paper}) for _ in range(count)]
    return make_approved(make_digest(newsletter or make_newsletter(), papers=papers, day=day))


def page(digest: Digest, locale: str = "en") -> str:
    found = latest(digest.newsletter, locale)
    assert found is not None
    return found.html


def words(digest: Digest, locale: str = "en") -> str:
    return Seen(page(digest, locale)).text


def test_before_the_first_edition_there_is_none() -> None:
    newsletter = make_newsletter()
    make_digest(newsletter)

    assert latest(newsletter, "en") is None


def test_the_front_page_is_that_of_the_newest_approved_day() -> None:
    digest = published(day=date(2026, 4, 7), title="The newest")
    published(newsletter=digest.newsletter, day=date(2026, 4, 6), title="Older")
    make_digest(digest.newsletter, day=date(2026, 4, 8), papers=[make_paper(title="A draft")])

    found = latest(digest.newsletter, "en")

    assert found is not None
    assert (found.day, found.titles) == (date(2026, 4, 7), ("The newest",))
    assert found.url == f"/n/{digest.newsletter.slug}/2026-04-07/en/"
    assert "Older" not in found.html
    assert "A draft" not in found.html


def test_a_paper_is_told_by_its_main_point() -> None:
    digest = published()

    assert "Robots fold laundry." in words(digest)
    assert "They are slow." not in words(digest)


def test_the_front_page_speaks_the_visitors_language_where_the_newsletter_does() -> None:
    digest = published(newsletter=make_newsletter(locales=["en", "ko"], default_locale="en"))

    korean, german = latest(digest.newsletter, "ko"), latest(digest.newsletter, "de")

    assert korean is not None
    assert german is not None
    assert (korean.lang, german.lang) == ("ko", "en")
    assert "로봇이 빨래를 갭니다." in korean.html
    assert "Robots fold laundry." in german.html


def test_a_paper_without_a_summary_in_that_language_says_so() -> None:
    digest = published(summaries={"en": "- Only English."})

    assert "Only English." in words(digest, "ko")
    assert 'lang="en"' in page(digest, "ko")


def test_a_correction_replaces_the_front_page() -> None:
    digest = published(title="Wrnog title")
    assert "Wrnog title" in words(digest)

    Paper.objects.update(title="Right title")
    make_approved(digest)

    assert "Right title" in words(digest)
    assert "Wrnog title" not in words(digest)


@pytest.mark.parametrize(("papers", "named", "more"), [(3, 0, 0), (4, 1, 0), (10, 7, 0), (30, 6, 21)])
def test_three_papers_are_told_and_the_others_are_named(papers: int, named: int, more: int) -> None:
    digest = published(count=papers)

    html = page(digest)

    assert html.count("<article") == 3
    assert html.count("<li><a") == named
    assert (f"and {more} more on the web" in html) == bool(more)
    assert f"{papers} papers" in html


def test_a_warm_front_page_costs_one_query(django_assert_num_queries: Any) -> None:
    digest = published(count=12)
    latest(digest.newsletter, "ko")

    with django_assert_num_queries(1):
        latest(digest.newsletter, "ko")


def test_hostile_titles_stay_words() -> None:
    digest = published(title='<script>alert("x")</script> {{ unsubscribe }} "><img src=x onerror=y>')

    html = page(digest)

    assert "<script" not in html
    assert "{{" not in html
    assert "onerror=y>" not in html
    assert balanced(html)


def test_an_edition_without_papers_is_not_shown() -> None:
    digest = make_approved(make_digest(papers=0))
    DigestText.objects.create(digest=digest, locale="en", note="Nothing today.")

    assert latest(digest.newsletter, "en") is None

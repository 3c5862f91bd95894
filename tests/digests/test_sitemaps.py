"""What search engines are told."""

from datetime import date
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from digests.models import Digest
from tests.factories import make_approved, make_digest, make_newsletter, make_paper, make_topic

pytestmark = pytest.mark.django_db
MONTH = "/n/daily-papers/sitemap-2026-04.xml"
PLACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"
LINK = "{http://www.w3.org/1999/xhtml}link"


@pytest.fixture
def digest() -> Digest:
    paper = make_paper(key="arxiv:2604.99999", summaries={"en": "- Wind.", "ko": "- 바람.", "fr": "- Vent."})
    return make_approved(make_digest(make_newsletter(slug="daily-papers"), papers=[paper, make_paper(summaries={})]))


def tree(path: str) -> ElementTree.Element:
    response = Client().get(path)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/xml; charset=utf-8"
    return ElementTree.fromstring(response.content)


def places(path: str) -> list[str]:
    return [str(place.text).removeprefix("http://testserver") for place in tree(path).iter(PLACE)]


def test_every_month_with_something_in_it_has_a_sitemap(digest: Digest) -> None:
    make_approved(make_digest(digest.newsletter, day=date(2025, 12, 31)))
    make_digest(digest.newsletter, day=date(2025, 11, 1))

    assert places("/sitemap.xml") == [MONTH, "/n/daily-papers/sitemap-2025-12.xml"]


@pytest.mark.usefixtures("digest")
def test_a_month_lists_its_pages_in_the_languages_that_say_something() -> None:
    assert places(MONTH) == [
        "/n/daily-papers/?lang=en",
        "/n/daily-papers/?lang=ko",
        "/n/daily-papers/2026-04/en/",
        "/n/daily-papers/2026-04/ko/",
        "/n/daily-papers/2026-04-07/en/",
        "/n/daily-papers/2026-04-07/ko/",
        "/n/daily-papers/paper/2604.99999/en/",
        "/n/daily-papers/paper/2604.99999/ko/",
    ]


def test_the_newest_month_lists_the_topics_that_have_papers(digest: Digest) -> None:
    paper = digest.entries.get(paper__key="arxiv:2604.99999").paper
    paper.topics.add(make_topic(digest.newsletter))
    make_topic(digest.newsletter, "wind")
    make_approved(digest)
    make_approved(make_digest(digest.newsletter, day=date(2026, 3, 31)))

    listed = [place for place in places(MONTH) if "/topic/" in place]

    assert listed == ["/n/daily-papers/topic/agents/en/", "/n/daily-papers/topic/agents/ko/"]
    assert "/topic/" not in " ".join(places("/n/daily-papers/sitemap-2026-03.xml"))


def test_more_topics_ask_no_more_of_the_database(digest: Digest) -> None:
    counts = []
    for names in (["agents"], ["tides", "wind"]):
        digest.entries.get(paper__key="arxiv:2604.99999").paper.topics.add(
            *(make_topic(digest.newsletter, name) for name in names)
        )
        make_approved(digest)
        with CaptureQueriesContext(connection) as asked:
            listed = [place for place in places(MONTH) if "/topic/" in place]
        counts.append(len(asked))

    assert len(listed) == 6
    assert counts[0] == counts[1]


@pytest.mark.usefixtures("digest")
def test_every_listed_page_is_there() -> None:
    assert {Client().get(place).status_code for place in places(MONTH)} == {200}


@pytest.mark.usefixtures("digest")
def test_a_page_names_its_other_languages() -> None:
    links = [(link.get("hreflang"), link.get("href")) for link in tree(MONTH).iter(LINK)]

    assert ("ko", "http://testserver/n/daily-papers/2026-04-07/ko/") in links


@pytest.mark.parametrize("path", ["2026-05.xml", "2026-13.xml", "0000-01.xml"])
@pytest.mark.usefixtures("digest")
def test_a_month_without_digests_has_no_sitemap(path: str) -> None:
    assert Client().get(f"/n/daily-papers/sitemap-{path}").status_code == 404


@pytest.mark.usefixtures("digest")
def test_a_crawler_finds_the_sitemap_and_may_open_every_page() -> None:
    lines = Client().get("/robots.txt").content.decode().splitlines()

    assert "Sitemap: http://testserver/sitemap.xml" in lines
    assert "Disallow:" in lines


def test_a_site_without_newsletter_has_an_empty_sitemap() -> None:
    assert places("/sitemap.xml") == []


def test_every_month_that_is_listed_is_the_one_that_search_engines_keep(digest: Digest) -> None:
    make_approved(make_digest(digest.newsletter, day=date(2026, 5, 1), papers=[make_paper(summaries={"en": "- A."})]))

    listed = places("/n/daily-papers/sitemap-2026-05.xml")

    assert "/n/daily-papers/2026-05/en/" in listed
    assert "/n/daily-papers/2026-05/ko/" not in listed
    for place in listed:
        assert f'<link rel="canonical" href="http://testserver{place}">' in Client().get(place).content.decode()


def test_a_month_lists_its_special_issues(digest: Digest) -> None:
    make_approved(make_digest(digest.newsletter, day=date(2026, 4, 8), kind="special", slug="kites"))

    assert "/n/daily-papers/2026-04-08-kites/en/" in places(MONTH)

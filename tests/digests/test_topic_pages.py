"""The page of a topic: its papers over all days, page by page."""

import re
from datetime import date, timedelta

import pytest
from django.test import Client

from digests.models import Digest, Newsletter, Topic
from tests.factories import make_approved, make_digest, make_newsletter, make_paper, make_topic

pytestmark = pytest.mark.django_db
PAGE = "/n/daily-papers/topic/agents/{}/"


@pytest.fixture
def newsletter() -> Newsletter:
    return make_newsletter(slug="daily-papers", locales=["en", "ko", "de"])


@pytest.fixture
def agents(newsletter: Newsletter) -> Topic:
    return make_topic(newsletter, names={"en": "Agents <b>", "ko": "에이전트"})


@pytest.fixture
def digest(newsletter: Newsletter, agents: Topic) -> Digest:
    """A day with a paper about agents, and one about nothing in particular."""
    summaries = {"en": "- They act.", "ko": "- 움직입니다."}
    paper = make_paper(key="arxiv:2604.99999", title="On agents", summaries=summaries)
    paper.topics.add(agents)
    return make_approved(make_digest(newsletter, papers=[paper, make_paper(title="Of other things")]))


def print_papers(newsletter: Newsletter, topic: Topic, count: int) -> None:
    """A paper a day, the first on the second of January."""
    for number in range(1, count + 1):
        paper = make_paper(title=f"Agent {number:02}")
        paper.topics.add(topic)
        make_approved(make_digest(newsletter, papers=[paper], day=date(2026, 1, 1) + timedelta(number)))


def page(path: str, *, status: int = 200) -> str:
    response = Client().get(path)
    assert response.status_code == status
    return response.content.decode()


@pytest.mark.usefixtures("digest")
def test_a_topic_has_a_page_with_its_papers_alone() -> None:
    korean = page(PAGE.format("ko"))

    assert '<html lang="ko" dir="ltr">' in korean
    assert '<h1><span dir="auto">에이전트</span></h1>' in korean
    assert "On agents" in korean
    assert "움직입니다." in korean
    assert "Of other things" not in korean
    assert 'href="/n/daily-papers/2026-04-07/ko/"' in korean
    assert 'href="/n/daily-papers/paper/2604.99999/ko/"' in korean


def test_a_topics_papers_come_in_pages_the_newest_first(newsletter: Newsletter, agents: Topic) -> None:
    print_papers(newsletter, agents, 41)

    pages = [page(PAGE.format("en") + query) for query in ("", "?page=2", "?page=3")]

    shown = [re.findall(r">Agent ([0-9]{2})<", one) for one in pages]
    assert [int(number) for one in shown for number in one] == list(range(41, 0, -1))
    assert [len(one) for one in shown] == [20, 20, 1]
    assert re.findall(r'rel="(?:prev|next)" href="([^"]+)"', pages[1]) == [
        PAGE.format("en"),
        f"{PAGE.format('en')}?page=3",
    ]
    assert 'rel="next"' not in pages[2]
    assert f'href="{PAGE.format("ko")}?page=2"' in pages[1]
    assert f'<link rel="canonical" href="http://testserver{PAGE.format("en")}?page=3">' in pages[2]


@pytest.mark.parametrize("number", ["0", "1", "2", "01", "-1", "x", "9" * 30, "²", "٢", "\x00"])
@pytest.mark.usefixtures("digest")
def test_a_page_that_is_none_is_said_in_words_and_kept_by_nobody(number: str) -> None:
    response = Client().get(PAGE.format("en"), {"page": number})

    assert response.status_code == 404
    assert "There is no such page." in response.content.decode()
    assert "ETag" not in response


@pytest.mark.parametrize(
    "path",
    [
        "/n/daily-papers/topic/kites/en/",
        "/n/daily-papers/topic/AGENTS/en/",
        "/n/daily-papers/topic/agent/en/",
        "/n/daily-papers/topic/agents/it-zz/",
        "/n/daily-papers/topic/agents/%00/",
        "/n/nobody/topic/agents/en/",
    ],
)
@pytest.mark.usefixtures("digest")
def test_a_topic_that_is_not_there_is_said_in_words(path: str) -> None:
    assert "Not here" in page(path, status=404)


@pytest.mark.usefixtures("agents")
def test_a_topic_of_nothing_says_so() -> None:
    assert "No paper of this topic has been published yet." in page(PAGE.format("en"))


def test_what_was_taken_back_is_no_more_on_its_topics_page(digest: Digest) -> None:
    Digest.objects.filter(pk=digest.pk).update(status=Digest.Status.CANCELLED)

    assert "On agents" not in page(PAGE.format("en"))


@pytest.mark.usefixtures("digest")
def test_a_topics_page_offers_its_feed_and_its_other_languages() -> None:
    shown = page(PAGE.format("en"))

    assert '<a href="/n/daily-papers/feed/en/agents/" type="application/atom+xml">' in shown
    assert (
        'title="Daily Papers: Agents &lt;b&gt; (English)" href="http://testserver/n/daily-papers/feed/en/agents/"'
        in shown
    )
    assert re.findall('hreflang="([^"]+)" href="http', shown) == ["en", "ko", "x-default"]
    assert f'<a href="{PAGE.format("de")}" lang="de"' in shown
    assert f'<link rel="canonical" href="http://testserver{PAGE.format("en")}">' in page(PAGE.format("de"))


@pytest.mark.parametrize("path", ["/n/daily-papers/paper/2604.99999/ko/", "/n/daily-papers/?lang=ko"])
@pytest.mark.usefixtures("digest")
def test_papers_and_the_front_page_lead_to_topics(path: str) -> None:
    assert re.search(f'<a [^>]*href="{PAGE.format("ko")}"[^>]*>에이전트</a>', page(path))


def test_a_topic_that_is_gone_is_a_word_on_its_papers(digest: Digest, agents: Topic) -> None:
    agents.delete()

    paper = page("/n/daily-papers/paper/2604.99999/en/")

    assert "Agents &lt;b&gt;" in paper
    assert "/topic/" not in paper


def test_a_page_of_long_papers_fits_into_50_kb(newsletter: Newsletter, agents: Topic) -> None:
    papers = [
        make_paper(title="대규모 언어 모델에 관한 아주 긴 제목과 " * 12, summaries={"ko": f"- {'바람이 붑니다 ' * 60}"})
        for _ in range(21)
    ]
    for paper in papers:
        paper.topics.add(agents)
    make_approved(make_digest(newsletter, papers=papers))

    assert len(page(PAGE.format("ko")).encode()) < 50_000

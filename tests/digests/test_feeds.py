"""Atom feeds: the digests of a language, and the papers of a topic."""

from datetime import UTC, date, datetime
from xml.etree import ElementTree

import pytest
from django.test import Client

from digests.models import Digest, Newsletter
from tests.factories import make_approved, make_digest, make_newsletter, make_paper, make_topic

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"
DAYS = "/n/daily-papers/feed/{}/"
AGENTS = "/n/daily-papers/feed/{}/agents/"


@pytest.fixture
def newsletter() -> Newsletter:
    return make_newsletter(slug="daily-papers", tagline="Wind & <b>kites</b>")


@pytest.fixture
def digest(newsletter: Newsletter) -> Digest:
    """A day with a hostile paper about agents, and one about nothing in particular."""
    agents = make_paper(
        key="arxiv:2604.99999",
        title="Agents\x07 <script>alert(1)</script>",
        summaries={"en": "- **Kites** <script>fly</script>.\n- High.", "ko": "- 연이 **납니다**."},
    )
    agents.topics.add(make_topic(newsletter, names={"en": "Agents", "ko": "에이전트"}))
    return make_approved(make_digest(newsletter, papers=[agents, make_paper(title="Of other things")]))


def feed(path: str) -> ElementTree.Element:
    response = Client().get(path)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ElementTree.fromstring(response.content)


def texts(root: ElementTree.Element, name: str) -> list[str]:
    return [entry.findtext(f"{ATOM}{name}", "") for entry in root.iter(f"{ATOM}entry")]


@pytest.mark.usefixtures("digest")
def test_a_feed_of_a_language_has_an_entry_for_each_day() -> None:
    root = feed(DAYS.format("ko"))

    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == "ko"
    assert texts(root, "id") == ["tag:testserver,2026-04-07:/n/daily-papers/2026-04-07/ko/"]
    assert "연이 <strong>납니다</strong>." in texts(root, "summary")[0]
    assert "<script>" not in texts(root, "summary")[0]


def test_a_feed_of_a_language_has_the_days_that_are_told_in_it(digest: Digest) -> None:
    make_approved(make_digest(digest.newsletter, day=date(2026, 4, 8)))

    assert len(texts(feed(DAYS.format("ko")), "id")) == 1
    assert len(texts(feed(DAYS.format("en")), "id")) == 2


@pytest.mark.usefixtures("digest")
def test_a_feed_of_a_topic_has_its_papers_alone() -> None:
    root = feed(AGENTS.format("en"))

    assert root.findtext(f"{ATOM}title") == "Daily Papers: Agents (English)"
    assert texts(root, "title") == ["Agents <script>alert(1)</script>"]
    assert texts(root, "id") == ["tag:testserver,2026-04-07:/n/daily-papers/paper/2604.99999/en/"]
    assert "<strong>Kites</strong>" in texts(root, "summary")[0]
    assert "<script>" not in texts(root, "summary")[0]


@pytest.mark.parametrize("other", ["Agents", "agents-2", "my-agents", "agent", "agent_"])
def test_a_topic_is_not_one_whose_name_is_like_it(digest: Digest, other: str) -> None:
    likewise = make_paper(title="Something else")
    likewise.topics.add(make_topic(digest.newsletter, other))
    make_approved(make_digest(digest.newsletter, papers=[likewise], day=date(2026, 4, 8)))

    assert texts(feed(AGENTS.format("en")), "title") == ["Agents <script>alert(1)</script>"]
    assert texts(feed(f"/n/daily-papers/feed/en/{other}/"), "title") == ["Something else"]


def test_a_correction_keeps_the_name_of_an_entry_and_moves_its_hour(digest: Digest) -> None:
    before = feed(DAYS.format("en"))

    make_approved(digest, at=datetime(2026, 4, 7, 12, tzinfo=UTC))
    Digest.objects.update(approved_at=datetime(2026, 4, 5, tzinfo=UTC))  # a correction keeps the first hour
    after = feed(DAYS.format("en"))

    assert texts(after, "id") == texts(before, "id")
    assert texts(after, "updated") == ["2026-04-07T12:00:00+00:00"]
    assert texts(before, "updated") == ["2026-04-05T00:00:00+00:00"]
    assert texts(after, "published") == texts(before, "published") == ["2026-04-05T00:00:00+00:00"]


@pytest.mark.usefixtures("digest")
def test_a_feed_is_offered_by_the_pages_of_its_language() -> None:
    page = Client().get("/n/daily-papers/2026-04-07/ko/").content.decode()

    assert 'type="application/atom+xml"' in page
    assert f'href="http://testserver{DAYS.format("ko")}"' in page


@pytest.mark.usefixtures("newsletter")
def test_a_feed_of_nothing_is_a_feed() -> None:
    assert texts(feed(DAYS.format("en")), "id") == []


@pytest.mark.parametrize(
    "path", [DAYS.format("it"), AGENTS.format("it"), DAYS.format("%00"), DAYS.format("en") + "kites/"]
)
@pytest.mark.usefixtures("digest")
def test_a_feed_that_is_not_there_is_said_in_words(path: str) -> None:
    response = Client().get(path)

    assert response.status_code == 404
    assert "Not here" in response.content.decode()


def test_a_feed_names_nobody(digest: Digest) -> None:
    written = Client().get(DAYS.format("en")).content.decode() + Client().get(AGENTS.format("en")).content.decode()

    assert not any(word in written for word in ("/leave/", "/preferences/", "/web/"))

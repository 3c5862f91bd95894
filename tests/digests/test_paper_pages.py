"""A paper's own page, a month's, and the size of a long day's."""

import re
from datetime import UTC, date, datetime

import pytest
from django.test import Client

from digests.models import Digest, Summary
from tests.factories import make_approved, make_digest, make_newsletter, make_paper

pytestmark = pytest.mark.django_db
PAGE = "/n/daily-papers/paper/2604.99999/{}/"


@pytest.fixture
def digest() -> Digest:
    """A day of three papers, of which the second is in two languages."""
    kites = make_paper(
        key="arxiv:2604.99999",
        title="Kites <b>&</b> strings",
        authors=[f"Author {number}" for number in range(60)],
        summaries={"en": "- **Kites** fly.\n- High.", "ko": "- 연이 **납니다**."},
    )
    papers = [make_paper(title="The first"), kites, make_paper(key="url:https://example.org/x", title="The last")]
    return make_approved(make_digest(make_newsletter(slug="daily-papers"), papers=papers))


def page(path: str, *, status: int = 200) -> str:
    response = Client().get(path)
    assert response.status_code == status
    return response.content.decode()


@pytest.mark.usefixtures("digest")
def test_a_paper_has_a_page_in_its_languages() -> None:
    korean = page(PAGE.format("ko"))

    assert '<html lang="ko" dir="ltr">' in korean
    assert "연이 <strong>납니다</strong>." in korean
    assert "Kites &lt;b&gt;&amp;&lt;/b&gt; strings" in korean
    assert "Author 39" in korean
    assert "Author 40" not in korean
    assert 'href="/n/daily-papers/2026-04-07/ko/#p' in korean
    assert "<strong>Kites</strong> fly." in page(PAGE.format("en"))


def test_a_paper_shows_what_was_approved(digest: Digest) -> None:
    Summary.objects.filter(paper__key="arxiv:2604.99999").update(text="- In the making.")

    before = page(PAGE.format("en"))
    make_approved(digest)

    assert "In the making" not in before
    assert "In the making" in page(PAGE.format("en"))


@pytest.mark.usefixtures("digest")
def test_a_paper_without_the_language_says_so_and_names_the_page_that_has_words_of_its_own() -> None:
    german = page(PAGE.format("de"))

    assert "Englisch" in german
    assert f'<link rel="canonical" href="http://testserver{PAGE.format("en")}">' in german


@pytest.mark.usefixtures("digest")
def test_a_paper_leads_to_those_beside_it() -> None:
    kites = page(PAGE.format("en"))

    assert kites.index("The first") < kites.index("The last")
    assert 'rel="prev"' in kites
    assert 'rel="next"' in kites
    assert 'rel="prev"' not in page(kites.partition('rel="prev"')[2].partition('href="')[2].partition('"')[0])


def test_a_paper_that_came_twice_is_shown_as_it_came_last(digest: Digest) -> None:
    kites = digest.entries.get(paper__key="arxiv:2604.99999").paper
    Summary.objects.filter(paper=kites).update(text="- Once more.")
    make_approved(make_digest(digest.newsletter, papers=[kites], day=date(2026, 4, 9)))

    shown = page(PAGE.format("en"))

    assert "Once more." in shown
    assert shown.index("2026-04-09/en/#p") < shown.index("2026-04-07/en/#p")


def test_a_paper_of_a_digest_that_was_taken_back_is_not_shown(digest: Digest) -> None:
    Digest.objects.filter(pk=digest.pk).update(status=Digest.Status.CANCELLED)

    page(PAGE.format("en"), status=404)


@pytest.mark.parametrize(
    "path",
    [
        "/n/daily-papers/paper/2604.99998/en/",
        "/n/daily-papers/paper/p0/en/",
        "/n/daily-papers/paper/p%00/en/",
        "/n/daily-papers/paper/p99999999999999999999/en/",
        "/n/daily-papers/paper/2604.99999/it-zz/",
        "/n/daily-papers/paper/2604.99999/%00/",
        "/n/daily-papers/2026-05/en/",
        "/n/daily-papers/2026-13/en/",
        "/n/daily-papers/0000-00/en/",
        "/n/daily-papers/2026-04/xx/",
    ],
)
@pytest.mark.usefixtures("digest")
def test_what_is_not_there_is_said_in_words(path: str) -> None:
    assert "Not here" in page(path, status=404)


def test_a_paper_has_one_address(digest: Digest) -> None:
    kites, last = (entry.paper for entry in digest.entries.order_by("position")[1:])

    page(f"/n/daily-papers/paper/p{last.pk}/en/")
    page(f"/n/daily-papers/paper/p{kites.pk}/en/", status=404)


def test_a_paper_of_another_newsletter_is_not_shown(digest: Digest) -> None:
    make_newsletter(slug="other")

    page("/n/other/paper/2604.99999/en/", status=404)


def test_a_card_tells_who_shares_a_page_what_it_is(digest: Digest) -> None:
    digest.entries.get(paper__key="arxiv:2604.99999").paper.__class__.objects.update(image="images/ab.jpg")
    make_approved(digest)

    shown = page(PAGE.format("en"))

    assert '<meta name="description" content="Kites fly.">' in shown
    assert f'<meta property="og:url" content="http://testserver{PAGE.format("en")}">' in shown
    assert '<meta property="og:image" content="http://testserver/media/images/ab.jpg">' in shown
    assert '<meta property="og:title" content="Kites &lt;b&gt;&amp;&lt;/b&gt; strings">' in shown
    assert f'hreflang="ko" href="http://testserver{PAGE.format("ko")}"' in shown
    assert f'hreflang="x-default" href="http://testserver{PAGE.format("en")}"' in shown


@pytest.mark.usefixtures("digest")
def test_a_card_names_the_languages_of_its_page_as_open_graph_does() -> None:
    german, korean = page(PAGE.format("de")), page(PAGE.format("ko"))

    assert re.findall(r'"og:locale(:alternate)?" content="([^"]+)"', korean) == [("", "ko_KR"), (":alternate", "en_US")]
    assert '<meta property="og:locale" content="de_DE">' in german


@pytest.mark.parametrize("path", [PAGE.format("en"), "/n/daily-papers/2026-04-07/en/"])
def test_a_correction_is_no_new_publication(digest: Digest, path: str) -> None:
    make_approved(digest, at=datetime(2026, 4, 7, 12, tzinfo=UTC))
    Digest.objects.update(approved_at=datetime(2026, 4, 5, tzinfo=UTC))  # a correction keeps the first hour

    assert '"article:published_time" content="2026-04-05T00:00:00+00:00"' in page(path)


@pytest.mark.usefixtures("digest")
def test_a_page_without_a_picture_shares_ours() -> None:
    assert '<meta property="og:image" content="http://testserver/static/card.png">' in page("/n/daily-papers/?lang=ko")


@pytest.mark.usefixtures("digest")
def test_a_month_shows_the_first_papers_of_its_days() -> None:
    month = page("/n/daily-papers/2026-04/ko/")

    assert "<h1>2026년 4월</h1>" in month
    assert 'href="/n/daily-papers/2026-04-07/ko/"' in month
    assert f'href="{PAGE.format("ko")}"' in month


def test_a_month_leads_to_those_that_have_days(digest: Digest) -> None:
    for day in (date(2025, 12, 31), date(2026, 7, 1)):
        make_approved(make_digest(digest.newsletter, day=day))

    month = page("/n/daily-papers/2026-04/en/")

    assert 'rel="prev" href="/n/daily-papers/2025-12/en/"' in month
    assert 'rel="next" href="/n/daily-papers/2026-07/en/"' in month


def test_a_long_day_fits_into_50_kb_and_keeps_every_paper_in_its_place() -> None:
    bullets = "\n".join("- " + "바람에 관한 아주 긴 설명을 이어 갑니다. " * 6 for _ in range(7))
    papers = [
        make_paper(title=f"Paper {number:02} on the long days of the year, and on much else", summaries={"ko": bullets})
        for number in range(68)
    ]
    digest = make_approved(make_digest(make_newsletter(slug="daily-papers"), papers=papers))

    day = page("/n/daily-papers/2026-04-07/ko/")

    assert len(day.encode()) < 50_000
    assert day.count('<article class="paper"') > 5
    assert all(f'id="p{entry.pk}"' in day for entry in digest.entries.all())


def test_the_front_page_and_a_month_of_long_titles_fit_into_50_kb() -> None:
    newsletter = make_newsletter(slug="daily-papers", locales=["en", "ko", "ja", "de", "ar"])
    title = "대규모 언어 모델에 관한 아주 긴 제목과 " * 12
    for number in range(1, 31):
        papers = [make_paper(title=title, summaries={"ko": f"- {'바람이 붑니다 ' * 60}"}) for _ in range(3)]
        make_approved(make_digest(newsletter, papers=papers, day=date(2026, 4, number)))

    assert len(page("/n/daily-papers/?lang=ko").encode()) < 50_000
    assert len(page("/n/daily-papers/2026-04/ko/").encode()) < 50_000

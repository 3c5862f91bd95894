"""What a browser may do on our pages: nothing that stands within a page, and nothing from elsewhere."""

import re

import pytest
from django.test import Client

from newsletter.policy import HEADER, POLICY
from tests.factories import make_approved, make_newsletter, make_paper, make_topic

pytestmark = pytest.mark.django_db
WITHIN = re.compile(r"<style|<script(?![^>]*\ssrc=)|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE)
ELSEWHERE = re.compile(r"<(?:script|link|img|iframe)[^>]*\s(?:src|href)=\"(?:https?:)?//(?!testserver/)", re.IGNORECASE)


@pytest.fixture
def newsletter() -> str:
    """A newsletter with a colour of its own and one day."""
    made = make_newsletter(slug="daily-papers", accent="#1E6B45")
    make_topic(made)
    make_approved(newsletter=made, papers=[make_paper(key="arxiv:2604.99999"), make_paper()])
    return made.slug


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/join/daily-papers/",
        "/join/daily-papers/embed/",
        "/n/daily-papers/",
        "/n/daily-papers/2026-04-07/en/",
        "/n/daily-papers/2026-04/ko/",
        "/n/daily-papers/search/?q=paper",
        "/n/daily-papers/paper/2604.99999/en/",
        "/n/daily-papers/topic/agents/en/",
        "/n/daily-papers/1999-01-01/en/",
        "/preferences/nonsense/",
        "/privacy/",
        "/data/",
        "/nowhere/",
    ],
)
@pytest.mark.usefixtures("newsletter")
def test_a_page_needs_nothing_that_the_policy_forbids(path: str) -> None:
    response = Client().get(path, follow=True)
    html = response.content.decode()

    assert response.headers[HEADER] == POLICY
    assert "<html" in html
    assert not WITHIN.search(html)
    assert not ELSEWHERE.search(html)


def test_the_policy_lets_nothing_in_that_stands_within_a_page() -> None:
    assert "unsafe" not in POLICY
    assert POLICY.startswith("default-src 'none';")


def test_a_newsletters_colour_is_on_all_of_its_pages(newsletter: str) -> None:
    page = Client().get(f"/join/{newsletter}/").content.decode()
    found = re.search(r'href="(/n/daily-papers/accent\.css\?[^"]+)"', page)

    assert found is not None
    css = Client().get(found[1])
    assert css.headers["Content-Type"] == "text/css; charset=utf-8"
    assert "--accent: #1E6B45" in css.content.decode()
    assert "prefers-color-scheme: dark" in css.content.decode()


def test_another_colour_has_another_address(newsletter: str) -> None:
    assert "accent.css?%231E6B45" in Client().get(f"/n/{newsletter}/").content.decode()


@pytest.mark.parametrize(("asked", "kept"), [("?%231E6B45", 31536000), ("?%23B4451F", 60), ("?", 60), ("", 60)])
def test_a_colour_is_kept_under_its_own_name_alone(newsletter: str, asked: str, kept: int) -> None:
    css = Client().get(f"/n/{newsletter}/accent.css{asked}")

    assert f"max-age={kept}" in css.headers["Cache-Control"]


def test_no_newsletter_has_no_colour() -> None:
    assert Client().get("/n/nobody/accent.css").status_code == 404

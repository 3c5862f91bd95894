"""Which language a page speaks, and that the choice of it is kept from page to page."""

import re
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client, RequestFactory
from pytest_django import Settings

from newsletter.languages import page_language
from tests.factories import make_approved, make_digest, make_newsletter

pytestmark = pytest.mark.django_db
IN_ITS_PATH = re.compile(r"/[a-z]{2,3}(-[a-z0-9]+)*/(#.*)?\Z")  # /n/daily-papers/2026-04-07/ko/


class Links(HTMLParser):
    """The links of a page that a reader can follow, and where its forms lead."""

    def __init__(self, page: str, html: str) -> None:
        super().__init__()
        self.page = page
        self.found: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        address = found.get("href") if tag == "a" else found.get("action") if found.get("method") == "post" else None
        if address:
            self.found.add(urljoin(self.page, address))

    def ours(self) -> set[str]:
        """Without the switch of languages, without other sites, without places on the page itself."""
        pages = {link for link in self.found if not urlsplit(link).netloc and not link.startswith(f"{self.page}#")}
        here = urlsplit(self.page).path
        switch = {link for link in pages if urlsplit(link).path == here and "lang=" in link}
        return pages - switch


def test_a_language_that_was_asked_for_is_kept_on_every_public_page() -> None:
    for newsletter in (make_newsletter(slug="papers"), make_newsletter(slug="robots")):
        make_approved(make_digest(newsletter))
    ways, seen = ["/?lang=ar", "/nowhere/?lang=ar", "/n/nothing/?lang=ar", "/join/papers/check/?lang=ar"], set[str]()

    while ways:
        page = ways.pop()
        seen.add(page)
        html = Client().get(page).text
        assert '<html lang="ar"' in html, page
        links = {link for link in Links(page, html).ours() if not IN_ITS_PATH.search(urlsplit(link).path)}
        links = {link for link in links if not link.startswith("/admin/")}
        assert {link for link in links if "lang=ar" not in link} == set(), page
        ways += sorted(links - seen - set(ways))

    assert len(seen) > 8


def test_languages_are_named_as_their_readers_and_as_browsers_do(settings: Settings) -> None:
    settings.LANGUAGES = [("en", "English"), ("zh-hans", "Chinese"), ("pt-br", "Portuguese")]

    named = page_language(RequestFactory().get("/"))["languages"]

    assert named == [
        ("en", "en", "English"),
        ("zh-hans", "zh-Hans", "简体中文"),
        ("pt-br", "pt-BR", "Português (Brasil)"),
    ]


@pytest.mark.parametrize("path", ["/", "/n/papers/", "/privacy/"])
def test_a_cookie_makes_no_page_speak_another_language(path: str, settings: Settings) -> None:
    make_approved(make_digest(make_newsletter(slug="papers")))
    client = Client(headers={"Accept-Language": "en"})
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "ko"

    response = client.get(path)

    assert '<html lang="en"' in response.text
    assert "Cookie" not in response["Vary"]

"""Mails as a mail program shows them: on narrow and wide screens, light and dark, with pictures and without."""

import pytest
from playwright.sync_api import Browser, Page, Route

from tests.browser.conftest import Visit
from tests.browser.matrix import DESK, LANGUAGES, NARROWEST, PHONE
from tests.conftest import Outbox
from tests.judges.mails import all_mails, html_of
from tests.reading import Site

# A mail is shown within a mail program's page, whose landmarks and headings are not ours.
NOT_OURS = ("landmark-one-main", "region", "page-has-heading-one", "heading-order", "bypass", "meta-viewport")
PREHEADER = "body > div:first-child div[style*='display:none'], body div[style*='mso-hide']"


@pytest.fixture
def mails(site: Site, outbox: Outbox) -> dict[str, str]:
    """The HTML of each mail that has some, by name."""
    return {name: html for name, mail in all_mails(outbox.folder, site).items() if (html := html_of(mail))}


def test_no_mail_sticks_out_of_a_screen(mails: dict[str, str], visit: Visit) -> None:
    visitor = visit(width=NARROWEST)

    for name, html in mails.items():
        visitor.page.set_content(html)
        for width in (NARROWEST, PHONE, DESK):
            visitor.page.set_viewport_size({"width": width, "height": 800})
            assert visitor.overhang() <= 0, f"{name} at {width}"


# What is dark is the same in every language: three scripts are enough.
@pytest.mark.parametrize(("scheme", "languages"), [("light", ("",)), ("dark", LANGUAGES)])
def test_axe_finds_nothing_in_a_mail(
    scheme: str, languages: tuple[str, ...], mails: dict[str, str], visit: Visit
) -> None:
    visitor, looked = visit(scheme=scheme), 0

    for name, html in mails.items():
        if name.endswith(languages):
            visitor.page.set_content(html)
            assert visitor.faults(without=NOT_OURS) == [], name
            looked += 1
    assert looked >= len(mails) // 3


def test_the_preheader_comes_first_and_nobody_sees_it(mails: dict[str, str], visit: Visit) -> None:
    visitor = visit()

    for name, html in mails.items():
        visitor.page.set_content(html)
        first = visitor.page.locator(PREHEADER).first
        said = (first.text_content() or "").strip()
        assert said, name
        assert (visitor.page.locator("body").text_content() or "").strip().startswith(said), name
        assert not first.is_visible(), name


def test_without_pictures_their_words_are_read(mails: dict[str, str], chromium: Browser) -> None:
    page = chromium.new_page(viewport={"width": PHONE, "height": 800})
    page.route("**/*", _no_pictures)

    page.set_content(mails["digest-html-en"])
    picture = page.locator("img").first

    assert not _is_loaded(page)
    assert picture.get_attribute("alt")
    assert picture.bounding_box() is not None
    page.close()


def test_pictures_come_from_our_site_and_keep_their_shape(mails: dict[str, str], visit: Visit) -> None:
    visitor = visit()

    visitor.page.set_content(mails["digest-html-en"], wait_until="load")
    box = visitor.page.locator("img").first.bounding_box()

    assert _is_loaded(visitor.page)
    assert box is not None
    assert abs(box["width"] / box["height"] - 16 / 9) < 0.02


def _no_pictures(route: Route) -> None:
    route.abort()


def _is_loaded(page: Page) -> bool:
    return bool(page.evaluate("document.images[0].complete && document.images[0].naturalWidth > 0"))

"""Every page of a reader, looked at: nothing sticks out, axe finds nothing, it weighs little and is there at once."""

import pytest

from tests.browser.conftest import Visit
from tests.browser.matrix import DESK, LANGUAGES, NARROWEST, PHONE
from tests.reading import PAGES, Site

HEAVIEST = 50_000  # bytes over the wire, images apart
SLOWEST = 0.5  # seconds until the largest thing is painted
TRIES = 3  # a busy machine is no slow page: the best counts

every_page = pytest.mark.parametrize("name", PAGES)


@every_page
@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_sticks_out(name: str, language: str, site: Site, visit: Visit) -> None:
    path = PAGES[name](site, language)
    visitor = visit(width=NARROWEST, language=language)

    for width in (NARROWEST, PHONE, DESK):
        visitor.page.set_viewport_size({"width": width, "height": 800})
        visitor.open(path)
        assert visitor.overhang() <= 0, f"at {width}"


@every_page
@pytest.mark.parametrize(("scheme", "language"), [("light", "en"), ("dark", "ko"), ("light", "ar")])
def test_axe_finds_nothing(name: str, scheme: str, language: str, site: Site, visit: Visit) -> None:
    visitor = visit(scheme=scheme, language=language)

    visitor.open(PAGES[name](site, language))

    assert visitor.faults() == []


@every_page
def test_a_page_weighs_little_and_is_there_at_once(name: str, site: Site, visit: Visit) -> None:
    visitor = visit(language="ko")
    path = PAGES[name](site, "ko")

    paints = []
    for _try in range(TRIES):
        visitor.open(path)
        paints.append(visitor.largest_paint())

    assert visitor.weight() < HEAVIEST
    assert 0 <= min(paints) < SLOWEST


def test_axe_would_find_what_cannot_be_read(site: Site, visit: Visit) -> None:
    visitor = visit()
    visitor.open("/")

    visitor.page.evaluate("document.documentElement.removeAttribute('lang')")

    assert [fault for fault in visitor.faults() if fault.startswith("html-has-lang")]

"""Every page of a reader, looked at: nothing sticks out of it, and axe finds nothing."""

import pytest

from tests.browser.conftest import Visit
from tests.browser.matrix import DESK, NARROWEST, PHONE
from tests.reading import PAGES, Site


@pytest.mark.parametrize("name", PAGES)
# Korean and its light and dark are walked through in test_walks.py.
@pytest.mark.parametrize(("scheme", "language"), [("light", "en"), ("dark", "ar")])
def test_nothing_sticks_out_and_axe_finds_nothing(
    name: str, scheme: str, language: str, site: Site, visit: Visit
) -> None:
    visitor = visit(scheme=scheme, language=language)

    visitor.open(PAGES[name](site, language))

    assert visitor.faults() == []
    for width in (NARROWEST, PHONE, DESK):
        visitor.page.set_viewport_size({"width": width, "height": 800})
        assert visitor.overhang() <= 0, f"at {width}"


def test_axe_would_find_what_cannot_be_read(site: Site, visit: Visit) -> None:
    visitor = visit()
    visitor.open("/")

    visitor.page.evaluate("document.documentElement.removeAttribute('lang')")

    assert [fault for fault in visitor.faults() if fault.startswith("html-has-lang")]

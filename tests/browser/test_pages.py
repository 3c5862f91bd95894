"""Every page of a reader, looked at: nothing sticks out of it, and axe finds nothing."""

import pytest

from tests.browser.conftest import Visit
from tests.browser.matrix import DESK, NARROWEST, PHONE
from tests.browser.visitors import HEIGHT
from tests.reading import PAGES, Site


@pytest.mark.parametrize(("scheme", "language"), [("light", "en"), ("dark", "ko"), ("light", "ar")])
def test_nothing_sticks_out_and_axe_finds_nothing_on_any_page(
    scheme: str, language: str, site: Site, visit: Visit
) -> None:
    visitor, wrong = visit(scheme=scheme, language=language), {}

    for name, path in PAGES.items():
        visitor.open(path(site, language))
        wrong[name] = visitor.faults()
        for width in (NARROWEST, DESK, PHONE):
            visitor.page.set_viewport_size({"width": width, "height": HEIGHT})
            wrong[name] += [f"sticks out at {width}"] if visitor.overhang() > 0 else []

    assert {name: faults for name, faults in wrong.items() if faults} == {}


def test_axe_would_find_what_cannot_be_read(site: Site, visit: Visit) -> None:
    visitor = visit()
    visitor.open("/")

    visitor.page.evaluate("document.documentElement.removeAttribute('lang')")

    assert [fault for fault in visitor.faults() if fault.startswith("html-has-lang")]

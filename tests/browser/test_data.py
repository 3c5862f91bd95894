"""A reader's own data in a browser: seen, taken away, moved to another address, erased."""

import json
from pathlib import Path

import pytest

from newsletter.subscribers.models import Subscriber
from tests.browser.conftest import Visit, letter_to
from tests.browser.matrix import Look, some_looks
from tests.browser.visitors import Visitor
from tests.factories import make_subscription
from tests.reading import Site
from tests.subscribers.pages import a_moment_passes, link_in

OLD, NEW = "alice@old.example.org", "alice@new.example.org"


def open_data(visitor: Visitor, address: str) -> None:
    """Asks for the link as anybody may, and opens the one that came."""
    visitor.open("/data/")
    visitor.page.locator("input[name=address]").fill(address)
    with visitor.page.expect_navigation():
        visitor.page.locator("input[name=address]").press("Enter")
    a_moment_passes()
    visitor.open(link_in(letter_to(address)))


def press_the_button(visitor: Visitor) -> None:
    visitor.go_by("main form button")


@pytest.mark.parametrize("look", some_looks(), ids=str)
def test_a_reader_sees_moves_and_erases_what_is_known(look: Look, site: Site, visit: Visit) -> None:
    make_subscription(site.newsletter, address=OLD, locale=look.language)
    visitor = visit(width=look.width, scheme=look.scheme, language=look.language)

    open_data(visitor, OLD)
    assert OLD in visitor.text()
    visitor.go_by("a[href='move/']")
    visitor.page.locator("input[name=address]").fill(NEW)
    press_the_button(visitor)
    for address in (NEW, OLD):
        visitor.open(link_in(letter_to(address)))
        press_the_button(visitor)
    assert Subscriber.objects.get().address == NEW

    open_data(visitor, NEW)
    visitor.go_by("a[href='erase/']")
    press_the_button(visitor)
    assert Subscriber.objects.get().address == ""
    assert NEW not in visitor.text()


@pytest.mark.parametrize("script", [True, False])
def test_the_file_is_saved_with_a_name_and_everything_in_it(script: bool, site: Site, visit: Visit) -> None:
    make_subscription(site.newsletter, address=OLD)
    visitor = visit(script=script)

    open_data(visitor, OLD)
    with visitor.page.expect_download() as saving:
        visitor.page.locator("main form button").first.click()

    assert saving.value.suggested_filename.startswith("my-data-")
    assert json.loads(Path(saving.value.path()).read_text())["address"] == OLD


def test_the_keyboard_alone_erases(site: Site, visit: Visit) -> None:
    make_subscription(site.newsletter, address=OLD)
    visitor = visit()
    open_data(visitor, OLD)

    visitor.page.locator("a[href='erase/']").focus()
    visitor.page.keyboard.press("Enter")
    visitor.page.wait_for_url("**/erase/")
    visitor.page.locator("main form button").first.focus()
    with visitor.page.expect_navigation():
        visitor.page.keyboard.press("Enter")

    assert Subscriber.objects.get().address == ""

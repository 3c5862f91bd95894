"""The ways that readers take, from sign-up to good-bye, as they take them."""

from urllib.parse import urlsplit

import pytest

from newsletter.subscribers.models import Subscription
from tests.browser.conftest import Visit, letter_to
from tests.browser.matrix import DESK, PHONE, Look, every_look
from tests.browser.walking import confirm_by_letter, leave_link_of, sign_up
from tests.reading import Site

ALICE = "alice@example.org"


@pytest.mark.parametrize("look", every_look(), ids=str)
def test_a_reader_signs_up_confirms_chooses_and_leaves(look: Look, site: Site, visit: Visit) -> None:
    visitor = visit(width=look.width, scheme=look.scheme, language=look.language)

    sign_up(visitor, ALICE)
    subscription = Subscription.objects.get()
    assert (subscription.status, subscription.locale) == ("pending", look.language)

    confirm_by_letter(visitor, letter_to(ALICE))
    subscription.refresh_from_db()
    assert subscription.status == "active"

    visitor.page.locator("main a.button, main a[href*='/preferences/']").first.click()
    visitor.page.locator("select[name=hour]").select_option("9")
    visitor.page.locator("form button.main, form button[type=submit]").last.click()
    visitor.page.wait_for_load_state("load")
    subscription.refresh_from_db()
    assert subscription.hour == 9

    visitor.open(leave_link_of(subscription))
    visitor.page.locator("main form button").first.click()
    visitor.page.wait_for_load_state("load")
    subscription.refresh_from_db()
    assert (subscription.status, subscription.end_reason) == ("ended", "left")


def test_the_zone_of_the_browser_is_taken_and_shown(site: Site, visit: Visit) -> None:
    visitor = visit(zone="America/Halifax", language="ko")

    visitor.open("/")

    assert visitor.page.locator("select[name=time_zone]").input_value() == "America/Halifax"
    assert visitor.page.locator("select[name=time_zone] option:checked").inner_text() == "핼리팩스"


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_the_way_needs_no_script(width: int, site: Site, visit: Visit) -> None:
    visitor = visit(width=width, script=False)

    sign_up(visitor, ALICE)
    confirm_by_letter(visitor, letter_to(ALICE))
    visitor.open(leave_link_of(Subscription.objects.get()))
    visitor.page.locator("main form button").first.click()
    visitor.page.wait_for_load_state("load")

    assert Subscription.objects.get().status == "ended"


def test_a_scanner_with_a_browser_changes_nothing(site: Site, visit: Visit) -> None:
    visitor = visit()
    sign_up(visitor, ALICE)

    addresses = [word for word in letter_to(ALICE).text.split() if word.startswith(site.url)]
    for address in addresses:
        visitor.open(urlsplit(address).path)
        visitor.page.wait_for_timeout(200)

    assert addresses
    assert Subscription.objects.get().status == "pending"

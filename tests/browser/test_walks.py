"""The ways that readers take, from sign-up to good-bye, as they take them."""

from urllib.parse import urlsplit

import pytest
from django.utils import timezone

from newsletter.subscribers import asking
from newsletter.subscribers.models import Subscription
from tests.browser.conftest import Visit, letter_to
from tests.browser.matrix import DESK, PHONE, Look, every_look
from tests.browser.walking import ask_for_data, confirm_by_letter, leave_link_of, sign_up
from tests.factories import make_subscription
from tests.reading import Site
from tests.subscribers.pages import link_in

ALICE = "alice@example.org"


@pytest.mark.parametrize("look", every_look(), ids=str)
def test_a_reader_signs_up_confirms_chooses_leaves_and_comes_back(look: Look, site: Site, visit: Visit) -> None:
    visitor = visit(width=look.width, scheme=look.scheme, language=look.language)

    sign_up(visitor, ALICE)
    subscription = Subscription.objects.get()
    assert (subscription.status, subscription.locale) == ("pending", look.language)

    confirm_by_letter(visitor, letter_to(ALICE))
    subscription.refresh_from_db()
    assert subscription.status == "active"

    visitor.go_by("main a.button, main a[href*='/preferences/']")
    visitor.page.locator("select[name=hour]").select_option("9")
    visitor.go_by("#chosen button")
    subscription.refresh_from_db()
    assert subscription.hour == 9

    visitor.open(leave_link_of(subscription))
    visitor.go_by("main form button")
    subscription.refresh_from_db()
    assert (subscription.status, subscription.end_reason) == ("ended", "left")

    visitor.go_by("main form button")
    subscription.refresh_from_db()
    assert (subscription.status, subscription.hour) == ("active", 9)


@pytest.mark.parametrize("look", [Look(PHONE, "dark", "ko"), Look(DESK, "light", "ar")], ids=str)
def test_a_reader_takes_what_is_known_and_is_erased(look: Look, site: Site, visit: Visit) -> None:
    visitor = visit(width=look.width, scheme=look.scheme, language=look.language)
    subscription = make_subscription(site.newsletter, address=ALICE, locale=look.language)

    ask_for_data(visitor, ALICE)
    visitor.open(link_in(letter_to(ALICE)))
    with visitor.page.expect_download() as download:
        visitor.page.locator("main form button").first.click()
    assert ALICE in download.value.path().read_text()

    visitor.go_by("main a[href='erase/']")
    visitor.go_by("main form button")

    subscription.refresh_from_db()
    assert (subscription.status, subscription.end_reason) == ("ended", "erased")
    assert subscription.subscriber.address == ""


@pytest.mark.parametrize(
    ("zone", "taken", "shown"),
    [("America/Halifax", "America/Halifax", "핼리팩스"), ("Asia/Katmandu", "Asia/Kathmandu", "카트만두")],
)
def test_the_zone_of_the_browser_is_taken_and_shown(
    zone: str, taken: str, shown: str, site: Site, visit: Visit
) -> None:
    visitor = visit(zone=zone, language="ko")

    visitor.open("/")

    assert visitor.page.locator("select[name=time_zone]").input_value() == taken
    assert visitor.page.locator("select[name=time_zone] option:checked").inner_text() == shown


def test_the_way_needs_no_mouse(site: Site, visit: Visit) -> None:
    visitor = visit(width=DESK)
    keyboard = visitor.page.keyboard

    visitor.open("/")
    visitor.tab_to("input[name=address]")
    keyboard.type(ALICE)
    keyboard.press("Enter")
    visitor.page.wait_for_url("**/check/**")
    asking.answer(now=timezone.now())
    visitor.open(link_in(letter_to(ALICE)))
    visitor.tab_to("main form button")
    with visitor.page.expect_navigation():
        keyboard.press("Enter")
    subscription = Subscription.objects.get()
    assert subscription.status == "active"

    visitor.open(leave_link_of(subscription))
    visitor.tab_to("main form button")
    with visitor.page.expect_navigation():
        keyboard.press("Space")
    subscription.refresh_from_db()
    assert subscription.status == "ended"


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_the_way_needs_no_script(width: int, site: Site, visit: Visit) -> None:
    visitor = visit(width=width, script=False)

    sign_up(visitor, ALICE)
    confirm_by_letter(visitor, letter_to(ALICE))
    visitor.open(leave_link_of(Subscription.objects.get()))
    visitor.go_by("main form button")

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

"""Steps that several walks have in common."""

from django.utils import timezone

from newsletter.postbox.models import Letter
from newsletter.subscribers import asking
from newsletter.subscribers.links import link_to
from newsletter.subscribers.models import Subscription
from newsletter.subscribers.tokens import Purpose
from tests.browser.visitors import Visitor
from tests.subscribers.pages import link_in


def sign_up(visitor: Visitor, address: str) -> None:
    """Types the address on the front page and sends the form; a worker answers it."""
    visitor.open("/")
    visitor.page.locator("input[name=address]").fill(address)
    visitor.page.locator("input[name=address]").press("Enter")
    visitor.page.wait_for_url("**/check/**")
    asking.answer(now=timezone.now())


def ask_for_data(visitor: Visitor, address: str) -> None:
    """Asks for the letter with the link to one's data; a worker answers it."""
    visitor.open("/data/")
    visitor.page.locator("input[name=address]").fill(address)
    with visitor.page.expect_navigation(wait_until="load"):
        visitor.page.locator("input[name=address]").press("Enter")
    asking.answer(now=timezone.now())


def confirm_by_letter(visitor: Visitor, letter: Letter) -> None:
    """Opens the link of the letter and presses the button there."""
    visitor.open(link_in(letter))
    visitor.go_by("main form button")


def leave_link_of(subscription: Subscription) -> str:
    """The leave link as it stands in each of the reader's mails."""
    return link_to(Purpose.LEAVE, subscription, now=timezone.now())

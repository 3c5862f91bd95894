"""Steps that several walks have in common."""

from django.utils import timezone

from newsletter.postbox.models import Letter
from newsletter.subscribers.links import link_to
from newsletter.subscribers.models import Subscription
from newsletter.subscribers.tokens import Purpose
from tests.browser.visitors import Visitor
from tests.subscribers.pages import link_in


def sign_up(visitor: Visitor, address: str) -> None:
    """Types the address on the front page and sends the form."""
    visitor.open("/")
    visitor.page.locator("input[name=address]").fill(address)
    visitor.page.locator("input[name=address]").press("Enter")
    visitor.page.wait_for_url("**/check/**")


def confirm_by_letter(visitor: Visitor, letter: Letter) -> None:
    """Opens the link of the letter and presses the button there."""
    visitor.open(link_in(letter))
    visitor.page.locator("main form button").first.click()
    visitor.page.wait_for_load_state("load")


def leave_link_of(subscription: Subscription) -> str:
    """The leave link as it stands in each of the reader's mails."""
    return link_to(Purpose.LEAVE, subscription, now=timezone.now())

"""Choosing with the preview beside it: while one chooses, by the keyboard alone, and without JavaScript."""

import pytest

from newsletter.subscribers.tokens import Purpose
from tests.browser.conftest import Visit
from tests.browser.matrix import DESK, PHONE
from tests.factories import make_subscription
from tests.reading import Site
from tests.subscribers.pages import link

LINE = "#explained"
WIND = "input[name=topics][value=wind]"


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_the_preview_changes_as_one_chooses_and_saves_nothing(width: int, site: Site, visit: Visit) -> None:
    bob, visitor = make_subscription(site.newsletter), visit(width=width)
    visitor.open(link(Purpose.PREFERENCES, bob))
    before = visitor.page.locator(LINE).inner_text()

    visitor.page.locator(WIND).check()
    visitor.page.locator(LINE).filter(has_text="by topic").wait_for()
    visitor.page.locator("#id_avoided").fill("kites")
    visitor.page.locator(LINE).filter(has_text="with a word to avoid").wait_for()

    bob.refresh_from_db()
    assert before == "10 papers."
    assert (bob.topics.count(), bob.avoided) == (0, "")
    assert not visitor.page.locator("#ask").is_visible()
    assert visitor.overhang() <= 0
    assert visitor.faults() == []


def test_the_line_is_in_sight_wherever_one_chooses(site: Site, visit: Visit) -> None:
    visitor = visit(width=PHONE)
    visitor.open(link(Purpose.PREFERENCES, make_subscription(site.newsletter)))

    visitor.page.locator("#id_most_papers").scroll_into_view_if_needed()

    box = visitor.page.locator(LINE).bounding_box()
    assert box is not None
    assert 0 <= box["y"] < 100


def test_what_is_half_typed_leaves_the_preview_and_says_so(site: Site, visit: Visit) -> None:
    visitor = visit(width=DESK)
    visitor.open(link(Purpose.PREFERENCES, make_subscription(site.newsletter)))

    visitor.page.locator("#id_least_votes").fill("-1")
    visitor.page.locator("#old").wait_for()
    visitor.page.locator("#id_least_votes").fill("0")
    visitor.page.locator("#old").wait_for(state="hidden")

    assert visitor.page.locator(LINE).inner_text() == "10 papers."


def test_the_keyboard_alone_chooses_and_saves(site: Site, visit: Visit) -> None:
    bob, visitor = make_subscription(site.newsletter), visit(width=DESK)
    visitor.open(link(Purpose.PREFERENCES, bob))

    visitor.page.locator(WIND).focus()
    visitor.page.keyboard.press("Space")
    visitor.page.locator(LINE).filter(has_text="by topic").wait_for()
    visitor.page.locator("#id_most_papers").focus()
    visitor.page.keyboard.type("3")
    visitor.page.keyboard.press("Enter")
    visitor.page.get_by_text("Saved.").wait_for()

    bob.refresh_from_db()
    assert ([topic.slug for topic in bob.topics.all()], bob.most_papers) == (["wind"], 3)


def test_without_a_script_a_button_shows_the_preview(site: Site, visit: Visit) -> None:
    bob, visitor = make_subscription(site.newsletter), visit(width=PHONE, script=False)
    visitor.open(link(Purpose.PREFERENCES, bob))

    visitor.page.locator(WIND).check()
    visitor.press("Show what I would get")

    assert "by topic" in visitor.page.locator(LINE).inner_text()
    assert visitor.page.locator(WIND).is_checked()
    assert "Nothing is saved yet." in visitor.text()
    assert bob.topics.count() == 0

    visitor.press("Save")
    assert bob.topics.count() == 1

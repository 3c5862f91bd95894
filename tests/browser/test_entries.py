"""The digest's page and the calendar in a real browser: papers moved by mouse, finger and keyboard."""

from collections.abc import Callable

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse

from digests.models import Digest
from newsletter.desk.scheduling import take_off
from tests.browser.conftest import Visit
from tests.browser.matrix import DESK, NARROWEST, PHONE
from tests.browser.visitors import Visitor
from tests.factories import DAY, make_digest, make_newsletter, make_paper, make_publisher
from tests.reading import Site

pytestmark = pytest.mark.django_db(transaction=True)
PAPERS = 68
Desk = Callable[..., Visitor]


@pytest.fixture
def digest(site: Site) -> Digest:
    """A day of 68 papers, of which the third is pinned by nobody, in nine languages."""
    locales = ["en", "ko", "ja", "zh-hans", "de", "fr", "es", "pt-br", "ar"]
    newsletter = make_newsletter(locales=locales)
    papers = [make_paper(title=f"Paper {number} of a long day with a long title") for number in range(1, PAPERS + 1)]
    return make_digest(newsletter, papers=papers)


@pytest.fixture
def desk(visit: Visit, site: Site) -> Desk:
    """Makes visitors who are logged in as Alice, who may do all."""
    client = Client()
    client.force_login(make_publisher())
    key = client.cookies[django_settings.SESSION_COOKIE_NAME].value

    def one(**values: str | int | bool) -> Visitor:
        visitor = visit(**values)
        cookie = {"name": django_settings.SESSION_COOKIE_NAME, "value": key, "url": site.url}
        visitor.page.context.add_cookies([cookie])  # type: ignore[list-item]  # a dict of its own kind
        return visitor

    return one


def page_of(digest: Digest) -> str:
    return reverse("admin:digests_digest_change", args=[digest.pk])


def order(digest: Digest) -> list[int]:
    digest.refresh_from_db()
    titles = digest.entries.order_by("position").values_list("paper__title", flat=True)
    return [int(title.split()[1]) for title in titles]


def handle(visitor: Visitor, number: int) -> tuple[float, float]:
    """Where the handle of the so-manieth line is."""
    held = visitor.page.locator(".handle").nth(number - 1)
    held.scroll_into_view_if_needed()
    box = held.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_a_paper_is_dragged_and_the_order_is_saved(desk: Desk, digest: Digest) -> None:
    visitor = desk(width=DESK)
    visitor.page.set_viewport_size({"width": DESK, "height": 2000})
    visitor.open(page_of(digest))
    mouse = visitor.page.mouse
    _x, top = handle(visitor, 1)
    x, y = handle(visitor, 3)

    mouse.move(x, y)
    mouse.down()
    mouse.move(x, top - 20, steps=8)
    mouse.up()

    assert "Paper 3 of a long day with a long title is number 1 of 68 now." in visitor.page.inner_text("#entries-said")
    visitor.press("Save")
    assert order(digest)[:4] == [3, 1, 2, 4]


def test_a_finger_drags_it_too_and_escape_puts_it_back(desk: Desk, digest: Digest) -> None:
    visitor = desk(width=PHONE)
    visitor.page.set_viewport_size({"width": PHONE, "height": 2000})
    visitor.open(page_of(digest))
    finger = visitor.page.context.new_cdp_session(visitor.page)

    def touch(kind: str, x: float = 0, y: float = 0) -> None:
        points = [] if kind == "touchEnd" else [{"x": x, "y": y}]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    x, y = handle(visitor, 1)
    for drop in ("Escape", ""):
        touch("touchStart", x, y)
        for step in range(1, 9):
            touch("touchMove", x, y + 60 * step)
        if drop:
            visitor.page.keyboard.press(drop)
        touch("touchEnd")
        first = visitor.page.locator(".line-title").first.inner_text()
        assert first.startswith("Paper 1 " if drop else "Paper 2 ")

    visitor.press("Save")
    assert order(digest)[:2] == [2, 1]


def test_by_keyboard_it_goes_down_up_and_to_the_top(desk: Desk, digest: Digest) -> None:
    visitor = desk()
    visitor.open(page_of(digest))

    for number, button in ((1, "one down"), (5, "one up"), (40, "to the top")):
        name = f"Paper {number} of a long day with a long title: {button}"
        visitor.page.get_by_role("button", name=name).focus()
        visitor.page.keyboard.press("Enter")
        assert visitor.page.evaluate("document.activeElement.ariaLabel") == name
    said = visitor.page.inner_text("#entries-said")
    visitor.press("Save")

    assert said == "Paper 40 of a long day with a long title is number 1 of 68 now."
    assert order(digest)[:6] == [40, 2, 1, 3, 5, 4]


def test_a_pinned_paper_goes_first_and_stays_there(desk: Desk, digest: Digest) -> None:
    visitor = desk()
    visitor.open(page_of(digest))

    visitor.page.locator("li.line", has_text="Paper 7 of").get_by_label("Pinned").check()
    visitor.page.get_by_role("button", name="Paper 2 of a long day with a long title: to the top").click()
    titles = visitor.page.locator(".line-title").all_inner_texts()
    visitor.press("Save")

    assert [title.split()[1] for title in titles[:3]] == ["7", "2", "1"]
    assert digest.entries.get(pinned=True).paper.title.startswith("Paper 7 ")


def test_without_a_script_places_are_typed(desk: Desk, digest: Digest) -> None:
    visitor = desk(script=False)
    visitor.open(page_of(digest))

    visitor.page.get_by_label("Paper 5 of a long day with a long title: place").fill("1")
    visitor.press("Save")

    assert order(digest)[:3] == [5, 1, 2]


def test_lengths_are_counted_as_they_are_typed(desk: Desk, digest: Digest) -> None:
    visitor = desk()
    visitor.open(page_of(digest))

    visitor.page.get_by_label("Subject", exact=True).first.fill("한국어 🎉")

    assert visitor.page.locator(".length").first.inner_text() == "5 / 150"


@pytest.mark.parametrize(("scheme", "language"), [("light", "en"), ("dark", "ko"), ("light", "ar")])
def test_nothing_sticks_out_and_axe_finds_nothing(desk: Desk, digest: Digest, scheme: str, language: str) -> None:
    digest.entries.filter(position__gt=12).delete()  # a line is as the next
    take_off(digest.newsletter, DAY.replace(day=8), by=make_publisher("carol"), reason="A holiday with a long name")
    visitor = desk(scheme=scheme, language=language)
    calendar = f"{reverse('admin:desk_calendar')}?newsletter={digest.newsletter.slug}&month=2026-04"

    for path in (page_of(digest), calendar):
        visitor.open(path)

        assert visitor.faults() == []
        for width in (NARROWEST, PHONE, DESK):
            visitor.page.set_viewport_size({"width": width, "height": 800})
            assert visitor.overhang() <= 0, f"{path} at {width}"
        visitor.page.set_viewport_size({"width": PHONE, "height": 800})

"""The summary desk by keyboard, and what lights up."""

import pytest
from django.test import Client
from django.urls import reverse

from digests.checking import check_digest
from digests.models import Digest, Paper, Summary
from tests.browser.conftest import Visit
from tests.browser.matrix import DESK, PHONE
from tests.browser.visitors import Visitor
from tests.factories import make_digest, make_newsletter, make_paper, make_publisher
from tests.reading import Site

TITLES = ("First", "Second", "Third")
KOREAN = "- Breakfast는 70억 매개변수 모델입니다.\n- 13% 앞섭니다."


@pytest.fixture
def digest() -> Digest:
    abstract = "We present Breakfast with 7B parameters. It is better."
    texts = {"en": "- It has 7B parameters.", "ko": KOREAN}
    papers = [make_paper(title=title, abstract=abstract, summaries=texts) for title in TITLES]
    digest = make_digest(make_newsletter(locales=["en", "ko"]), papers=papers)
    Summary.objects.filter(paper__title="Second", locale="ko").update(text="- Breakfast 모델입니다.")
    check_digest(digest)
    return digest


def at_the_desk(visit: Visit, site: Site, title: str, **look: object) -> Visitor:
    """Alice, logged in, before the Korean summary of the paper."""
    visitor = visit(**look)
    client = Client()
    client.force_login(make_publisher())
    session = client.cookies["sessionid"].value
    visitor.page.context.add_cookies([{"name": "sessionid", "value": session, "url": site.url}])
    visitor.open(reverse("admin:summary_desk", args=[Paper.objects.get(title=title).pk, "ko"]))
    return visitor


def goes_by(visitor: Visitor, key: str) -> str:
    """The heading of the page that a key leads to."""
    with visitor.page.expect_navigation(wait_until="load"):
        visitor.page.keyboard.press(key)
    return visitor.page.locator("#content > h1").inner_text()


def test_keys_lead_from_paper_to_paper_and_to_the_next_finding(digest: Digest, site: Site, visit: Visit) -> None:
    visitor = at_the_desk(visit, site, "First", width=DESK)

    ways = [goes_by(visitor, key) for key in ("j", "k", "Alt+ArrowDown", "Alt+ArrowUp")]
    visitor.page.keyboard.press("n")
    focused = visitor.page.evaluate("document.activeElement.innerText")
    ways.append(goes_by(visitor, "n"))

    assert ways == ["Second", "First", "Second", "First", "Third"]
    assert "13%" in focused


def test_letters_are_letters_while_one_types_and_where_they_are_switched_off(
    digest: Digest, site: Site, visit: Visit
) -> None:
    visitor = at_the_desk(visit, site, "First", width=DESK)

    visitor.page.keyboard.press("e")
    visitor.page.keyboard.type("jkn")
    typed = visitor.page.locator("#text").input_value()
    visitor.page.locator("#text").fill(KOREAN)
    visitor.page.locator("#keys summary").click()
    visitor.page.locator("#letters").uncheck()
    visitor.page.keyboard.press("j")

    assert "jkn" in typed
    assert visitor.page.locator("#content > h1").inner_text() == "First"
    assert goes_by(visitor, "Alt+ArrowDown") == "Second"


def test_ctrl_and_enter_say_that_it_is_right_and_go_on(digest: Digest, site: Site, visit: Visit) -> None:
    visitor = at_the_desk(visit, site, "First", width=DESK)

    visitor.page.keyboard.press("e")

    assert goes_by(visitor, "Control+Enter") == "Second"
    assert Summary.objects.get(paper__title="First", locale="ko").checked_at is not None


def test_a_point_lights_up_with_its_sentence(digest: Digest, site: Site, visit: Visit) -> None:
    visitor = at_the_desk(visit, site, "First", width=DESK)

    visitor.page.locator("#point-1").hover()

    assert visitor.page.locator(".lit").evaluate_all("parts => parts.map(part => part.id)") == ["sentence-1", "point-1"]


def test_a_language_is_read_through_and_confirmed_with_one_click(digest: Digest, site: Site, visit: Visit) -> None:
    visitor = at_the_desk(visit, site, "First", width=PHONE, scheme="dark")
    visitor.open(reverse("admin:digest_read", args=[digest.pk, "en"]))
    faults, overhang = visitor.faults(), visitor.overhang()

    visitor.page.get_by_label("reads right").nth(1).press("Enter")
    visitor.page.get_by_label("reads right").nth(1).uncheck()
    assert not Summary.objects.filter(checked_at__isnull=False).exists()
    with visitor.page.expect_navigation(wait_until="load"):
        visitor.page.get_by_role("button", name="What is ticked is right").click()

    checked = Summary.objects.filter(locale="en", checked_at__isnull=False)
    assert set(checked.values_list("paper__title", flat=True)) == {"First", "Third"}
    assert (faults, overhang) == ([], 0)


@pytest.mark.parametrize(("width", "scheme"), [(PHONE, "dark"), (DESK, "light")])
def test_axe_finds_nothing_and_nothing_sticks_out(
    digest: Digest, site: Site, visit: Visit, width: int, scheme: str
) -> None:
    visitor = at_the_desk(visit, site, "First", width=width, scheme=scheme)

    assert visitor.faults() == []
    assert visitor.overhang() == 0

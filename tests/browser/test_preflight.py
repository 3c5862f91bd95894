"""Preview and pre-flight as an editor sees them: on a phone and a desk, for axe, and without a script."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from digests.models import DayOff, Digest, DigestText
from newsletter.staff.models import User
from tests.acts import sweep_acts
from tests.browser.conftest import Visit
from tests.browser.matrix import DESK, NARROWEST, PHONE
from tests.browser.visitors import Visitor
from tests.factories import make_digest, make_user
from tests.reading import Site

pages = pytest.mark.parametrize("name", ["digest_preview", "digest_preflight"])


@pytest.fixture
def draft(site: Site) -> Digest:
    """The next day's papers, with a placeholder in the note, on a day off."""
    digest = make_digest(site.newsletter, papers=3)
    DigestText.objects.create(digest=digest, locale="en", note="[TODO] Say good morning.")
    DayOff.objects.create(newsletter=site.newsletter, day=digest.day, reason="Easter")
    return digest


@pytest.fixture
def alice(site: Site) -> Iterator[User]:
    yield make_user("alice", is_staff=True, is_superuser=True, email="alice@example.org")
    sweep_acts()


def enter(visitor: Visitor, user: User) -> Visitor:
    """Logs in, without the form."""
    client = Client()
    client.force_login(user)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    visitor.page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": visitor.origin}])
    return visitor


@pages
@pytest.mark.parametrize("look", [("light", "en"), ("dark", "ko"), ("light", "ar")])
def test_nothing_sticks_out_and_axe_finds_nothing(
    name: str, look: tuple[str, str], draft: Digest, alice: User, visit: Visit
) -> None:
    scheme, language = look
    visitor = enter(visit(scheme=scheme, language=language), alice)

    visitor.open(reverse(f"admin:{name}", args=[draft.pk]))

    assert visitor.faults() == []
    for width in (NARROWEST, PHONE, DESK):
        visitor.page.set_viewport_size({"width": width, "height": 800})
        assert visitor.overhang() <= 0, f"at {width}"


@pytest.mark.parametrize("script", [True, False])
def test_a_publisher_overrules_what_blocks_with_or_without_a_script(
    script: bool, draft: Digest, alice: User, visit: Visit
) -> None:
    visitor = enter(visit(script=script), alice)
    visitor.open(reverse("admin:digest_preflight", args=[draft.pk]))

    for reason in ("It is a joke.", "We work at Easter."):
        visitor.page.locator("summary").first.click()
        visitor.page.locator("input[name=reason]").first.fill(reason)
        visitor.press("Overrule")

    assert "Nothing blocks the approval" in visitor.text()
    assert "alice: We work at Easter." in visitor.text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_frame_shows_the_colours_that_were_chosen_whatever_the_browser_prefers(
    scheme: str, draft: Digest, alice: User, visit: Visit
) -> None:
    ink = {"light": "rgb(28, 27, 26)", "dark": "rgb(237, 232, 223)"}[scheme]
    visitor = enter(visit(scheme="light" if scheme == "dark" else "dark"), alice)

    visitor.open(reverse("admin:digest_preview", args=[draft.pk], query={"scheme": scheme}))

    title = visitor.page.frame_locator("iframe").locator(".b .t").first
    assert title.evaluate("element => getComputedStyle(element).color") == ink


def test_choices_follow_each_other_by_links_alone(draft: Digest, alice: User, visit: Visit) -> None:
    visitor = enter(visit(script=False), alice)
    visitor.open(reverse("admin:digest_preview", args=[draft.pk]))

    for name in ("한국어", "desktop", "dark", "not shown"):
        with visitor.page.expect_navigation(wait_until="load"):
            visitor.page.get_by_role("link", name=name, exact=True).click()
    visitor.page.get_by_label("Most papers").fill("2")
    with visitor.page.expect_navigation(wait_until="load"):
        visitor.page.get_by_role("button", name="Show", exact=True).click()

    assert "2 of 3 papers" in visitor.text()
    chosen = visitor.page.locator(".segments [aria-current]").all_inner_texts()
    assert chosen == ["한국어", "mail", "desktop", "dark", "not shown"]

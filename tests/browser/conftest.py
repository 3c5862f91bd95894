"""A browser, a site with something to read, and visitors to it."""

import os
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, sync_playwright
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from newsletter.postbox.models import Letter
from tests.browser.matrix import PHONE
from tests.browser.visitors import HEIGHT, Visitor, watched
from tests.reading import Site, make_site
from tests.tools import program

FLAGS = (
    *("--disable-dev-shm-usage", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
INSTALL = "apt-get install chromium fonts-noto-cjk fonts-noto-core"
Visit = Callable[..., Visitor]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser a module: Playwright's loop must be gone before other modules ask the database."""
    path = os.environ.get("CHROMIUM") or program("chromium", "chromium-browser", "google-chrome", install=INSTALL)
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path=path, args=[*FLAGS, *sandbox])
        yield browser
        browser.close()


@pytest.fixture
def site(live_server: LiveServer, settings: Settings) -> Site:
    """Something to read, at the address of a live server."""
    settings.SITE_URL = live_server.url
    settings.SITE_HOST = urlsplit(live_server.url).hostname or ""
    return make_site(live_server.url)


@pytest.fixture
def visit(chromium: Browser, site: Site) -> Iterator[Visit]:
    """Makes visitors. At the end of the test nothing may have gone wrong with any of them."""
    contexts, visitors = [], []

    def one(
        *,
        width: int = PHONE,
        scheme: str = "light",
        language: str = "en",
        script: bool = True,
        zone: str = "Asia/Seoul",
    ) -> Visitor:
        context = chromium.new_context(
            viewport={"width": width, "height": HEIGHT},
            color_scheme="dark" if scheme == "dark" else "light",
            locale=language,
            timezone_id=zone,
            java_script_enabled=script,
            reduced_motion="reduce",
            base_url=site.url,
        )
        contexts.append(context)
        visitors.append(watched(context, site.url))
        return visitors[-1]

    yield one
    for context in contexts:
        context.close()
    assert [trouble for visitor in visitors for trouble in visitor.troubles] == []


def letter_to(address: str) -> Letter:
    """The newest letter to the address."""
    letter = Letter.objects.filter(to=address).order_by("-pk").first()
    assert letter is not None, "no letter was written"
    return letter

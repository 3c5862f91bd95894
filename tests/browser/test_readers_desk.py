"""The administrator's pages about readers: axe finds nothing, nothing sticks out, the bar moves by itself."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page

from digests.models import Newsletter
from newsletter.staff import acting
from newsletter.subscribers import counting
from newsletter.subscribers.importing import starting, working
from newsletter.subscribers.models import ReaderImport
from tests.browser.conftest import Visit
from tests.browser.matrix import DESK, NARROWEST, PHONE
from tests.browser.visitors import Visitor
from tests.factories import make_newsletter, make_subscription, make_topic
from tests.subscribers.importing.lists import alice

NOW = datetime(2026, 4, 7, 12, tzinfo=UTC)
LIST = "email,status,name\n" + "".join(
    f"member-{number}@example.com,{'unsubscribed' if number % 5 == 0 else 'active'},R\n" for number in range(60)
)


@pytest.fixture(autouse=True)
def no_acts(monkeypatch: pytest.MonkeyPatch) -> None:
    """The log of acts lets nobody empty its table after the test."""
    monkeypatch.setattr(acting, "record", lambda *_said, **_more: None)


@pytest.fixture
def newsletter() -> Newsletter:
    newsletter = make_newsletter(name="Daily Papers", locales=["en", "ko", "ar"], time_zone="Asia/Seoul")
    topic = make_topic(newsletter, "agents")
    for hour, locale in enumerate(("ko", "ko", "en", "ar", "en", "ko")):
        make_subscription(newsletter, locale=locale, hour=hour, time_zone="Asia/Seoul", topics=[topic][: hour % 2])
    counting.count_one(newsletter, now=NOW)
    return newsletter


def brought(newsletter: Newsletter) -> ReaderImport:
    return starting.bring(newsletter, [LIST.encode()], file_name="members.csv", by=alice(), now=timezone.now())


def logged_in(visitor: Visitor, language: str) -> Page:
    client = Client()
    client.force_login(alice(), backend="django.contrib.auth.backends.ModelBackend")
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    cookies = {settings.SESSION_COOKIE_NAME: session, settings.LANGUAGE_COOKIE_NAME: language}
    visitor.page.context.add_cookies(
        [{"name": name, "value": value, "url": visitor.origin} for name, value in cookies.items()]
    )
    return visitor.page


@pytest.mark.parametrize(("scheme", "language"), [("light", "en"), ("dark", "ko"), ("light", "ar")])
def test_nothing_sticks_out_and_axe_finds_nothing(
    newsletter: Newsletter, visit: Visit, scheme: str, language: str
) -> None:
    looked = brought(newsletter)
    working.work(now=timezone.now())
    failed = starting.bring(newsletter, [b'email\n"bob'], file_name="half.csv", by=alice(), now=timezone.now())
    working.work(now=timezone.now())
    running = brought(newsletter)
    visitor = visit(scheme=scheme, language=language)
    page = logged_in(visitor, language)
    pages = {
        "readers": reverse("admin:newsletter_readers", args=[newsletter.pk]),
        "enter": reverse("admin:newsletter_enter", args=[newsletter.pk]),
        "bring": reverse("admin:newsletter_bring", args=[newsletter.pk]),
        "looked": reverse("admin:readerimport", args=[looked.pk]),
        "failed": reverse("admin:readerimport", args=[failed.pk]),
        "running": reverse("admin:readerimport", args=[running.pk]),
    }

    for name, path in pages.items():
        visitor.open(path)
        assert visitor.faults() == [], name
        for width in (NARROWEST, PHONE, DESK):
            page.set_viewport_size({"width": width, "height": 900})
            assert visitor.overhang() <= 0, f"{name} at {width}"
            if "SHOTS" in os.environ and width != NARROWEST:
                page.screenshot(path=Path(os.environ["SHOTS"]) / f"{name}-{language}-{width}.png", full_page=True)


def test_the_page_of_an_import_follows_it_by_itself(newsletter: Newsletter, visit: Visit) -> None:
    running = brought(newsletter)
    visitor = visit()
    page = logged_in(visitor, "en")
    visitor.open(reverse("admin:readerimport", args=[running.pk]))

    working.work(now=timezone.now())

    page.get_by_role("button", name="Import these readers").wait_for(timeout=8000)
    assert page.locator('[data-figure="new"]').inner_text() == "48"
    assert page.locator('[data-figure="off"]').inner_text() == "12"


def test_a_file_that_is_too_large_stays_where_it_is(newsletter: Newsletter, visit: Visit) -> None:
    visitor = visit()
    page = logged_in(visitor, "en")
    visitor.open(reverse("admin:newsletter_bring", args=[newsletter.pk]))
    page.evaluate("document.getElementById('bringing').dataset.largest = 100")
    field = page.locator("input[type=file]")
    field.set_input_files({"name": "members.csv", "mimeType": "text/csv", "buffer": LIST.encode()})

    page.get_by_role("button", name="Look at this list").click()

    assert "more than 250 MB" in field.evaluate("field => field.validationMessage")
    assert not ReaderImport.objects.exists()
    field.set_input_files({"name": "few.csv", "mimeType": "text/csv", "buffer": b"email\nbob@example.org\n"})
    page.get_by_role("button", name="Look at this list").click()
    page.wait_for_url("**/readerimport/**")
    assert ReaderImport.objects.get().file_name == "few.csv"

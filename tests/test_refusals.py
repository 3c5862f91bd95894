"""What no page is given: bodies that are too big, methods that it does not know, NULs for the database."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from pytest_django import Settings

from newsletter.refusals import DRAINED, LARGEST, PIECE
from newsletter.subscribers.models import Subscription
from newsletter.subscribers.tokens import Purpose
from tests.factories import make_newsletter, make_publisher, make_subscription
from tests.subscribers.pages import a_moment_passes, browser, everything, filled, link, path_of

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=x"
FILE = b'--x\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n' + b"a" * 10_000_000 + b"\r\n--x--\r\n"
READERS_PAGES: list[Callable[[Subscription], str]] = [
    lambda bob: path_of(bob.newsletter),
    lambda bob: f"{path_of(bob.newsletter)}json/",
    lambda _bob: "/preferences/",
    lambda bob: link(Purpose.PREFERENCES, bob),
    lambda bob: link(Purpose.CONFIRM, bob),
    lambda _bob: "/nowhere/",
]


@pytest.mark.parametrize(("body", "kind"), [(b"address=" + b"a" * 10_000_000, FORM), (FILE, MULTIPART)])
@pytest.mark.parametrize("page", READERS_PAGES)
def test_ten_megabytes_are_refused_in_words_with_a_way_on(
    page: Callable[[Subscription], str], body: bytes, kind: str
) -> None:
    bob = make_subscription(make_newsletter(name="Secret Papers"), status="pending", confirmed_at=None)
    before = everything()

    answer = browser().post(page(bob), body, content_type=kind, headers={"accept-language": "ar"})

    assert answer.status_code == 413
    assert '<html lang="ar" dir="rtl">' in answer.text
    assert answer.text.count("<h1>") == 1
    assert 'href="/"' in answer.text
    assert "Secret Papers" not in answer.text
    assert not answer.cookies
    assert everything() == before


@pytest.mark.parametrize(("size", "read"), [(10_000_000, 10_000_000), (30_000_000, DRAINED)])
def test_most_of_a_body_is_read_so_that_browsers_show_our_words(size: int, read: int) -> None:
    body = BytesIO(b"a" * size)
    environ: dict[str, Any] = {"CONTENT_LENGTH": str(size), "wsgi.input": body}

    answer = browser().post("/preferences/", content_type=FORM, **environ)

    assert answer.status_code == 413
    assert read <= body.tell() < read + PIECE


def test_a_body_is_refused_before_any_of_it_is_parsed(settings: Settings) -> None:
    settings.FILE_UPLOAD_HANDLERS = ["no.such.handler"]  # would raise where a file is parsed

    assert browser().post("/preferences/", FILE, content_type=MULTIPART).status_code == 413


def test_no_form_of_a_reader_comes_near_the_limit() -> None:
    answer = browser().post(path_of(make_newsletter()), filled(address="a" * (LARGEST - 1000)))

    assert answer.status_code == 422


def test_who_leaves_leaves_whatever_the_body_is() -> None:
    bob = make_subscription()
    body = b"List-Unsubscribe=One-Click&x=" + b"a" * LARGEST

    answer = browser().post(link(Purpose.LEAVE, bob), body, content_type=FORM)

    bob.refresh_from_db()
    assert (answer.status_code, bob.status) == (200, "ended")


class Cut(BytesIO):
    """A body whose sender is gone."""

    def read(self, size: int | None = -1, /) -> bytes:
        raise OSError(f"{size} octets do not come")


@pytest.mark.parametrize("kind", [FORM, MULTIPART])
@pytest.mark.parametrize("length", [100, LARGEST + 1])
def test_who_leaves_leaves_though_the_body_is_cut_off(kind: str, length: int) -> None:
    bob = make_subscription()
    environ: dict[str, Any] = {"CONTENT_LENGTH": str(length), "wsgi.input": Cut()}

    answer = browser().post(link(Purpose.LEAVE, bob), content_type=kind, **environ)

    bob.refresh_from_db()
    assert (answer.status_code, bob.status) == (200, "ended")


def test_a_body_that_is_too_large_and_cut_off_is_refused_as_others_are() -> None:
    environ: dict[str, Any] = {"CONTENT_LENGTH": str(LARGEST + 1), "wsgi.input": Cut()}

    assert browser().post("/preferences/", content_type=FORM, **environ).status_code == 413


def test_staff_may_send_forms_as_large_as_a_digest(client: Client) -> None:
    answer = client.post("/admin/login/", {"username": "a" * LARGEST})

    assert answer.status_code == 200


@pytest.mark.parametrize("length", ["", "0", "-1", "nonsense", "99999999999999999999"])
def test_a_wrong_length_breaks_nothing(length: str) -> None:
    environ: dict[str, Any] = {"CONTENT_LENGTH": length, "wsgi.input": BytesIO(b"address=zoe")}

    answer = browser().post("/preferences/", content_type=FORM, **environ)

    assert answer.status_code in {413, 422}


@pytest.mark.parametrize(
    ("path", "method"),
    [
        ("/", "options"),
        ("/preferences/", "put"),
        ("/join/daily-papers/", "delete"),
        ("/join/daily-papers/check/", "options"),
        ("/leave/nonsense/", "patch"),
        ("/confirm/nonsense/", "options"),
    ],
)
def test_a_method_that_a_page_does_not_know_is_refused_in_words(path: str, method: str) -> None:
    make_newsletter(slug="daily-papers")
    before = everything()

    answer = getattr(browser(), method)(path, headers={"accept-language": "ko"})

    assert answer.status_code == 405
    assert "GET" in answer["Allow"]
    assert '<html lang="ko" dir="ltr">' in answer.text
    assert 'href="/"' in answer.text
    assert everything() == before
    assert a_moment_passes() == 0


@pytest.mark.parametrize("path", ["/", "/join/daily-papers/check/", "/n/daily-papers/", "/admin/login/"])
def test_a_form_that_no_page_of_ours_sent_is_refused_in_words(path: str) -> None:
    make_newsletter(slug="daily-papers")
    before = everything()

    answer = browser().post(path, headers={"accept-language": "ko"})

    assert answer.status_code == 403
    assert "paperboy.css" in answer.text
    assert 'href="/"' in answer.text
    assert not answer.cookies
    assert everything() == before


@pytest.mark.parametrize("send", ["get", "post"])
def test_a_query_of_more_fields_than_anybody_reads_is_answered_in_words(send: str) -> None:
    many = "&".join(f"field{number}" for number in range(1001))

    answer = getattr(browser(), send)(f"/preferences/?{many}", headers={"accept-language": "ko"})

    assert answer.status_code == 400
    assert '<html lang="ko"' in answer.text
    assert 'href="/"' in answer.text


@pytest.mark.parametrize("path", ["staff/act/?verb__exact=x%00", "delivery/delivery/?status__exact=%00"])
def test_a_nul_in_an_address_of_the_admin_is_answered_in_words(path: str) -> None:
    client = browser()
    client.force_login(make_publisher())

    answer = client.get(f"/admin/{path}")

    assert answer.status_code == (400 if connection.vendor == "postgresql" else 200)  # SQLite finds nothing
    assert 'href="/"' in answer.text

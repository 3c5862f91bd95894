"""Whether a public page is asked for once more, and what makes it another one."""

import gzip
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection, transaction
from django.test import Client
from pytest_django import Settings

from digests import freshness
from digests.editions import content_of
from digests.models import Digest, DigestText, Newsletter, Printed, Topic
from digests.publishing import publish
from newsletter.postbox.models import SenderAssignment
from tests.factories import make_approved, make_digest, make_newsletter, make_paper, make_topic

pytestmark = pytest.mark.django_db
PATHS = [
    "/",
    "/join/daily-papers/",
    "/n/daily-papers/",
    "/n/daily-papers/2026-04/en/",
    "/n/daily-papers/2026-04-07/en/",
    "/n/daily-papers/paper/2604.99999/en/",
    "/n/daily-papers/topic/agents/en/",
    "/n/daily-papers/feed/en/",
    "/n/daily-papers/feed/en/agents/",
]


@pytest.fixture
def digest() -> Digest:
    newsletter = make_newsletter(slug="daily-papers")
    make_topic(newsletter)
    papers = [make_paper(key="arxiv:2604.99999", summaries={"en": "- Wind.", "ko": "- 바람."}), make_paper()]
    return make_approved(make_digest(newsletter, papers=papers))


def mark(path: str, **headers: str) -> str:
    response = Client().get(path, headers=headers)
    assert response.status_code == 200
    return response["ETag"]


def reprint(digest: Digest) -> None:
    revision = digest.revisions.latest("number")
    publish(revision, content_of(revision))


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.usefixtures("digest")
def test_who_has_a_page_is_told_so_before_anything_is_rendered(path: str, django_assert_max_num_queries: Any) -> None:
    known = mark(path)

    with patch("django.template.base.Template.render") as render, django_assert_max_num_queries(6):
        response = Client().get(path, headers={"If-None-Match": known})

    assert response.status_code == 304
    assert response["ETag"] == known
    assert response["Cache-Control"] == "public, max-age=60"
    assert not render.called


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.usefixtures("digest")
def test_the_second_visitor_gets_what_was_rendered_for_the_first(path: str, django_assert_max_num_queries: Any) -> None:
    first = Client().get(path)

    with patch("django.template.base.Template.render") as render, django_assert_max_num_queries(6):
        second = Client().get(path)

    assert second.content == first.content
    assert second["Content-Type"] == first["Content-Type"]
    assert second["Content-Language"] == first["Content-Language"] == "en"
    assert not render.called


@pytest.mark.parametrize("path", PATHS)
def test_a_correction_makes_every_page_another_one(digest: Digest, path: str) -> None:
    before = mark(path)

    make_approved(digest)

    assert mark(path) != before


def test_whatever_a_page_shows_makes_it_another_one(digest: Digest) -> None:
    other = make_approved(make_digest(digest.newsletter, day=date(2026, 4, 8)))
    seen = [mark("/n/daily-papers/")]

    Newsletter.objects.update(accent="#1E6B45")
    seen.append(mark("/n/daily-papers/"))
    Newsletter.objects.update(tagline="Kites.")
    seen.append(mark("/n/daily-papers/"))
    Topic.objects.update(names={"en": "Kites"})
    seen.append(mark("/n/daily-papers/"))
    Digest.objects.filter(pk=other.pk).update(status=Digest.Status.CANCELLED)
    seen.append(mark("/n/daily-papers/"))

    assert len(set(seen)) == 5


def test_the_landing_page_is_another_one_once_it_takes_readers(digest: Digest) -> None:
    before = mark("/join/daily-papers/")

    SenderAssignment.objects.all().delete()

    assert mark("/join/daily-papers/") != before
    assert "Signing up is not open yet." in Client().get("/join/daily-papers/").content.decode()


@pytest.mark.parametrize("was_printed", [False, True])
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has one writer")
def test_what_was_printed_with_lower_numbers_and_came_last_makes_another_mark(was_printed: bool) -> None:
    first = make_approved(newsletter=make_newsletter(slug="daily-papers"))
    second = make_approved(newsletter=first.newsletter, day=date(2026, 4, 8))
    if not was_printed:
        Printed.objects.all().delete()

    def other() -> str:
        try:
            reprint(second)
            return mark("/n/daily-papers/")
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        reprint(first)
        before = pool.submit(other).result(timeout=10)
    freshness.forget()

    assert mark("/n/daily-papers/") != before


def test_an_unapproved_change_makes_no_page_another_one(digest: Digest) -> None:
    before = mark("/n/daily-papers/2026-04-07/en/")

    DigestText.objects.create(digest=digest, locale="en", note="Not yet.")

    assert mark("/n/daily-papers/2026-04-07/en/") == before


@pytest.mark.usefixtures("digest")
def test_each_language_is_a_page_of_its_own() -> None:
    korean = Client().get(
        "/n/daily-papers/", headers={"Accept-Language": "ko", "If-None-Match": mark("/n/daily-papers/")}
    )

    assert korean.status_code == 200
    assert 'lang="ko"' in korean.content.decode()
    assert "Accept-Language" in korean["Vary"]
    assert "Cookie" not in korean["Vary"]


@pytest.mark.usefixtures("digest")
def test_words_that_a_page_does_not_know_make_no_other_page() -> None:
    page = "/n/daily-papers/2026-04-07/en/"

    first = Client().get(f"{page}?utm_source=x&lang=ko")

    assert "lang=ko" not in first.content.decode()
    assert mark(page) == first["ETag"]
    assert mark("/n/daily-papers/?lang=ko") != mark("/n/daily-papers/?lang=en")


@pytest.mark.parametrize("path", ["/n/daily-papers/", "/join/daily-papers/"])
@pytest.mark.usefixtures("digest")
def test_a_language_has_one_page_however_it_is_spelled_and_an_unknown_one_has_none(path: str) -> None:
    plain, korean = mark(path), mark(f"{path}?lang=ko")

    assert {mark(f"{path}?lang={spelling}") for spelling in ("KO", "ko-KR", "ko_kr", "%20ko")} == {korean}
    assert {mark(f"{path}?lang={unknown}") for unknown in ("", "xx", "x" * 99, "%00", "-", "tlh-x-1")} == {plain}
    assert korean != plain


def test_a_language_that_the_newsletter_alone_speaks_has_a_page() -> None:
    make_newsletter(slug="daily-papers", locales=["en", "it", "zh-hant"])

    marks = [mark(f"/n/daily-papers/?lang={locale}") for locale in ("en", "it", "zh-hant", "zh-tw", "zh-hans")]

    assert len(set(marks)) == 4
    assert 'aria-current="true">Italiano' in Client().get("/n/daily-papers/?lang=it-IT").content.decode()


@pytest.mark.usefixtures("digest")
def test_what_is_missing_is_kept_by_nobody() -> None:
    response = Client().get("/n/daily-papers/2026-04-09/en/")

    assert response.status_code == 404
    assert "ETag" not in response
    assert "Cache-Control" not in response


@pytest.mark.usefixtures("digest")
def test_who_takes_gzip_gets_the_same_page_smaller() -> None:

    plain = Client().get("/n/daily-papers/")
    small = Client().get("/n/daily-papers/", headers={"Accept-Encoding": "gzip, br"})

    assert small["Content-Encoding"] == "gzip"
    assert gzip.decompress(small.content) == plain.content
    assert len(small.content) < len(plain.content) / 2
    assert "Accept-Encoding" in small["Vary"]


def test_what_is_known_is_believed_for_a_moment(monkeypatch: pytest.MonkeyPatch, digest: Digest) -> None:
    monkeypatch.setattr(freshness, "ASKED_AFTER", 60)
    before = mark("/n/daily-papers/")
    make_approved(digest)

    with patch("digests.archive_queries.state") as state:
        within = mark("/n/daily-papers/")
    monkeypatch.setattr(freshness, "ASKED_AFTER", 0)

    assert within == before
    assert not state.called
    assert mark("/n/daily-papers/") != before


def test_a_page_without_newsletter_is_no_page() -> None:
    assert Client().get("/n/nobody/").status_code == 404


@pytest.mark.usefixtures("digest")
def test_one_visitors_condition_is_kept_for_nobody_else() -> None:
    response = Client().get("/n/daily-papers/", headers={"If-Match": '"something else"'})

    assert response.status_code == 412
    assert "ETag" not in response
    assert "Cache-Control" not in response


def test_who_asks_for_any_page_is_not_told_that_a_missing_one_is_fresh(digest: Digest) -> None:
    response = Client().get(f"/n/{digest.newsletter.slug}/2026-04-09/en/", headers={"If-None-Match": "*"})

    assert response.status_code == 404


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("br;q=1.0, gzip;q=0.8, *;q=0.1", "gzip"),
        ("GZIP", "gzip"),
        ("gzip;q=0.001", "gzip"),
        ("identity, gzip;q=0", None),
        ("gzip ; q=0.000, br", None),
        ("x-gzip-not", None),
        ("", None),
    ],
)
@pytest.mark.usefixtures("digest")
def test_a_page_is_compressed_for_who_takes_it_alone(accepted: str, encoding: str | None) -> None:
    response = Client().get("/n/daily-papers/", headers={"Accept-Encoding": accepted})

    assert response.get("Content-Encoding") == encoding


@pytest.mark.parametrize(
    "name",
    [
        "templates/web/preferences/page.html",
        "locale/ko/LC_MESSAGES/django.mo",
        "requirements.txt",
        "digests/views/days.py",
        "digests/static/digest.css",
        "newsletter/subscribers/forms.py",
        "newsletter/static/zone.js",
    ],
)
def test_another_source_makes_another_mark(name: str, settings: Settings, tmp_path: Path) -> None:
    settings.BASE_DIR = tmp_path
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    marks = set()

    for text in ("one", "another"):
        path.write_text(text)
        freshness._build.cache_clear()
        marks.add(freshness.mark(freshness.Known(Newsletter(), "the same")))
    freshness._build.cache_clear()

    assert len(marks) == 2


def test_another_address_of_the_site_makes_another_mark(settings: Settings, digest: Digest) -> None:
    before = mark("/n/daily-papers/")

    settings.SITE_URL = "https://papers.example.org"

    assert mark("/n/daily-papers/") != before

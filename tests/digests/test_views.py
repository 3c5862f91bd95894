"""The public pages: archive, one day in one language, our own images."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import Client

from digests.editions import content_of
from digests.locales import long_span
from digests.models import Digest, DigestText, Entry, Newsletter
from digests.pages import page_context, public_key
from digests.selection import Wishes
from tests.factories import edition_for, make_approved, make_digest, make_newsletter, make_paper

pytestmark = pytest.mark.django_db
PICTURE = "0123456789abcdef" * 4 + ".jpg"


def published(slug: str = "daily-papers", *, day: date = date(2026, 4, 7), it: str = "", **paper: str) -> Digest:
    newsletter = make_newsletter(slug=slug)
    summaries = {"en": "- **Bold** words.", "ko": "- 굵은 **글씨**입니다."} | ({"it": it} if it else {})
    return make_approved(make_digest(newsletter, papers=[make_paper(summaries=summaries, **paper)], day=day))


def page(client: Client, path: str, *, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status
    return response.content.decode()


def test_the_archive_lists_published_days_by_month_the_newest_first(client: Client) -> None:
    digest = published(day=date(2026, 3, 31))
    make_approved(make_digest(digest.newsletter, day=date(2026, 4, 1)))
    make_approved(make_digest(digest.newsletter, day=date(2026, 4, 2)))
    make_digest(digest.newsletter, day=date(2026, 4, 3))

    archive = page(client, "/n/daily-papers/").partition("<main")[2]

    assert archive.index("/n/daily-papers/2026-04-02/en/") < archive.index("April 2026")
    assert archive.index("April 2026") < archive.index("/n/daily-papers/2026-04-01/en/") < archive.index("March 2026")
    assert "/n/daily-papers/2026-03-31/en/" in archive
    assert "2026-04-03" not in archive


def test_the_archive_reads_as_often_for_many_days_as_for_one(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    digest = published()
    for day in range(8, 20):
        make_approved(make_digest(digest.newsletter, day=date(2026, 4, day)))

    with django_assert_max_num_queries(16):
        page(client, "/n/daily-papers/")


def test_the_archive_speaks_the_visitors_language_where_the_newsletter_does(client: Client) -> None:
    published()

    assert "/n/daily-papers/2026-04-07/ko/" in page(client, "/n/daily-papers/?lang=ko")
    assert "/n/daily-papers/2026-04-07/en/" in page(client, "/n/daily-papers/?lang=de")


def test_an_empty_archive_says_what_to_do(client: Client) -> None:
    make_newsletter(slug="new")

    archive = page(client, "/n/new/")

    assert "Nothing has been published yet." in archive
    assert 'href="/join/new/?lang=en"' in archive


def test_a_day_is_shown_in_full_in_its_language(client: Client) -> None:
    published(title="<b>Title</b> & $x$")

    day = page(client, "/n/daily-papers/2026-04-07/ko/")

    assert '<html lang="ko" dir="ltr">' in day
    assert "2026년 4월 7일 화요일" in day
    assert "굵은 <strong>글씨</strong>입니다." in day
    assert "&lt;b&gt;Title&lt;/b&gt; &amp; $x$" in day


def test_a_days_language_is_that_of_its_address_whatever_the_browser_prefers(client: Client) -> None:
    published()

    response = client.get("/n/daily-papers/2026-04-07/ko/", headers={"Accept-Language": "de"})

    assert response["Content-Language"] == "ko"


def test_a_day_links_to_itself_in_other_languages_and_to_its_neighbours(client: Client) -> None:
    digest = published()
    for when in (date(2026, 4, 5), date(2026, 4, 9)):
        make_approved(make_digest(digest.newsletter, day=when))

    day = page(client, "/n/daily-papers/2026-04-07/en/")

    assert '<link rel="alternate" hreflang="ko" href="http://testserver/n/daily-papers/2026-04-07/ko/">' in day
    assert 'rel="prev" href="/n/daily-papers/2026-04-05/en/"' in day
    assert 'rel="next" href="/n/daily-papers/2026-04-09/en/"' in day


def test_nothing_personal_stands_on_a_public_page(client: Client) -> None:
    published()

    day = page(client, "/n/daily-papers/2026-04-07/en/")

    assert not any(word in day for word in ("/leave/", "/preferences/", "/web/", "Because you follow", "noindex"))


def test_a_correction_replaces_what_the_page_shows(client: Client) -> None:
    digest = published()
    DigestText.objects.create(digest=digest, locale="en", note="Corrected this *noon*.")

    before = page(client, "/n/daily-papers/2026-04-07/en/")
    make_approved(digest)

    assert "Corrected" not in before
    assert "Corrected this <em>noon</em>." in page(client, "/n/daily-papers/2026-04-07/en/")


@pytest.mark.parametrize(
    "path",
    [
        "/n/other/",
        "/n/other/2026-04-07/en/",
        "/n/daily-papers/2026-04-08/en/",
        "/n/daily-papers/2026-04-07/fi/",
        "/n/daily-papers/2026-04-07/%00/",
        "/n/daily-papers/20260407/en/",
        "/n/daily-papers/yesterday/en/",
    ],
)
def test_what_is_not_there_is_said_in_words(client: Client, path: str) -> None:
    published()

    assert "Not here" in page(client, path, status=404)


def test_the_archive_counts_what_was_approved_not_what_is_drafted(client: Client) -> None:
    digest = published()
    Entry.objects.create(digest=digest, paper=make_paper(), position=2)
    Entry.objects.create(digest=digest, paper=make_paper(), position=3)

    before = page(client, "/n/daily-papers/")
    make_approved(digest)

    assert "<span>1 paper</span>" in before
    assert "<span>3 papers</span>" in page(client, "/n/daily-papers/")


def test_a_week_has_a_page_of_its_own_beside_that_of_the_day(client: Client) -> None:
    digest = published()
    for day in (7, 14):
        week = make_digest(digest.newsletter, day=date(2026, 4, day), kind="weekly", papers=[make_paper(title="Week")])
        make_approved(week)

    shown, of_the_day = (
        page(client, "/n/daily-papers/2026-04-07-weekly/en/"),
        page(client, "/n/daily-papers/2026-04-07/en/"),
    )

    assert "Week" in shown
    assert long_span(date(2026, 3, 31), date(2026, 4, 6), "en") in shown
    assert "/n/daily-papers/2026-04-14-weekly/en/" in shown
    assert "-weekly/" not in of_the_day


def test_every_link_of_a_week_leads_to_a_page(client: Client) -> None:
    newsletter, paper = make_newsletter(slug="daily-papers"), make_paper(key="arxiv:2604.99999")
    make_approved(make_digest(newsletter, day=date(2026, 4, 30), papers=[make_paper()]))
    make_approved(make_digest(newsletter, day=date(2026, 5, 1), kind="weekly", papers=[paper]))

    week = page(client, "/n/daily-papers/2026-05-01-weekly/en/")
    links = set(re.findall(r'href="(/n/daily-papers/[^"#?]+/)"', week))

    assert "/n/daily-papers/paper/2604.99999/en/" in links
    assert {link: client.get(link).status_code for link in links} == dict.fromkeys(links, 200)
    of_the_paper = page(client, "/n/daily-papers/paper/2604.99999/en/")
    assert long_span(date(2026, 4, 24), date(2026, 4, 30), "en") in of_the_paper


def test_every_link_of_a_day_leads_to_a_page_in_a_language_that_is_not_on_offer(client: Client) -> None:
    newsletter = make_newsletter(slug="daily-papers")
    papers = [make_paper(summaries={"en": "- Wind.", "it": "- Vento."}), make_paper(key="arxiv:2604.99999")]
    make_approved(make_digest(newsletter, papers=papers))

    day = page(client, "/n/daily-papers/2026-04-07/it/")
    links = set(re.findall(r'href="(/n/daily-papers/[^"#?]+/)"', day))

    assert "/n/daily-papers/paper/2604.99999/it/" in links
    assert {link: client.get(link).status_code for link in links} == dict.fromkeys(links, 200)


@pytest.mark.parametrize("name", ["2026-04-07-daily", "2026-04-08-weekly", "20260407-weekly", "2026-04-07-special"])
def test_a_week_that_there_is_not_is_missing(client: Client, name: str) -> None:
    make_approved(make_digest(published().newsletter, day=date(2026, 4, 7), kind="weekly"))

    page(client, f"/n/daily-papers/{name}/en/", status=404)


def test_the_archive_has_the_newest_weeks_beside_its_days(client: Client) -> None:
    digest = published()
    for day in (4, 11, 18, 25):
        make_approved(make_digest(digest.newsletter, day=date(2026, 4, day), kind="weekly"))
    make_approved(make_digest(digest.newsletter, day=date(2026, 5, 2), kind="weekly"))

    archive = page(client, "/n/daily-papers/")

    assert archive.index("2026-05-02-weekly/en/") < archive.index("2026-04-11-weekly/en/")
    assert "2026-04-04-weekly" not in archive


@pytest.mark.parametrize("kind", [{"kind": "special", "slug": "kites"}, {"kind": "weekly"}])
def test_a_page_of_a_day_is_the_daily_digests_alone(client: Client, kind: dict[str, Any]) -> None:
    digest = published()
    make_approved(make_digest(digest.newsletter, day=date(2026, 4, 8), **kind))

    day = page(client, "/n/daily-papers/2026-04-07/en/")

    assert "2026-04-08" not in day
    assert "2026-04-08/" not in page(client, "/n/daily-papers/")
    page(client, "/n/daily-papers/2026-04-08/en/", status=404)


def special(newsletter: Newsletter, *, day: date, **subjects: str) -> Digest:
    issue = make_digest(newsletter, day=day, kind="special", slug="kites")
    for locale, subject in subjects.items():
        DigestText.objects.create(digest=issue, locale=locale, subject=subject)
    return make_approved(issue)


def test_a_special_issue_stands_at_its_day_by_its_title(client: Client) -> None:
    digest = published(day=date(2026, 4, 9))
    make_approved(make_digest(digest.newsletter, day=date(2026, 4, 7)))
    special(digest.newsletter, day=date(2026, 4, 8), en="All about <kites>", ko="연의 모든 것")

    archive, month, korean = (
        page(client, path).partition("<main")[2]
        for path in ("/n/daily-papers/", "/n/daily-papers/2026-04/en/", "/n/daily-papers/2026-04/ko/")
    )

    for shown in (archive, month):
        days = [f"/n/daily-papers/2026-04-{day}/en/" for day in ("09", "08-kites", "07")]
        assert sorted(days, key=shown.index) == days
        assert "<bdi>All about &lt;kites&gt;</bdi>" in shown
    assert "3 days" in month
    assert "<bdi>연의 모든 것</bdi>" in korean


def test_a_special_issue_of_the_newest_day_leaves_the_lead_to_the_daily_digest(client: Client) -> None:
    digest = published()
    special(digest.newsletter, day=digest.day, en="All about kites")

    archive = page(client, "/n/daily-papers/").partition("<main")[2]

    assert archive.index("/2026-04-07/en/") < archive.index("/2026-04-07-kites/en/")
    assert "1 day," in page(client, "/n/daily-papers/2026-04/en/")


def test_a_special_issue_alone_is_something(client: Client) -> None:
    special(make_newsletter(slug="daily-papers"), day=date(2026, 4, 8))

    assert "Nothing has been published yet" not in page(client, "/n/daily-papers/")
    assert "<bdi>kites</bdi>" in page(client, "/n/daily-papers/2026-04/en/")


@pytest.mark.parametrize("locale", ["ko", "de", "it"])
def test_a_language_that_is_no_more_on_offer_keeps_its_addresses(client: Client, locale: str) -> None:
    digest = published(it="- Vento.")
    Newsletter.objects.filter(pk=digest.newsletter_id).update(locales=["en"])

    day = page(client, f"/n/daily-papers/2026-04-07/{locale}/")

    assert 'hreflang="en"' in day
    assert 'hreflang="ko"' not in day


def test_a_language_that_mails_went_out_in_keeps_its_address(client: Client) -> None:
    digest = published()
    revision = digest.revisions.get()
    page(client, "/n/daily-papers/2026-04-07/fi/", status=404)

    edition_for(revision, Wishes(locale="fi"))

    page(client, "/n/daily-papers/2026-04-07/fi/")


def test_a_page_in_a_language_without_words_of_ours_says_which_it_speaks(client: Client) -> None:
    digest = published(it="- Vento.")
    make_approved(make_digest(digest.newsletter, day=date(2026, 4, 5)))
    Newsletter.objects.filter(pk=digest.newsletter_id).update(default_locale="ko")
    make_approved(digest)

    day = page(client, "/n/daily-papers/2026-04-07/it/")

    assert '<html lang="ko" dir="ltr">' in day
    assert "2026년 4월 7일 화요일" in day
    assert '<div class="summary" lang="it" dir="ltr">' in day
    assert 'href="/n/daily-papers/2026-04-05/ko/"' in day


def test_papers_that_were_left_out_of_a_past_mail_were_not_of_today() -> None:
    content = content_of(published().revisions.get())
    key = replace(public_key(content, "en"), selection=())

    written = render_to_string("web/digest.html", page_context(content, key, site_url=""))

    assert "Also on this day" in written
    assert "Also today" not in written


@pytest.mark.parametrize("status", [Digest.Status.DRAFT, Digest.Status.CANCELLED])
def test_a_digest_that_is_not_approved_any_more_is_not_shown(client: Client, status: str) -> None:
    digest = published()
    Digest.objects.filter(pk=digest.pk).update(status=status)

    page(client, "/n/daily-papers/2026-04-07/en/", status=404)
    assert "2026-04-07" not in page(client, "/n/daily-papers/")


def test_a_closed_digest_is_still_shown(client: Client) -> None:
    digest = published()
    Digest.objects.filter(pk=digest.pk).update(status=Digest.Status.CLOSED)

    page(client, "/n/daily-papers/2026-04-07/en/")


def test_pictures_are_kept_for_ever(client: Client, var_folder: Path) -> None:
    folder = var_folder / "media" / "images"
    folder.mkdir(parents=True)
    (folder / PICTURE).write_bytes(b"a picture")

    response = client.get(f"/media/images/{PICTURE}")

    assert b"".join(response) == b"a picture"
    assert response["Content-Type"] == "image/jpeg"
    assert "immutable" in response["Cache-Control"]


@pytest.mark.parametrize("path", [f"images/{PICTURE}", "images/secret.txt", f"images/../{PICTURE}", "images/", "x.jpg"])
def test_nothing_but_our_pictures_is_served(client: Client, var_folder: Path, path: str) -> None:
    folder = var_folder / "media" / "images"
    folder.mkdir(parents=True)
    (folder / "secret.txt").write_text("secret")
    (folder.parent / PICTURE).write_text("secret")
    (folder.parent / "x.jpg").write_text("secret")

    page(client, f"/media/{path}", status=404)

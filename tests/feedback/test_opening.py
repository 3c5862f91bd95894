"""Counted links: they lead to the paper, count without naming anybody, and lead nowhere else."""

import pytest
from django.test import Client

from digests.editions import current
from digests.models import Digest
from digests.rendering import render
from digests.selection import Wishes, edition_key
from newsletter.feedback.models import LinkCount
from tests.factories import make_approved, make_digest, make_newsletter, make_paper

pytestmark = pytest.mark.django_db


def counted() -> Digest:
    return make_approved(make_digest(make_newsletter(counts_links=True), papers=1))


def link_of(digest: Digest, *, locale: str = "en") -> str:
    paper = digest.papers.get()
    return f"/open/{digest.newsletter.slug}/{digest.day}/{locale}/{paper.pk}/"


def mail_of(digest: Digest) -> tuple[str, str]:
    _revision, content = current(digest)
    mail = render(content, edition_key(content, Wishes(locale="en")), site_url="https://papers.example.org")
    return "".join(mail.html), "".join(mail.text)


def test_a_link_leads_to_the_paper_and_adds_one(client: Client) -> None:
    digest = counted()

    answers = [client.get(link_of(digest)) for _ in range(2)]

    assert {answer["Location"] for answer in answers} == {digest.papers.get().url}
    assert LinkCount.objects.get().number == 2


def test_languages_are_counted_apart(client: Client) -> None:
    digest = counted()

    client.get(link_of(digest, locale="en"))
    client.get(link_of(digest, locale="ko"))

    assert sorted(LinkCount.objects.values_list("locale", "number")) == [("en", 1), ("ko", 1)]


def test_what_only_looks_at_a_link_is_not_counted(client: Client) -> None:
    digest = counted()

    assert client.head(link_of(digest)).status_code == 302
    assert not LinkCount.objects.exists()


def test_a_link_goes_on_leading_to_the_paper_when_nothing_is_counted_any_more(client: Client) -> None:
    digest = counted()
    digest.newsletter.counts_links = False
    digest.newsletter.save()

    assert client.get(link_of(digest)).status_code == 302
    assert not LinkCount.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        ("2026-04-07", "2026-04-05"),
        ("2026-04-07", "soon"),
        ("/en/", "/en/9"),
        ("/en/", f"/en/{2**64}"),
        ("/open/", "/open/x"),
    ],
)
def test_a_link_to_nothing_of_ours_is_a_page_that_says_so(client: Client, change: tuple[str, str]) -> None:
    digest = counted()

    assert client.get(link_of(digest).replace(*change)).status_code == 404
    assert not LinkCount.objects.exists()


def test_a_language_that_the_newsletter_does_not_speak_is_not_counted(client: Client) -> None:
    digest = counted()

    assert client.get(link_of(digest, locale="tlh")).status_code == 302
    assert not LinkCount.objects.exists()


def test_a_draft_has_no_links(client: Client) -> None:
    digest = make_digest(make_newsletter(counts_links=True), papers=1)

    assert client.get(link_of(digest)).status_code == 404


def test_mails_of_a_newsletter_that_counts_have_counted_links() -> None:
    digest = counted()

    html, text = mail_of(digest)

    address = f"https://papers.example.org{link_of(digest)}"
    assert html.count(f'href="{address}"') == 1
    assert address in text


def test_mails_of_others_link_to_the_paper_itself() -> None:
    html, text = mail_of(make_approved(make_digest(papers=[make_paper()])))

    assert "/open/" not in html + text

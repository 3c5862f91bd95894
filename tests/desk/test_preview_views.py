"""The preview: any reader's mail before it is approved, and nobody's own words."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from digests.editions import correction_of
from digests.models import Digest, DigestText, Paper
from digests.rendering import render
from digests.selection import Wishes
from newsletter.desk.previews import preview as make_preview
from newsletter.desk.previews import sample
from newsletter.postbox.models import Letter
from newsletter.staff.models import Role, User
from newsletter.subscribers.models import Subscription
from tests.factories import (
    MORNING,
    make_approved,
    make_delivery,
    make_digest,
    make_newsletter,
    make_paper,
    make_publisher,
    make_subscription,
    make_topic,
    make_user,
)
from tests.staff.pages import browser, member

pytestmark = pytest.mark.django_db


def address(digest: Digest, name: str = "digest_preview", **said: object) -> str:
    return reverse(f"admin:{name}", args=[digest.pk], query=said)


def make_day(**values: Any) -> Digest:
    """Two papers: of kites by Ada, and of balloons by Charles."""
    kites = make_paper(title="On kites", authors=["Ada Lovelace"])
    balloons = make_paper(title="On balloons", authors=["Charles Babbage"])
    return make_digest(papers=[kites, balloons], **values)


def shown(digest: Digest, **said: object) -> str:
    alice = User.objects.filter(username="alice").first() or make_publisher()
    return browser(alice).get(address(digest, "digest_preview_mail", **said)).text


def test_a_look_at_the_mail_counts_no_reader_and_has_the_size_that_it_will_have() -> None:
    counting = make_day(newsletter=make_newsletter(counts_links=True))
    silent = make_day(newsletter=make_newsletter())

    html = shown(counting)
    sizes = [make_preview(digest, Wishes(locale="en")).size for digest in (counting, silent)]

    assert "/open/" not in html
    assert all(paper.url in html for paper in counting.papers.all())
    assert sizes[0] > sizes[1]


@pytest.mark.parametrize(
    ("wish", "has_kites", "has_balloons"),
    [
        ({"authors": "ada lovelace"}, True, False),
        ({"words": "balloons"}, False, True),
        ({"avoided": "kites"}, False, True),
        ({"most_papers": "1"}, True, False),
        ({"topics": "wind"}, True, False),
    ],
    ids=["authors", "words", "avoided", "most papers", "topics"],
)
def test_every_wish_of_a_reader_can_be_looked_at(wish: dict[str, str], has_kites: bool, has_balloons: bool) -> None:
    digest = make_day()
    Paper.objects.get(title="On kites").topics.add(make_topic(digest.newsletter, "wind"))

    html = shown(digest, **wish)

    papers = re.findall(r'<a id="p(\d+)"', html)
    found = {title: entry in papers for entry, title in entries(digest)}
    assert found == {"On kites": has_kites, "On balloons": has_balloons}


def entries(digest: Digest) -> list[tuple[str, str]]:
    return [(str(entry.pk), entry.paper.title) for entry in digest.entries.select_related("paper")]


def test_dark_and_light_are_forced_whatever_the_browser_prefers() -> None:
    digest = make_digest(papers=[make_paper(title="On prefers-color-scheme: dark")])

    dark, light = shown(digest, scheme="dark"), shown(digest, scheme="light")

    assert "@media all {" in dark
    assert "@media not all {" in light
    assert "color-scheme: dark;" in dark
    assert "On prefers-color-scheme: dark" in dark
    assert "(prefers-color-scheme" not in dark + light


@pytest.mark.parametrize(("images", "policy"), [("on", "img-src 'self'"), ("off", "img-src 'none'")])
def test_pictures_can_be_off_and_nothing_runs_in_the_frame(images: str, policy: str) -> None:
    answer = browser(make_publisher()).get(address(make_digest(), "digest_preview_mail", images=images))

    said = answer["Content-Security-Policy"]
    assert policy in said
    assert "default-src 'none'" in said
    assert "sandbox" in said
    assert answer["X-Frame-Options"] == "SAMEORIGIN"


def test_a_choice_keeps_the_others() -> None:
    digest = make_day()

    page = browser(make_publisher()).get(address(digest, locale="ko", authors="Ada", scheme="dark")).text

    assert 'href="?locale=ko&amp;authors=Ada&amp;scheme=dark&amp;width=desktop"' in page
    assert '<input type="hidden" name="scheme" value="dark">' in page
    assert re.search(r'scheme=dark"[^>]*aria-current="true">dark', page)


def test_the_text_part_stands_on_a_page_of_its_own() -> None:
    page = browser(make_publisher()).get(address(make_day(), part="text")).text

    assert "<iframe" not in page
    assert "ON KITES" in page.upper()
    assert "#leave" in page


def test_a_large_mail_is_told_against_what_gmail_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsletter.desk.preview_views.GMAIL_CUTS_AT", 1_000)

    page = browser(make_publisher()).get(address(make_day())).text

    assert "Gmail cuts mails of more than 102 kB" in page


@pytest.mark.parametrize(
    "query", ["locale=xx&width=&scheme=&images=&part=", "subscription=x", "words=%00&authors=" + "a" * 2000]
)
def test_nonsense_shows_the_usual_mail(query: str) -> None:
    digest = make_day()

    assert browser(make_publisher()).get(address(digest) + "?" + query).status_code == 200


def make_reader(digest: Digest, **values: Any) -> Subscription:
    defaults = {"authors": "Ada Lovelace", "avoided": "mortgages", "address": "ada@example.com"}
    return make_subscription(digest.newsletter, **defaults | values)


def test_as_a_subscriber_the_papers_are_the_readers_and_the_words_nobodys() -> None:
    digest = make_day()
    reader = make_reader(digest)
    alice = browser(make_publisher())

    page = alice.get(address(digest, subscription=reader.pk)).text
    html = alice.get(address(digest, "digest_preview_mail", subscription=reader.pk)).text

    assert f"As subscription {reader.pk}" in page
    assert "1 of 2 papers" in page
    assert "because you follow" not in html.lower()
    assert "mortgages" not in page + html
    assert "ada@example.com" not in page + html


def test_a_form_with_the_same_words_says_why_a_paper_is_there() -> None:
    assert "because you follow" in shown(make_day(), authors="Ada Lovelace").lower()


@pytest.mark.parametrize("who", ["number", " ADA@example.com "])
def test_a_subscriber_is_found_by_number_or_address_which_is_never_in_an_address_of_ours(who: str) -> None:
    digest = make_day()
    reader = make_reader(digest)
    said = str(reader.pk) if who == "number" else who

    answer = browser(make_publisher()).post(address(digest, "digest_preview_reader", scheme="dark"), {"who": said})

    assert answer["Location"] == address(digest, scheme="dark", subscription=reader.pk)


@pytest.mark.parametrize("who", ["17", "9" * 30, "bob@example.com", "no address", ""])
def test_a_subscriber_who_is_not_there_is_not_shown(who: str) -> None:
    digest, elsewhere = make_day(), make_newsletter()
    make_subscription(elsewhere, address="bob@example.com")

    answer = browser(make_publisher()).post(address(digest, "digest_preview_reader"), {"who": who}, follow=True)

    assert "Nobody who reads this newsletter has that number or address." in answer.text


@pytest.mark.parametrize("role", [Role.Kind.VIEWER, Role.Kind.EDITOR, Role.Kind.PUBLISHER])
def test_who_may_not_see_subscriptions_cannot_look_as_a_subscriber(role: str) -> None:
    digest = make_day()
    reader = make_reader(digest)
    bob = browser(member(digest.newsletter, role))

    answers = [
        bob.get(address(digest, subscription=reader.pk)),
        bob.get(address(digest, "digest_preview_mail", subscription=reader.pk)),
        bob.post(address(digest, "digest_preview_reader"), {"who": "ada@example.com"}),
        bob.post(address(digest, "digest_test", subscription=reader.pk)),
    ]

    assert [answer.status_code for answer in answers] == [403] * 4
    assert "As a subscriber" not in bob.get(address(digest)).text


def test_an_administrator_of_the_newsletter_looks_as_its_subscriber_and_as_no_other() -> None:
    digest = make_day()
    bob = browser(member(digest.newsletter, Role.Kind.ADMINISTRATOR, user=make_user("bob", is_staff=True)))
    own, other = make_reader(digest), make_subscription(address="eve@example.com")

    pages = [bob.get(address(digest, subscription=reader.pk)).text for reader in (own, other)]

    assert f"As subscription {own.pk}" in pages[0]
    assert f"As subscription {other.pk}" not in pages[1]


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ({"status": "pending", "confirmed_at": None}, "is not active"),
        ({"weekdays": 64}, "gets no mail on that day"),
        ({"authors": "Nobody Else"}, "wants no mail then"),
    ],
)
def test_it_is_said_when_a_reader_would_get_no_mail(state: dict[str, object], words: str) -> None:
    digest = make_day()
    reader = make_reader(digest, **state)

    assert words in browser(make_publisher()).get(address(digest, subscription=reader.pk)).text


def test_a_preview_of_68_papers_takes_few_queries(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    digest = make_digest(papers=68)
    reader = make_reader(digest)
    alice = browser(make_publisher())
    alice.get(address(digest))

    with django_assert_max_num_queries(25):
        alice.get(address(digest, subscription=reader.pk))


def test_a_correction_is_looked_at_and_tried_as_it_will_be_mailed() -> None:
    alice = make_publisher()
    alice.email = "alice@example.org"
    alice.save()
    digest = make_approved(make_day())
    DigestText.objects.create(digest=digest, locale="en", correction="The kites were **not** red.")
    before = browser(alice).get(address(digest))
    row = make_delivery(digest, status="sent", sent_at=MORNING)
    row.digest.refresh_from_db()

    page = browser(alice).get(address(digest, **{"as": "correction"}))
    browser(alice).post(address(digest, "digest_test", **{"as": "correction"}))

    assert "as=correction" not in before.text  # nobody has had it, so there is nothing to correct
    assert page.context["preview"].rendered.subject.startswith("Correction: ")
    assert "The kites were <strong>not</strong> red." in re.sub(
        r' style="[^"]*"', "", shown(digest, **{"as": "correction"})
    )
    assert "red." not in shown(digest)
    assert Letter.objects.get(kind=Letter.Kind.TEST).subject.startswith("[Test] Correction: ")


def test_a_correction_is_made_of_what_its_approval_freezes() -> None:
    digest = make_day()
    DigestText.objects.create(digest=digest, locale="en", correction="The kites were not red.")

    looked_at = sample(digest, Wishes(locale="en"), is_of_a_reader=False, is_correction=True)

    revision = make_approved(digest).revisions.get()
    mailed = correction_of(revision)
    assert looked_at.content == mailed
    assert looked_at.mail == render(mailed, looked_at.key, site_url=settings.SITE_URL)


def test_a_correction_goes_to_who_has_had_it_whatever_they_have_chosen_since() -> None:
    digest = make_approved(make_day())
    had = make_delivery(digest, status="sent", sent_at=MORNING).subscription
    Subscription.objects.filter(pk=had.pk).update(paused_until=MORNING.date() + timedelta(days=9))
    other = make_subscription(digest.newsletter)
    alice = browser(make_publisher())

    def notices(reader: Subscription) -> list[str]:
        page = address(digest, **{"as": "correction", "subscription": f"{reader.pk}"})
        return list(alice.get(page).context["notices"])

    assert notices(had) == []
    assert notices(other) == ["This reader has not had it, so there is nothing to correct."]


def test_what_is_closed_is_corrected_no_more() -> None:
    digest = make_approved(make_day())
    make_delivery(digest, status="sent", sent_at=MORNING)
    Digest.objects.update(status="closed")

    assert "as=correction" not in browser(make_publisher()).get(address(digest)).text


def test_nothing_is_a_correction_before_a_mail_has_left() -> None:
    digest = make_day()

    assert "Correction" not in browser(make_publisher()).get(address(digest, **{"as": "correction"})).text

"""The editor's morning in the admin, page by page."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from digests.models import Digest, Entry, Summary
from newsletter.staff.models import Role
from tests.factories import (
    DAY,
    MORNING,
    make_approved,
    make_delivery,
    make_digest,
    make_newsletter,
    make_paper,
    make_publisher,
    make_subscription,
    make_user,
)

pytestmark = pytest.mark.django_db
LISTS = [
    *("digests_newsletter", "digests_paper", "digests_summary", "digests_digest", "digests_revision"),
    *("subscribers_subscriber", "subscribers_subscription", "subscribers_consent", "subscribers_suppression"),
    *("delivery_delivery", "postbox_sender", "postbox_letter", "feedback_event", "staff_user"),
]


@pytest.fixture
def alice(client: Client) -> Client:
    client.force_login(make_publisher())
    return client


def change_page(digest: Digest) -> str:
    return reverse("admin:digests_digest_change", args=[digest.pk])


def form_of(digest: Digest, *, places: dict[int, int] | None = None, out: tuple[int, ...] = ()) -> dict[str, object]:
    """What the browser posts from the digest's page; `places` and `out` name entries by their rank, 1-based."""
    entries = list(Entry.objects.filter(digest=digest).order_by("-votes"))
    data: dict[str, object] = {
        "newsletter": digest.newsletter_id,
        "day": digest.day,
        "kind": digest.kind,
        "ordering": digest.ordering,
        "slug": "",
        "seen": digest.version,
        "entries-TOTAL_FORMS": len(entries),
        "entries-INITIAL_FORMS": len(entries),
        "texts-TOTAL_FORMS": 0,
        "texts-INITIAL_FORMS": 0,
    }
    for row, entry in enumerate(entries):
        data[f"entries-{row}-id"] = entry.pk
        data[f"entries-{row}-digest"] = digest.pk
        data[f"entries-{row}-place"] = (places or {}).get(row + 1, row + 1)
        data[f"entries-{row}-votes"] = entry.votes
        if row + 1 not in out:
            data[f"entries-{row}-included"] = "on"
    return data


def titles(digest: Digest) -> list[str]:
    return [entry.paper.title for entry in digest.entries.filter(included=True).order_by("position")]


def test_the_digests_page_says_when_it_was_approved_by_the_editors_clock(alice: Client) -> None:
    newsletter = make_newsletter(time_zone="Asia/Seoul")
    at = datetime(2026, 4, 6, 20, 30, tzinfo=UTC)
    digest = make_approved(make_digest(newsletter, papers=[make_paper()]), at=at)

    page = alice.get(change_page(digest)).text

    assert "Tuesday, 7 April 2026, 05:30 (Seoul)" in page
    assert "20:30" not in page


def test_every_list_and_every_page_opens(alice: Client) -> None:
    make_delivery()
    digest = Digest.objects.get()
    revision = digest.revisions.get()
    pages = [reverse(f"admin:{label}_changelist") for label in LISTS]
    pages += [
        reverse("admin:index"),
        change_page(digest),
        reverse("admin:digests_paper_change", args=[digest.papers.all()[0].pk]),
        reverse("admin:digests_revision_change", args=[revision.pk]),
        reverse("admin:delivery_delivery_change", args=[digest.deliveries.get().pk]),
        reverse("admin:digest_preview", args=[digest.pk]),
        reverse("admin:digest_approve", args=[digest.pk]),
    ]

    answers = {page: alice.get(page).status_code for page in pages}

    assert answers == dict.fromkeys(pages, 200)


def queries_of_the_list(alice: Client) -> list[str]:
    with CaptureQueriesContext(connection) as seen:
        assert alice.get(reverse("admin:digests_digest_changelist")).status_code == 200
    return [query["sql"] for query in seen.captured_queries]


def test_a_longer_list_of_digests_takes_no_more_queries_and_reads_no_summary(alice: Client) -> None:
    newsletter = make_newsletter()
    make_delivery(make_approved(make_digest(newsletter)))
    short = queries_of_the_list(alice)

    for number in range(1, 6):
        make_delivery(make_approved(make_digest(newsletter, papers=4, day=DAY - timedelta(days=number))))

    long = queries_of_the_list(alice)
    assert len(long) == len(short)
    assert not any(column in sql for sql in long for column in ('"digests_summary"."text"', '"abstract"'))


def test_the_list_speaks_the_editors_language(alice: Client) -> None:
    delivery = make_delivery(status="sent", sent_at=MORNING)
    make_delivery(delivery.digest)

    page = alice.get(reverse("admin:digests_digest_changelist"), headers={"accept-language": "ko"}).text

    assert re.findall('field-going_out">(.*?)<', page) == ["예정, 발송됨"]


def test_the_list_counts_papers_and_languages_and_names_the_sorts_of_rows(alice: Client) -> None:
    newsletter = make_newsletter()
    for day, rows in ((DAY, 2), (DAY - timedelta(days=1), 1)):
        digest = make_approved(
            make_digest(newsletter, papers=[make_paper(), make_paper(summaries={"ko": "- 하나."})], day=day)
        )
        for _ in range(rows):
            make_delivery(digest)
    digest.entries.filter(paper__summaries__locale="ko").update(included=False)

    page = alice.get(reverse("admin:digests_digest_changelist")).text

    cells = [re.findall(rf'field-{name}">(.*?)<', page) for name in ("papers_included", "languages", "going_out")]
    assert cells == [["2", "1"], ["en 1, ko 1", "en 1, ko 0"], ["planned", "planned"]]


def test_an_editor_puts_the_last_paper_first_and_leaves_one_out(alice: Client) -> None:
    digest = make_digest(papers=[make_paper(title=title) for title in ("One", "Two", "Three")])

    answer = alice.post(change_page(digest), form_of(digest, places={3: 1, 1: 2, 2: 3}, out=(2,)))

    assert answer.status_code == 302, answer.content.decode()
    digest.refresh_from_db()
    assert digest.ordering == "editor"
    assert titles(digest) == ["Three", "One"]


def test_saving_without_a_new_place_leaves_the_order_to_the_votes(alice: Client) -> None:
    digest = make_digest(papers=3)

    alice.post(change_page(digest), form_of(digest))

    digest.refresh_from_db()
    assert digest.ordering == "votes"


def test_a_summary_that_an_editor_changed_is_checked_by_that_editor(alice: Client) -> None:
    paper = make_paper(summaries={"ko": "- 옛 문장."})
    summary = Summary.objects.get(paper=paper)

    alice.post(
        reverse("admin:digests_summary_change", args=[summary.pk]),
        {"paper": paper.pk, "locale": "ko", "text": "- 새 문장."},
    )

    summary.refresh_from_db()
    assert (summary.text, summary.origin) == ("- 새 문장.", "human")
    assert summary.checked_by is not None
    assert summary.checked_by.username == "alice"


def test_an_editor_approves_after_seeing_what_will_happen(alice: Client) -> None:
    digest = make_digest()
    make_subscription(digest.newsletter)
    page = reverse("admin:digest_approve", args=[digest.pk])

    asked = alice.get(page)
    digest.refresh_from_db()
    status_after_asking = digest.status
    alice.post(page)

    digest.refresh_from_db()
    assert "2 of 2" in asked.content.decode()
    assert (status_after_asking, digest.status) == ("draft", "approved")


def test_approving_an_empty_digest_says_why_not(alice: Client) -> None:
    digest = make_digest(papers=0)

    answer = alice.post(reverse("admin:digest_approve", args=[digest.pk]), follow=True)

    assert "has no papers" in answer.content.decode()


def test_the_preview_is_the_mail_with_links_that_lead_nowhere(alice: Client) -> None:
    digest = make_digest(papers=[make_paper(title="Shown <b>as text</b>", summaries={"ko": "- 한국어 문장."})])

    mail = alice.get(reverse("admin:digest_preview_mail", args=[digest.pk]), {"locale": "ko"})

    html = mail.content.decode()
    assert "한국어 문장." in html
    assert "<b>as text</b>" not in html
    assert 'href="#leave"' in html
    assert "sandbox" in mail["Content-Security-Policy"]


@pytest.mark.parametrize("query", ["locale=xx", "detail=all", "topics=none", "most_papers=-1", "format=pdf", "width=7"])
def test_a_preview_of_nonsense_shows_the_usual_mail(alice: Client, query: str) -> None:
    digest = make_digest()

    assert alice.get(reverse("admin:digest_preview", args=[digest.pk]) + "?" + query).status_code == 200


def test_an_editor_without_the_role_of_a_publisher_cannot_approve(client: Client) -> None:
    digest = make_digest()
    bob = make_user("bob", is_staff=True)
    Role.objects.create(user=bob, newsletter=digest.newsletter, role=Role.Kind.EDITOR)
    client.force_login(bob)

    page = reverse("admin:digest_approve", args=[digest.pk])

    seen = client.get(page)
    answer = client.post(page)

    digest.refresh_from_db()
    assert "need the role of a publisher" in seen.text
    assert 'type="submit"' not in seen.text.partition('id="content"')[2]
    assert (answer.status_code, digest.status) == (403, "draft")


@pytest.mark.parametrize(
    ("name", "status"),
    [("approve", "draft"), ("pause", "approved"), ("resume", "paused"), ("unapprove", "approved"), ("cancel", "draft")],
)
def test_a_publisher_whose_role_is_taken_away_in_the_middle_does_nothing_more(
    client: Client, name: str, status: str
) -> None:
    digest = make_approved()
    Digest.objects.update(status=status)
    bob = make_user("bob", is_staff=True)
    Role.objects.create(user=bob, newsletter=digest.newsletter, role=Role.Kind.PUBLISHER)
    client.force_login(bob)
    page = client.get(reverse("admin:digest_approve", args=[digest.pk]))

    Role.objects.update(role=Role.Kind.EDITOR)
    answer = client.post(
        reverse(f"admin:digest_{name}", args=[digest.pk]), {"seen": page.context["seen"], "sure": "on"}
    )

    digest.refresh_from_db()
    assert (answer.status_code, digest.status, digest.revisions.count()) == (403, status, 1)


def test_an_editor_of_another_newsletter_does_not_see_the_preview(client: Client) -> None:
    digest, other = make_digest(), make_digest()
    charlie = make_user("charlie", is_staff=True)
    Role.objects.create(user=charlie, newsletter=other.newsletter, role=Role.Kind.EDITOR)
    client.force_login(charlie)

    assert client.get(reverse("admin:digest_preview", args=[digest.pk])).status_code == 403


def test_the_ledger_is_read_only_but_for_what_is_uncertain(alice: Client) -> None:
    uncertain = make_delivery(status="uncertain")
    page = reverse("admin:delivery_delivery_changelist")

    alice.post(page, {"action": "it_arrived", "_selected_action": [uncertain.pk]})

    uncertain.refresh_from_db()
    assert uncertain.status == "sent"
    assert alice.get(reverse("admin:delivery_delivery_add")).status_code == 403


def test_the_log_in_page_lets_the_browser_say_where_its_form_comes_from(client: Client) -> None:
    """With "no-referrer" browsers send "Origin: null", which the CSRF check refuses: nobody could log in."""
    answer = client.get(reverse("admin:login"))

    assert answer["Referrer-Policy"] == "same-origin"

"""Alice runs the site, Bob has a role in newsletter A, and newsletter B is none of his business."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import time_machine
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from digests.models import Digest, DigestText, Entry, Newsletter, Paper, Summary, Topic
from newsletter.delivery.models import Delivery
from newsletter.feedback.models import Event
from newsletter.postbox.models import Letter, Sender
from newsletter.staff.models import Role
from newsletter.subscribers.models import Consent, Suppression
from tests.factories import (
    MORNING,
    make_publisher,
    make_subscription,
)
from tests.staff.pages import browser, change_page, draft_of, member, post, summary_of

pytestmark = pytest.mark.django_db
KINDS = Role.Kind.values
TABLES: tuple[type[Model], ...] = (Digest, DigestText, Entry, Newsletter, Paper, Summary, Topic, Sender, Delivery)
BREAKFAST = datetime(2026, 4, 6, 8, tzinfo=UTC)  # on the day of the digest that was sent
Act = Callable[[Client, Newsletter], None]


def pins_a_paper(client: Client, newsletter: Newsletter) -> None:
    post(client, draft_of(newsletter), **{"entries-0-pinned": "on"})


def writes_korean(client: Client, newsletter: Newsletter) -> None:
    post(client, summary_of(newsletter, "ko"), text="- 새.")


def writes_english(client: Client, newsletter: Newsletter) -> None:
    post(client, summary_of(newsletter, "en"), text="- New.")


def corrects_a_title(client: Client, newsletter: Newsletter) -> None:
    post(client, draft_of(newsletter).papers.get(), title="Corrected")


def writes_english_on_the_papers_page(client: Client, newsletter: Newsletter) -> None:
    post(client, draft_of(newsletter).papers.get(), **{"summaries-0-text": "- New."})


def approves(client: Client, newsletter: Newsletter) -> None:
    client.post(reverse("admin:digest_approve", args=[draft_of(newsletter).pk]))


def sends_again(client: Client, newsletter: Newsletter) -> None:
    failed = Delivery.objects.get(digest__newsletter=newsletter)
    page = reverse("admin:delivery_delivery_changelist")
    with time_machine.travel(BREAKFAST):
        client.post(page, {"action": "send_again", "_selected_action": [failed.pk]})


def renames_it(client: Client, newsletter: Newsletter) -> None:
    post(client, newsletter, name="Renamed")


def adds_a_topic(client: Client, newsletter: Newsletter) -> None:
    row = {"slug": "agents", "names": "en: Agents", "terms": "", "newsletter": newsletter.pk, "id": ""}
    post(client, newsletter, **{f"topics-0-{name}": value for name, value in row.items()}, **{"topics-TOTAL_FORMS": 1})


def changes_the_postbox(client: Client, newsletter: Newsletter) -> None:
    post(client, newsletter.sender_assignment.sender, postbox_url="smtp+tls://mail.example.org")


def pauses(client: Client, newsletter: Newsletter) -> None:
    sender = newsletter.sender_assignment.sender
    client.post(reverse("admin:postbox_sender_changelist"), {"action": "pause", "_selected_action": [sender.pk]})


TRANSLATING: list[Act] = [writes_korean]
EDITING: list[Act] = [*TRANSLATING, writes_english, pins_a_paper, corrects_a_title, writes_english_on_the_papers_page]
PUBLISHING: list[Act] = [*EDITING, approves, sends_again]
EVERYTHING: list[Act] = [*PUBLISHING, renames_it, adds_a_topic, changes_the_postbox, pauses]
WORK = dict(zip(KINDS, ([], TRANSLATING, EDITING, PUBLISHING, EVERYTHING), strict=True))


def everything() -> list[object]:
    return [list(table._default_manager.order_by("pk").values()) for table in TABLES]


@pytest.mark.parametrize("act", EVERYTHING)
@pytest.mark.parametrize("also_views", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_a_role_in_one_newsletter_changes_nothing_of_another(
    a: Newsletter, b: Newsletter, kind: str, also_views: bool, act: Act
) -> None:
    bob = member(a, kind, languages=("ko",))
    if also_views:
        member(b, Role.Kind.VIEWER, user=bob)
    before = everything()

    act(browser(bob), b)

    assert everything() == before


@pytest.mark.parametrize("act", EVERYTHING)
@pytest.mark.parametrize("kind", KINDS)
def test_a_role_does_its_work_and_no_other_in_its_newsletter(a: Newsletter, kind: str, act: Act) -> None:
    bob = member(a, kind, languages=("ko",))
    before = everything()

    act(browser(bob), a)

    assert (everything() != before) == (act in WORK[kind])


@pytest.mark.parametrize("act", EVERYTHING)
def test_who_runs_the_site_does_all_of_it(a: Newsletter, act: Act) -> None:
    alice = browser(make_publisher())
    before = everything()

    act(alice, a)

    assert everything() != before


@pytest.mark.parametrize("kind", KINDS)
def test_lists_and_pages_name_no_other_newsletter(a: Newsletter, b: Newsletter, kind: str) -> None:
    bob = browser(member(a, kind))
    lists = ("newsletter", "paper", "summary", "digest", "revision")
    pages = [reverse(f"admin:digests_{name}_changelist") for name in lists]
    pages += [reverse("admin:delivery_delivery_changelist"), change_page(draft_of(a))]

    answers = [bob.get(page) for page in pages]

    assert {answer.status_code for answer in answers} == {200}
    assert all("News A" in answer.text or "papers" in answer.text for answer in answers)
    assert not any("News B" in answer.text for answer in answers)
    drafts = [draft_of(b), summary_of(b, "en"), draft_of(b).papers.get(), b]
    assert not any("News B" in bob.get(change_page(row), follow=True).text for row in drafts)


def test_an_administrator_sees_letters_events_and_readers_of_the_own_newsletter(a: Newsletter, b: Newsletter) -> None:
    for newsletter in (a, b):
        delivery = Delivery.objects.get(digest__newsletter=newsletter)
        Event.objects.create(delivery=delivery, kind="left", source="x", external_id=newsletter.slug, at=MORNING)
        sender = newsletter.sender_assignment.sender
        Letter.objects.create(sender=sender, kind="link", to="x@example.org", locale="en", ready_at=MORNING)
        Consent.objects.create(subscription=make_subscription(newsletter), act="asked", at=MORNING)
        Suppression.objects.create(address_hash="x", newsletter=newsletter, reason="asked")
    bob = browser(member(a, Role.Kind.ADMINISTRATOR))
    tables = ("feedback_event", "postbox_letter", "postbox_sender", "subscribers_consent", "subscribers_suppression")

    lists = [bob.get(reverse(f"admin:{table}_changelist")) for table in tables]

    assert [answer.context["cl"].result_count for answer in lists] == [1] * len(tables)
    assert not any("News B" in answer.text for answer in lists)


def test_a_bulk_action_leaves_out_rows_that_are_only_seen(a: Newsletter, b: Newsletter) -> None:
    bob = member(b, Role.Kind.VIEWER, user=member(a, Role.Kind.PUBLISHER))
    rows = list(Delivery.objects.values_list("pk", flat=True))

    page = reverse("admin:delivery_delivery_changelist")
    client = browser(bob)
    with time_machine.travel(BREAKFAST):
        client.post(page, {"action": "send_again", "_selected_action": rows})

    statuses = Delivery.objects.order_by("digest__newsletter__name").values_list("status", flat=True)
    assert list(statuses) == ["planned", "failed"]

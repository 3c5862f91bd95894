"""Lists of tables with a row for each reader: cut, in the order of an index, and deleted from without listing all."""

from datetime import date
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from digests.admin import large
from digests.models import Digest
from newsletter.delivery.models import Delivery
from newsletter.delivery.queries import statuses_of
from newsletter.staff.models import Role, User
from tests.factories import (
    MORNING,
    make_approved,
    make_delivery,
    make_digest,
    make_paper,
    make_publisher,
    make_subscription,
)
from tests.staff.pages import browser, make_issue, member

pytestmark = pytest.mark.django_db
READERS = reverse("admin:subscribers_subscription_changelist")
LEDGER = reverse("admin:delivery_delivery_changelist")


@pytest.fixture
def alice(client: Client) -> Client:
    client.force_login(make_publisher(), backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_a_list_ends_after_its_newest_rows_and_says_so(alice: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(large, "LISTED", 3)
    readers = [make_subscription(locale="en") for _reader in range(4)]

    page = alice.get(READERS)

    assert "Only the newest 3 are listed. Search or filter to find others." in page.text
    assert page.context["cl"].result_count == 3
    assert page.context["cl"].result_list[0] == readers[-1]


def test_a_list_that_has_all_rows_says_nothing_of_others(alice: Client) -> None:
    make_subscription()

    assert "are listed" not in alice.get(READERS).text


@pytest.mark.parametrize(
    "table", ["subscribers_subscription", "subscribers_consent", "feedback_event", "postbox_letter"]
)
def test_a_large_table_is_neither_counted_nor_sorted(alice: Client, table: str) -> None:
    with CaptureQueriesContext(connection) as asked:
        page = alice.get(reverse(f"admin:{table}_changelist") + "?o=2")

    said = [query["sql"] for query in asked if f'FROM "{table}"' in query["sql"]]
    counts = [sql for sql in said if "COUNT(" in sql]
    assert counts
    assert all("LIMIT" in sql for sql in counts)
    assert not page.context["cl"].sortable_by
    assert f'ORDER BY "{table}"."id" DESC' in said[-1]


def test_the_ledger_is_read_in_the_order_of_its_index(alice: Client) -> None:
    make_delivery(make_approved())

    with CaptureQueriesContext(connection) as asked:
        alice.get(LEDGER)

    order = 'ORDER BY "delivery_delivery"."digest_id" DESC, "delivery_delivery"."status" DESC LIMIT'
    assert any(order in query["sql"] for query in asked)


def test_the_ledger_is_filtered_by_the_digests_that_one_sees() -> None:
    a, b = make_issue("News A"), make_issue("News B")
    bob = browser(member(a, Role.Kind.PUBLISHER))
    own, other = Delivery.objects.get(digest__newsletter=a), Delivery.objects.get(digest__newsletter=b)

    page = bob.get(LEDGER, {"digest__id__exact": own.digest_id})

    assert list(page.context["cl"].result_list) == [own]
    assert str(own.digest) in page.text
    assert str(other.digest) not in page.text
    assert not bob.get(LEDGER, {"digest__id__exact": other.digest_id}).context["cl"].result_list


@pytest.mark.parametrize("number", ["9" * 25, "x"])
def test_a_digest_that_cannot_be_filters_nothing(alice: Client, number: str) -> None:
    assert alice.get(LEDGER, {"digest__id__exact": number}).status_code == 200


def test_a_filter_offers_the_values_of_the_newest_rows(alice: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(large, "SAMPLE", 2)
    for locale in ("de", "ko", "en"):
        make_subscription(locale=locale)

    page = alice.get(READERS)

    assert [text for text in ("de", "en", "ko") if f"?locale={text}" in page.text] == ["en", "ko"]


@pytest.mark.parametrize("make", [lambda row: row.digest, lambda row: row.digest.newsletter, lambda row: row.sender])
def test_what_is_kept_by_others_says_by_what_sort_and_names_no_row(alice: Client, make: Any) -> None:
    kept = make(make_delivery(make_approved(make_digest())))
    address = reverse(f"admin:{kept._meta.app_label}_{kept._meta.model_name}_delete", args=[kept.pk])

    with CaptureQueriesContext(connection) as asked:
        page = alice.get(address)

    assert "protected" in page.text
    assert "<li>Deliveries</li>" in page.text or "<li>Digests</li>" in page.text
    assert not any('"delivery_delivery"."reason"' in query["sql"] for query in asked)


def test_what_goes_with_a_row_is_counted(alice: Client, django_assert_max_num_queries: Any) -> None:
    draft = make_digest(papers=68)

    with django_assert_max_num_queries(20):
        page = alice.get(reverse("admin:digests_digest_delete", args=[draft.pk]))

    assert "<li>Entries: 68</li>" in page.text
    assert alice.post(page.request["PATH_INFO"], {"post": "yes"}).status_code == 302
    assert not Digest.objects.exists()


def test_a_user_is_deleted_with_roles_and_the_lines_of_the_log_counted(alice: Client) -> None:
    bob = member(make_issue("News A"), Role.Kind.EDITOR)
    kind = ContentType.objects.get_for_model(Digest)
    LogEntry.objects.bulk_create(LogEntry(user=bob, content_type=kind, action_flag=2) for _line in range(30))

    page = alice.get(reverse("admin:staff_user_delete", args=[bob.pk]))

    assert "<li>Log entries: 30</li>" in page.text
    assert alice.post(page.request["PATH_INFO"], {"post": "yes"}).status_code == 302
    assert not User.objects.filter(pk=bob.pk).exists()


def test_summaries_are_found_by_the_titles_of_papers(alice: Client) -> None:
    make_paper(title="A kite that plans", summaries={"en": "- One."})
    make_paper(title="A kite", summaries={"en": "- Two."})

    page = alice.get(reverse("admin:digests_summary_changelist"), {"q": "kite plans"})

    assert [row.text for row in page.context["cl"].result_list] == ["- One."]


def test_the_statuses_of_digests_are_told_without_counting() -> None:
    sent, other = make_approved(make_digest()), make_approved(make_digest(day=date(2026, 4, 1)))
    for status in ("planned", "sent", "sent", "uncertain"):
        make_delivery(sent, status=status, sent_at=MORNING if status == "sent" else None)

    assert statuses_of([sent, other]) == {sent.pk: {"planned", "sent", "uncertain"}, other.pk: frozenset()}
    assert statuses_of([]) == {}

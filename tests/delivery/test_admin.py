"""The ledger in the admin: rows are settled by name, and the editor is told what was not and why."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from newsletter.delivery.models import Delivery
from newsletter.staff.models import Role
from tests.factories import make_approved, make_delivery, make_digest, make_publisher, make_subscription, make_user

pytestmark = pytest.mark.django_db
LIST = reverse("admin:delivery_delivery_changelist")


@pytest.fixture
def alice(client: Client) -> Client:
    client.force_login(make_publisher(), backend="django.contrib.auth.backends.ModelBackend")
    return client


def make_row(*, days_ago: int = 0, **values: object) -> Delivery:
    """A row of a digest of today, or of an earlier day, for a reader who reads at this hour."""
    now = datetime.now(UTC)
    digest = make_approved(make_digest(day=(now - timedelta(days=days_ago)).date()))
    reader = make_subscription(digest.newsletter, hour=now.hour)
    return make_delivery(digest, reader, due_at=now, ready_at=now, **values)


def act(client: Client, action: str, *rows: Delivery) -> str:
    """Runs the action on the rows; the page that follows."""
    chosen = {"action": action, "_selected_action": [row.pk for row in rows]}
    page = client.post(LIST, chosen, follow=True).content.decode()
    for row in rows:
        row.refresh_from_db()
    return page


def test_an_editor_settles_what_is_uncertain_and_is_named(alice: Client) -> None:
    row = make_row(status="uncertain")

    page = act(alice, "it_arrived", row)

    assert "1 row was changed." in page
    assert row.status == "sent"
    assert row.settled_by is not None
    assert row.settled_by.username == "alice"


def test_what_is_too_late_to_be_sent_again_is_said_and_left_as_it_is(alice: Client) -> None:
    fresh, old = make_row(status="uncertain"), make_row(status="uncertain", days_ago=3)

    page = act(alice, "send_again", fresh, old)

    assert "1 row was changed." in page
    assert "1 row was left as it is (too late)." in page
    assert (fresh.status, old.status) == ("planned", "uncertain")


def test_each_reason_is_said_once_with_its_rows(alice: Client) -> None:
    rows = [make_row(status="uncertain", days_ago=3), make_row(status="uncertain", days_ago=3)]

    page = act(alice, "send_again", *rows, make_row(status="sent", sent_at=datetime.now(UTC)))

    assert "2 rows were left as they are (too late)." in page
    assert "1 row was left as it is (the status is sent)." in page


def test_rows_of_other_newsletters_are_not_changed(client: Client) -> None:
    own, seen = make_row(status="uncertain"), make_row(status="uncertain")
    bob = make_user("bob", is_staff=True)
    Role.objects.create(user=bob, newsletter=own.digest.newsletter, role=Role.Kind.PUBLISHER)
    Role.objects.create(user=bob, newsletter=seen.digest.newsletter, role=Role.Kind.VIEWER)
    client.force_login(bob, backend="django.contrib.auth.backends.ModelBackend")

    page = act(client, "it_arrived", own, seen)

    assert "1 row was left as it is (bob lacks the permission)." in page
    assert (own.status, seen.status) == ("sent", "uncertain")

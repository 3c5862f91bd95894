"""The log of acts: what somebody did stays as it was written, whatever is asked of the database."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from newsletter.staff import acting
from newsletter.staff.models import Act
from tests.factories import make_digest, make_subscription, make_user

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC)


def make_act(*, at: datetime = NOW) -> Act:
    return Act.objects.create(at=at, verb="approve", kind="digests.digest", thing="1", name="Papers")


def test_an_act_says_who_did_what_to_which_digest() -> None:
    digest, alice = make_digest(), make_user("alice")

    acting.record("approve", digest, by=alice, before={"status": "draft"}, after={"status": "approved"})

    act = Act.objects.get()
    assert (act.username, act.verb, act.kind, act.thing) == ("alice", "approve", "digests.digest", str(digest.pk))
    assert (act.newsletter, act.before, act.after) == (
        digest.newsletter_id,
        {"status": "draft"},
        {"status": "approved"},
    )


def test_an_act_outlives_its_user() -> None:
    alice = make_user("alice")
    acting.record("approve", make_digest(), by=alice)

    alice.delete()

    assert Act.objects.get().username == "alice"


def test_no_act_can_be_changed() -> None:
    make_act()

    with pytest.raises(DatabaseError, match="neither changed nor deleted"), transaction.atomic():
        Act.objects.update(username="mallory")

    assert Act.objects.get().username == ""


def test_no_act_of_two_years_can_be_deleted() -> None:
    make_act(at=NOW - timedelta(days=700))

    with pytest.raises(DatabaseError, match="neither changed nor deleted"), transaction.atomic():
        Act.objects.all().delete()

    assert Act.objects.count() == 1


def test_the_log_is_not_emptied_at_once() -> None:
    make_act()
    statement = {"postgresql": "TRUNCATE staff_act", "sqlite": "DELETE FROM staff_act"}[connection.vendor]

    with pytest.raises(DatabaseError, match="neither changed nor deleted"), transaction.atomic():
        connection.cursor().execute(statement)

    assert Act.objects.count() == 1


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL replaces no rows")
def test_no_act_can_be_replaced() -> None:
    act = make_act()
    columns = ", ".join(str(field.column) for field in Act._meta.concrete_fields if not field.primary_key)
    replace = f"INSERT OR REPLACE INTO staff_act (id, {columns}) SELECT id, {columns} FROM staff_act WHERE id = %s"

    with pytest.raises(DatabaseError, match="neither changed nor deleted"), transaction.atomic():
        connection.cursor().execute(replace, [act.pk])


def test_older_acts_are_forgotten() -> None:
    make_act(at=NOW - timedelta(days=740))
    make_act()

    assert acting.forget(now=NOW) == 1
    assert Act.objects.count() == 1


def test_rows_of_readers_have_no_place_there() -> None:
    with pytest.raises(ValueError, match="no place"):
        acting.record("change", make_subscription(), by=None)


def test_no_address_of_a_user_stands_in_the_log() -> None:
    alice = make_user("alice", email="alice@example.org")

    acting.record("change", alice, by=alice, before={"email": "alice@example.org"}, after={"email": "a@example.org"})

    act = Act.objects.get()
    assert "example.org" not in str([act.before, act.after, act.name])

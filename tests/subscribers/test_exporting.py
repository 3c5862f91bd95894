"""Readers and suppressions as a file."""

import csv
import io
import json
import tracemalloc

import pytest
from django.core.exceptions import PermissionDenied

from digests.models import Newsletter
from newsletter.staff.models import Act, Role
from newsletter.subscribers import exporting, membership
from newsletter.subscribers.models import Subscriber, Subscription, Suppression
from tests.factories import address_hash, make_newsletter, make_subscription, make_topic
from tests.staff.pages import member
from tests.subscribers.importing.lists import NOW, alice, imported, readers

pytestmark = pytest.mark.django_db


def exported(newsletter: Newsletter, form: str = "csv", *, everybody: bool = False) -> str:
    return "".join(exporting.export_readers(newsletter, form=form, everybody=everybody, by=alice()))


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_the_active_readers_of_one_newsletter_are_in_it_with_their_topics() -> None:
    newsletter = make_newsletter()
    topics = [make_topic(newsletter, slug) for slug in ("robots", "agents")]
    make_subscription(newsletter, address="bob@example.org", topics=topics, words="secret")
    make_subscription(newsletter, address="left@example.org", status="ended", end_reason="left", ended_at=NOW)
    make_subscription(address="other@example.org")

    text = exported(newsletter)

    assert [(row["email"], row["topics"], row["status"]) for row in rows(text)] == [
        ("bob@example.org", "agents robots", "active")
    ]
    assert "secret" not in text
    assert json.loads(exported(newsletter, "json"))[0]["email"] == "bob@example.org"
    assert len(rows(exported(newsletter, everybody=True))) == 2


def test_an_empty_list_is_one_as_well() -> None:
    newsletter = make_newsletter()

    assert rows(exported(newsletter)) == []
    assert json.loads(exported(newsletter, "json")) == []


@pytest.mark.parametrize("address", ["=cmd@example.org", "+1@example.org", "-x@example.org"])
def test_no_cell_is_a_formula(address: str) -> None:
    newsletter = make_newsletter()
    make_subscription(newsletter, address=address)

    assert rows(exported(newsletter))[0]["email"] == f"'{address}"


def test_what_was_exported_can_be_brought_to_another_newsletter() -> None:
    old, new = make_newsletter(), make_newsletter()
    make_subscription(old, address="bob@example.org", locale="ko", hour=5)
    make_subscription(old, address="left@example.org", status="ended", end_reason="left", ended_at=NOW)

    imported(new, exported(old, everybody=True))

    assert readers(new) == {"bob@example.org": "active"}
    assert (new.subscriptions.get().locale, new.subscriptions.get().hour) == ("ko", 5)


def test_suppressions_are_hashes() -> None:
    newsletter = make_newsletter()
    membership.suppress(address_hash("a@example.org"), newsletter, Suppression.Reason.ASKED)
    membership.suppress(address_hash("b@example.org"), None, Suppression.Reason.ERASED)
    membership.suppress(address_hash("c@example.org"), make_newsletter(), Suppression.Reason.ASKED)

    text = "".join(exporting.export_suppressions(newsletter, form="csv", by=alice()))

    found = {(row["address_hash"], row["newsletter"], row["reason"]) for row in rows(text)}
    assert found == {(address_hash("a@example.org"), "own", "asked"), (address_hash("b@example.org"), "", "erased")}


def test_it_is_in_the_log_before_the_first_line_leaves() -> None:
    newsletter = make_newsletter()
    make_subscription(newsletter)

    exporting.export_readers(newsletter, form="csv", everybody=False, by=alice())

    act = Act.objects.get()
    assert (act.verb, act.after["count"], act.newsletter) == ("export readers", 1, newsletter.pk)


@pytest.mark.parametrize("kind", [kind for kind in Role.Kind.values if kind != "administrator"])
def test_it_takes_an_administrator(kind: str) -> None:
    newsletter = make_newsletter()
    bob = member(newsletter, kind)

    with pytest.raises(PermissionDenied):
        exporting.export_readers(newsletter, form="csv", everybody=False, by=bob)
    with pytest.raises(PermissionDenied):
        exporting.export_suppressions(newsletter, form="csv", by=bob)


def test_memory_stays_flat(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "CHUNK", 100)
    newsletter = make_newsletter()
    people = Subscriber.objects.bulk_create(
        Subscriber(address=f"r{n}@example.com", address_hash=address_hash(f"r{n}@example.com")) for n in range(4000)
    )
    Subscription.objects.bulk_create(
        Subscription(subscriber=one, newsletter=newsletter, status="active", confirmed_at=NOW) for one in people
    )
    stream = exporting.export_readers(newsletter, form="csv", everybody=False, by=alice())
    next(stream)

    tracemalloc.start()
    count = sum(1 for _line in stream)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert count == 4000
    assert peak < 2_000_000

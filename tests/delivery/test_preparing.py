"""Editions that a claim needs: made once, and in an order that two claims have in common."""

import json

import pytest

from digests import editions
from digests.editions import current
from digests.models import Edition, Revision
from newsletter.delivery import sending
from newsletter.delivery.models import Delivery
from newsletter.delivery.preparing import Approved, Prepared, numbers_of, prepare
from tests.factories import MORNING, make_approved, make_delivery

pytestmark = pytest.mark.django_db


def edition() -> Prepared:
    """The edition of a new digest that a reader without wishes gets."""
    found = prepare(Approved(*current(make_approved())), json.dumps(["en", "", 0, None, "full", "html", None]))
    assert found is not None
    return found


@pytest.mark.django_db(transaction=True)  # who it belongs to is checked at the commit
def test_an_edition_that_was_deleted_meanwhile_is_made_anew() -> None:
    digest = make_approved()
    first = make_delivery(digest)
    sending.send_due(first.sender, now=MORNING)
    Delivery.objects.all().delete()
    Edition.objects.all().delete()
    for _reader in range(2):
        make_delivery(digest)

    sending.send_due(first.sender, now=MORNING)

    assert set(Delivery.objects.values_list("status", flat=True)) == {"sent"}


def test_two_claims_make_the_editions_of_two_newsletters_in_the_same_order(monkeypatch: pytest.MonkeyPatch) -> None:
    original, seen = editions.editions_for, list[int]()

    def watched(revision: Revision, keys: object) -> object:
        seen.append(revision.pk)
        return original(revision, keys)  # type: ignore[arg-type]  # handed on as they came

    monkeypatch.setattr(editions, "editions_for", watched)
    wanted = [edition() for _newsletter in range(8)]

    numbers_of(reversed(wanted))

    assert seen == [one.approved.revision.pk for one in wanted]

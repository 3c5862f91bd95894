"""The journal is ahead of the database with a claim, and behind it with a new one: whenever a worker dies, it tells."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import pytest
from pytest_django import Settings

from newsletter.delivery import claiming, ledger, sending
from newsletter.delivery.models import Delivery
from newsletter.delivery.sweeping import sweep
from newsletter.postbox import senders
from newsletter.postbox.answers import Answer, Kind
from newsletter.postbox.journal import journals
from newsletter.postbox.models import Sender
from newsletter.postbox.slices import More
from tests.factories import MORNING, make_approved, make_delivery

pytestmark = pytest.mark.django_db
TAKEN = Answer(Kind.SENT)


class Died(Exception):
    """The worker is gone, and says nothing more to its database."""


class TwoLanes:
    """A postbox that has answers for the mails of its first slice, and has begun one of the second when it asks again.

    Where `dies` is set the worker dies with it.
    """

    lanes, slice_rows = 2, 10

    def __init__(self, *, dies: bool = False) -> None:
        self.dies = dies

    def __call__(self, _sender: Sender) -> AbstractContextManager["TwoLanes"]:
        return nullcontext(self)

    def carry(self, more: More) -> None:
        first, second = more(2)
        while (mail := first.next()) is not None:
            first.begin(mail)
            first.answer(mail, TAKEN)
        if (mail := second.next()) is not None:
            second.begin(mail)
        if self.dies:
            raise Died
        more(1)


@pytest.fixture
def sender() -> Sender:
    """One with twelve due readers: two slices of ten and of two."""
    digest = make_approved()
    for _row in range(12):
        delivery = make_delivery(digest)
    return delivery.sender


def dying(verb: Callable[..., Any], *, first: bool) -> Callable[..., Any]:
    """The verb, done or not, and then nobody hears of it: nor of any later one."""
    gone: list[bool] = []

    def die(*args: Any, **options: Any) -> None:
        if first and not gone:
            verb(*args, **options)
        gone.append(True)
        raise Died

    return die


def send(sender: Sender) -> None:
    with pytest.raises(Died):
        sending.send_due(sender, now=MORNING)


def statuses() -> list[str]:
    return list(Delivery.objects.order_by("pk").values_list("status", flat=True))


@pytest.fixture(autouse=True)
def two_lanes(monkeypatch: pytest.MonkeyPatch) -> TwoLanes:
    postbox = TwoLanes()
    monkeypatch.setattr(senders, "postbox_of", postbox)
    return postbox


def test_the_journals_name_a_claim_before_the_database_does(
    sender: Sender, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "claim", dying(claiming.claim, first=True))

    send(sender)
    assert set(statuses()) == {"sending"}
    sweep(settings.JOURNAL_DIR, now=MORNING)

    assert statuses() == ["planned"] * 12
    assert journals(settings.JOURNAL_DIR) == []


def test_a_journal_is_started_anew_only_after_its_outcomes_are_written(
    sender: Sender, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = ledger.record
    monkeypatch.setattr(ledger, "record", dying(record, first=False))

    send(sender)
    assert set(statuses()) == {"sending"}
    monkeypatch.setattr(ledger, "record", record)
    sweep(settings.JOURNAL_DIR, now=MORNING)

    assert statuses() == ["sent"] * 10 + ["uncertain", "planned"]


def test_journals_that_could_not_be_recorded_at_the_end_stay_for_the_sweeper(
    sender: Sender, settings: Settings, monkeypatch: pytest.MonkeyPatch, two_lanes: TwoLanes
) -> None:
    record, two_lanes.dies = ledger.record, True
    monkeypatch.setattr(ledger, "record", dying(record, first=False))

    send(sender)
    assert len(journals(settings.JOURNAL_DIR)) == 2
    monkeypatch.setattr(ledger, "record", record)
    sweep(settings.JOURNAL_DIR, now=MORNING)

    assert statuses() == ["sent"] * 10 + ["uncertain", "planned"]
    assert journals(settings.JOURNAL_DIR) == []


def test_a_turn_that_ends_well_leaves_no_journal(sender: Sender, settings: Settings) -> None:
    sending.send_due(sender, now=MORNING)

    assert statuses() == ["sent"] * 10 + ["uncertain", "planned"]
    assert journals(settings.JOURNAL_DIR) == []

"""After a crash: what was answered stands, what had begun is in doubt, and everybody else gets the mail."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from pytest_django import Settings

from newsletter.delivery import ledger, sending
from newsletter.delivery.claiming import claim
from newsletter.delivery.models import Delivery
from newsletter.delivery.sweeping import sweep
from newsletter.postbox.answers import Answer, Kind
from newsletter.postbox.journal import Journal, journals
from newsletter.postbox.outcomes import Outcome
from tests.conftest import Outbox
from tests.factories import MORNING, make_approved, make_delivery

pytestmark = pytest.mark.django_db


def a_worker_that_dies(settings: Settings, *, rows: int) -> tuple[Journal, list[int]]:
    """It has claimed rows, and its journal is there; the rest is up to the test."""
    digest = make_approved()
    deliveries = [make_delivery(digest) for _row in range(rows)]
    journal, slice_ = Journal(settings.JOURNAL_DIR), uuid4()
    journal.start(slice_)
    claimed = claim(deliveries[0].sender, now=MORNING, limit=rows, slices=[slice_])
    return journal, [row.id for row in claimed[slice_]]


def statuses(rows: list[int]) -> list[str]:
    found = dict(Delivery.objects.values_list("pk", "status"))
    return [found[row] for row in rows]


def test_each_row_ends_with_what_the_journal_knows_of_it(settings: Settings) -> None:
    journal, rows = a_worker_that_dies(settings, rows=5)
    for row in rows[:4]:
        journal.begin(row)
    journal.answer(rows[0], Answer(Kind.SENT))
    journal.answer(rows[1], Answer(Kind.REFUSED, "no such user"))
    journal.answer(rows[2], Answer(Kind.BUSY, "later"))
    journal.leave()

    sweep(settings.JOURNAL_DIR, now=MORNING)

    assert statuses(rows) == ["sent", "failed", "planned", "uncertain", "planned"]
    busy, unbegun = Delivery.objects.get(pk=rows[2]), Delivery.objects.get(pk=rows[4])
    assert (busy.attempts, busy.ready_at > MORNING) == (1, True)
    assert (unbegun.attempts, unbegun.ready_at) == (0, MORNING)
    assert journals(settings.JOURNAL_DIR) == []


def test_an_uncertain_row_names_its_worker_and_the_time(settings: Settings) -> None:
    journal, [row] = a_worker_that_dies(settings, rows=1)
    journal.begin(row)
    journal.leave()

    sweep(settings.JOURNAL_DIR, now=MORNING)

    delivery = Delivery.objects.get()
    assert ":" in delivery.worker
    assert delivery.claimed_at is not None
    assert "killed" in delivery.reason


def test_a_journal_that_is_found_after_the_lease_settles_what_was_in_doubt(settings: Settings) -> None:
    journal, rows = a_worker_that_dies(settings, rows=3)
    journal.begin(rows[0])
    journal.answer(rows[0], Answer(Kind.SENT))
    journal.begin(rows[1])
    journal.leave()
    Delivery.objects.update(lease_until="2020-01-01T00:00Z")
    ledger.settle_leases()
    assert statuses(rows) == ["uncertain"] * 3

    sweep(settings.JOURNAL_DIR, now=MORNING)

    assert statuses(rows) == ["sent", "uncertain", "planned"]


def test_after_a_restart_of_the_machine_a_row_without_a_mark_may_have_left(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal, rows = a_worker_that_dies(settings, rows=4)
    for row in rows[:3]:
        journal.begin(row)
    journal.answer(rows[0], Answer(Kind.SENT))
    journal.answer(rows[1], Answer(Kind.BUSY, "later"))
    journal.leave()
    monkeypatch.setattr("newsletter.postbox.journal.boot", lambda: bytes(16))

    sweep(settings.JOURNAL_DIR, now=MORNING)

    assert statuses(rows) == ["sent", "planned", "uncertain", "uncertain"]
    assert "restarted" in Delivery.objects.get(pk=rows[3]).reason


def test_a_journal_that_cannot_be_read_does_not_keep_others_waiting(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    journal, rows = a_worker_that_dies(settings, rows=1)
    journal.leave()
    for name in ("0.journal", "of-another-user.journal", "z.journal"):
        (settings.JOURNAL_DIR / name).mkdir()  # raises OSError for every user, as a file of another does for most

    assert sweep(settings.JOURNAL_DIR, now=MORNING) == 1

    assert statuses(rows) == ["planned"]
    assert "journal of-another-user.journal cannot be read: Is a directory" in caplog.text


def test_a_journal_that_cannot_be_settled_stays_and_the_others_are(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    dead = [a_worker_that_dies(settings, rows=1) for _worker in range(3)]
    for journal, _rows in dead:
        journal.leave()
    odd, _rows = dead[1]
    record = ledger.record

    def settle(outcomes: list[tuple[UUID, Outcome]], *, at: datetime) -> int:
        if outcomes[0][0] == odd.claim:
            raise ValueError("an odd row")
        return record(outcomes, at=at)

    monkeypatch.setattr(ledger, "record", settle)
    assert sweep(settings.JOURNAL_DIR, now=MORNING) == 2

    assert [statuses(rows) for _journal, rows in dead] == [["planned"], ["sending"], ["planned"]]
    assert journals(settings.JOURNAL_DIR) == [odd.path]
    assert "ValueError: an odd row" in caplog.text


def test_what_a_person_has_settled_since_stays_settled(settings: Settings) -> None:
    journal, rows = a_worker_that_dies(settings, rows=1)
    journal.begin(rows[0])
    journal.leave()
    Delivery.objects.update(status="sent", sent_at=MORNING, claim=None, lease_until=None)

    sweep(settings.JOURNAL_DIR, now=MORNING)

    assert statuses(rows) == ["sent"]


def test_a_worker_that_lives_is_left_alone(settings: Settings) -> None:
    journal, rows = a_worker_that_dies(settings, rows=2)

    assert sweep(settings.JOURNAL_DIR, now=MORNING) == 0

    assert statuses(rows) == ["sending"] * 2
    journal.close()


def test_the_next_turn_on_the_machine_sends_what_the_dead_one_did_not_begin(settings: Settings, outbox: Outbox) -> None:
    journal, rows = a_worker_that_dies(settings, rows=3)
    journal.begin(rows[0])
    journal.leave()

    sending.send_due(Delivery.objects.all()[0].sender, now=MORNING + timedelta(minutes=1))

    assert statuses(rows) == ["uncertain", "sent", "sent"]
    assert len(outbox.mails()) == 2

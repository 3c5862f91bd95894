"""Whatever happens to a worker, a letter leaves once, and what is not known of it is said."""

import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from pytest_django import Settings

from newsletter.delivery.sweeping import sweep
from newsletter.postbox import letters, outbox, queries
from newsletter.postbox.answers import Answer, Kind
from newsletter.postbox.file import FilePostbox
from newsletter.postbox.journal import Journal
from newsletter.postbox.message import Message
from newsletter.postbox.models import Letter
from newsletter.postbox.outcomes import STOPPED
from tests.factories import make_sender
from tests.postbox.letters import lease_runs_out, make_letter, status_of
from tests.postbox.makers import NOON
from tests.sinks import CUT, SmtpSink

Status = Letter.Status


@pytest.mark.django_db
def test_a_lost_answer_is_uncertain_and_never_sent_again(sink: SmtpSink) -> None:
    sink.at("BODY", CUT)
    letter = make_letter()

    letters.send_due(letter.sender, now=NOON)
    letters.send_due(letter.sender, now=NOON + timedelta(days=1))

    assert status_of(letter) == Status.UNCERTAIN
    assert len(sink.mails) == 1


@pytest.mark.django_db
def test_a_worker_killed_between_claim_and_answer_leaves_its_letters_uncertain(sink: SmtpSink) -> None:
    letter = make_letter()
    outbox.claim(letter.sender, claim=uuid4(), now=NOON, limit=10)

    assert letters.send_due(letter.sender, now=NOON) == 0
    assert letters.settle_letters() == 0
    lease_runs_out(letter)
    assert letters.settle_letters() == 1

    assert status_of(letter) == Status.UNCERTAIN
    assert letters.send_due(letter.sender, now=NOON + timedelta(days=1)) == 0
    assert sink.mails == []


@pytest.mark.django_db
def test_a_worker_that_saw_the_outbox_too_early_claims_nothing_twice(
    sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter = make_letter()
    monkeypatch.setattr(queries, "due_letters", lambda sender, _now: Letter.objects.filter(sender=sender))

    claims = [outbox.claim(letter.sender, claim=uuid4(), now=NOON, limit=10) for _worker in range(2)]

    assert [len(claim) for claim in claims] == [1, 0]


@pytest.mark.django_db
def test_an_answer_after_the_lease_still_settles_its_own_claim(sink: SmtpSink) -> None:
    letter = make_letter()
    (claimed,) = outbox.claim(letter.sender, claim=uuid4(), now=NOON, limit=1)
    lease_runs_out(letter)
    letters.settle_letters()

    was_recorded = outbox.record(claimed, Answer(Kind.SENT), now=NOON)

    assert was_recorded
    assert status_of(letter) == Status.SENT


@pytest.mark.django_db
def test_an_answer_of_an_older_claim_says_nothing_of_the_letter_now(sink: SmtpSink) -> None:
    letter = make_letter()
    (before,) = outbox.claim(letter.sender, claim=uuid4(), now=NOON, limit=1)
    outbox.release([before])
    outbox.claim(letter.sender, claim=uuid4(), now=NOON, limit=1)

    was_recorded = outbox.record(before, Answer(Kind.REFUSED, "no"), now=NOON)

    assert not was_recorded
    assert status_of(letter) == Status.SENDING


@pytest.mark.django_db
def test_after_a_failure_of_our_own_the_journal_tells_what_has_left(
    sink: SmtpSink, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    sender = make_sender()
    waiting = [make_letter(sender) for _ in range(3)]

    def stop(*_anything: object, **_more: object) -> bool:
        raise MemoryError

    monkeypatch.setattr(outbox, "record", stop)
    with pytest.raises(MemoryError):
        letters.send_due(sender, now=NOON)
    monkeypatch.undo()
    sweep(settings.JOURNAL_DIR, now=NOON)

    assert [status_of(letter) for letter in waiting] == [Status.SENT, Status.PLANNED, Status.PLANNED]
    assert len(sink.mails) == 1


@pytest.mark.django_db
def test_a_crash_in_the_middle_leaves_only_the_letter_in_doubt_that_was_begun(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    sender = make_sender()
    waiting = [make_letter(sender) for _ in range(3)]

    def crash(_self: FilePostbox, _message: Message) -> Answer:
        raise MemoryError

    monkeypatch.setattr(FilePostbox, "_send", crash)
    with pytest.raises(MemoryError):
        letters.send_due(sender, now=NOON)

    assert [status_of(letter) for letter in waiting] == [Status.UNCERTAIN, Status.PLANNED, Status.PLANNED]
    assert [letter.reason for letter in waiting] == [STOPPED, "", ""]


@pytest.mark.django_db
def test_after_a_restart_of_the_machine_no_letter_of_the_claim_is_sent_again(
    sink: SmtpSink, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    sender = make_sender()
    waiting = [make_letter(sender) for _ in range(3)]
    journal, claim = Journal(settings.JOURNAL_DIR), uuid4()
    journal.start(claim)
    outbox.claim(sender, claim=claim, now=NOON, limit=10)
    journal.begin(waiting[0].pk)
    journal.answer(waiting[0].pk, Answer(Kind.SENT))
    journal.begin(waiting[1].pk)
    journal.leave()
    monkeypatch.setattr("newsletter.postbox.journal.boot", lambda: bytes(16))

    sweep(settings.JOURNAL_DIR, now=NOON)

    assert [status_of(letter) for letter in waiting] == [Status.SENT, Status.UNCERTAIN, Status.UNCERTAIN]
    assert letters.send_due(sender, now=NOON) == 0


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_each_letter_once(sink: SmtpSink) -> None:
    sender = make_sender()
    for number in range(60):
        make_letter(sender, to=f"reader-{number}@example.com")
    start = threading.Barrier(3)
    sent: list[int] = []

    def work() -> None:
        start.wait()
        sent.append(letters.send_due(sender, now=NOON))
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert sum(sent) == 60
    assert len(sink.mails) == len({mail.recipient for mail in sink.mails}) == 60
    assert set(Letter.objects.values_list("status", flat=True)) == {Status.SENT}

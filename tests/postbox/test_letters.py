"""A letter is written once, leaves once, and is forgotten; whatever happens on the way is known of it."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.db.models.functions import Now
from pytest_django import Settings

from newsletter.delivery.sweeping import sweep
from newsletter.postbox import letters, outbox, queries, tasks
from newsletter.postbox.answers import Answer, Kind
from newsletter.postbox.models import Letter, Sender
from newsletter.postbox.senders import pause, resume
from tests.factories import make_sender
from tests.postbox.makers import NOON
from tests.sinks import CUT, SmtpSink

Status = Letter.Status
MINUTE = timedelta(minutes=1)


@pytest.fixture
def sink(settings: Settings) -> Iterator[SmtpSink]:
    with SmtpSink() as server:
        settings.POSTBOX_URL = server.url
        yield server


@pytest.fixture
def words(settings: Settings, tmp_path: Path) -> Callable[..., None]:
    """Templates of a kind of letter, as a test wants them."""
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path / "templates"]}]

    def write(kind: str, *, subject: str, body: str, mjml: str) -> None:
        folder = tmp_path / "templates" / "email" / kind
        folder.mkdir(parents=True)
        for name, text in (("subject.txt", subject), ("body.txt", body), ("body.mjml", mjml)):
            (folder / name).write_text(text)

    return write


def make_letter(sender: Sender | None = None, *, to: str = "ada@example.com", **values: Any) -> Letter:
    defaults = {"kind": "link", "locale": "en", "subject": "Your link", "text": "Here it is", "ready_at": NOON}
    return Letter.objects.create(sender=sender or make_sender(), to=to, **defaults | values)


def status_of(letter: Letter) -> str:
    letter.refresh_from_db()
    return letter.status


def lease_runs_out(letter: Letter) -> None:
    Letter.objects.filter(pk=letter.pk).update(lease_until=Now() - MINUTE)


@pytest.mark.django_db
def test_a_letter_is_worded_in_the_readers_language(words: Callable[..., None]) -> None:
    words(
        "link",
        subject="{% load i18n %}{% translate 'Monday' %}\n {{ name }}",
        body="{{ lang }}: {{ name }}",
        mjml='<mjml lang="{{ lang }}" dir="{{ dir }}"><mj-body><mj-section><mj-column>'
        "<mj-text>{{ name }}</mj-text></mj-column></mj-section></mj-body></mjml>",
    )

    letter = letters.write(
        sender=make_sender(), kind="link", to="ada@example.com", locale="ar", context={"name": "A & <b>"}, now=NOON
    )

    assert letter.subject == "الاثنين A & <b>"
    assert letter.text == "ar: A & <b>"
    assert "A &amp; &lt;b&gt;" in letter.html
    assert 'dir="rtl"' in letter.html
    assert (letter.status, letter.ready_at) == (Status.PLANNED, NOON)


@pytest.mark.django_db
def test_a_letter_leaves_once(sink: SmtpSink) -> None:
    letter = make_letter(html="<p>Here</p>")

    handed_over = [letters.send_due(letter.sender, now=NOON) for _twice in range(2)]

    assert handed_over == [1, 0]
    assert status_of(letter) == Status.SENT
    assert letter.sent_at == NOON
    (mail,) = sink.mails
    assert (mail.sender, mail.recipient) == ("papers@example.org", "ada@example.com")
    assert mail.parsed["Message-ID"].startswith(f"<l{letter.pk}.")
    assert mail.parsed["Auto-Submitted"] == "auto-generated"
    assert not any(name.startswith("List-") for name in mail.parsed)


@pytest.mark.django_db
def test_letters_wait_for_their_time_and_for_their_sender(sink: SmtpSink) -> None:
    sender = make_sender()
    early = make_letter(sender, ready_at=NOON + MINUTE)
    of_another = make_letter()

    handed_over = letters.send_due(sender, now=NOON)

    assert handed_over == 0
    assert [status_of(early), status_of(of_another)] == [Status.PLANNED, Status.PLANNED]


@pytest.mark.django_db
def test_more_letters_than_a_slice_leave_over_one_connection(sink: SmtpSink) -> None:
    sender = make_sender()
    for number in range(25):
        make_letter(sender, to=f"reader-{number}@example.com")

    assert letters.send_due(sender, now=NOON, limit=22) == 22
    assert letters.send_due(sender, now=NOON) == 3
    assert len({mail.recipient for mail in sink.mails}) == len(sink.mails) == 25
    assert sink.connections == 2


@pytest.mark.django_db
def test_a_busy_provider_is_tried_later_and_at_last_given_up(sink: SmtpSink) -> None:
    sink.at("RCPT", "451 later")
    letter = make_letter()
    pauses: list[timedelta] = []

    now = NOON
    while status_of(letter) == Status.PLANNED:
        letters.send_due(letter.sender, now=now)
        letter.refresh_from_db()
        pauses.append(letter.ready_at - now)
        now = letter.ready_at

    assert status_of(letter) == Status.FAILED
    assert letter.attempts == 8
    assert letter.reason == "8 attempts: RCPT 451 later"
    assert pauses[:3] == sorted(pauses[:3])
    assert 0.8 * MINUTE <= pauses[0] <= 1.2 * MINUTE


@pytest.mark.django_db
def test_a_refused_reader_fails_alone(sink: SmtpSink) -> None:
    sink.at("RCPT", "550 <nobody@example.com> no such user", match="nobody@")
    sender = make_sender()
    refused, taken = make_letter(sender, to="nobody@example.com"), make_letter(sender)

    letters.send_due(sender, now=NOON)

    assert [status_of(refused), status_of(taken)] == [Status.FAILED, Status.SENT]
    assert refused.reason == "RCPT 550 <(address)> no such user"


@pytest.mark.django_db
def test_a_broken_configuration_pauses_the_sender_and_burns_nobody(sink: SmtpSink) -> None:
    sink.at("MAIL", "550 this sender is not yours", times=1)
    sender = make_sender()
    waiting = [make_letter(sender), make_letter(sender)]

    letters.send_due(sender, now=NOON)

    assert [status_of(letter) for letter in waiting] == [Status.PLANNED, Status.PLANNED]
    assert [letter.attempts for letter in waiting] == [0, 0]
    assert (sender.paused_at, sender.pause_reason) == (NOON, "MAIL 550 this sender is not yours")
    assert letters.send_due(sender, now=NOON) == 0
    resume(sender)
    assert letters.send_due(sender, now=NOON) == 2


@pytest.mark.django_db
def test_a_postbox_url_that_makes_no_sense_pauses_the_sender(settings: Settings) -> None:
    sender = make_sender(postbox_url="pigeon://ada:secret@loft")
    letter = make_letter(sender)

    letters.send_due(sender, now=NOON)

    assert status_of(letter) == Status.PLANNED
    assert "pigeon://" in sender.pause_reason
    assert "secret" not in sender.pause_reason


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
def test_a_sender_paused_meanwhile_sends_no_further_slice(sink: SmtpSink, monkeypatch: pytest.MonkeyPatch) -> None:
    sender = make_sender()
    for _ in range(15):
        make_letter(sender)
    record = outbox.record

    def record_and_pause(letter: Letter, *arguments: Any, **more: Any) -> bool:
        pause(Sender.objects.get(pk=sender.pk), reason="by hand", now=NOON)
        return record(letter, *arguments, **more)

    monkeypatch.setattr(outbox, "record", record_and_pause)

    assert letters.send_due(sender, now=NOON) == letters.SLICE


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


@pytest.mark.django_db
def test_letters_are_forgotten_after_a_week(sink: SmtpSink) -> None:
    old, young = make_letter(), make_letter()
    Letter.objects.filter(pk=old.pk).update(created_at=NOON - timedelta(days=8))
    Letter.objects.filter(pk=young.pk).update(created_at=NOON - timedelta(days=6))

    assert letters.forget(now=NOON) == 1
    assert list(Letter.objects.all()) == [young]


@pytest.mark.django_db
def test_waking_letters_sends_those_of_every_sender_that_is_not_paused(
    sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    woken: list[int] = []
    monkeypatch.setattr(tasks.send_letters, "delay", woken.append)
    due, paused = make_letter(), make_letter()
    pause(paused.sender, reason="by hand", now=NOON)
    make_letter(ready_at=NOON + timedelta(days=36500))

    tasks.wake_letters()

    assert woken == [due.sender.pk]


@pytest.mark.django_db
def test_the_first_reason_of_a_pause_stays(sink: SmtpSink) -> None:
    sender = make_sender()

    first, second = pause(sender, reason="credit", now=NOON), pause(sender, reason="other", now=NOON + MINUTE)

    assert (first, second) == (True, False)
    assert (sender.pause_reason, sender.paused_at) == ("credit", NOON)


@pytest.mark.django_db(transaction=True)
def test_a_provider_that_is_not_there_costs_a_letter_no_attempt(settings: Settings) -> None:
    letter = make_letter()
    settings.POSTBOX_URL = "smtp://127.0.0.1:1?timeout=1"

    letters.send_due(letter.sender, now=NOON)

    letter.refresh_from_db()
    assert (letter.status, letter.attempts) == ("planned", 0)

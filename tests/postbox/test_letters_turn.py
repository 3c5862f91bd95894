"""A turn of letters: how long it goes on, what of the quota it uses up, and who is woken for it."""

from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from django.db import OperationalError
from pytest_django import Settings

from newsletter.postbox import letters, outbox, quota, slices, tasks
from newsletter.postbox.models import Letter, Sender
from newsletter.postbox.senders import pause
from tests.factories import make_sender
from tests.postbox.letters import make_letter, status_of
from tests.postbox.makers import NOON
from tests.sinks import SmtpSink

Status = Letter.Status
MINUTE = timedelta(minutes=1)


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
def test_where_no_connection_is_left_the_letters_that_were_not_begun_go_back(
    sink: SmtpSink, settings: Settings
) -> None:
    settings.POSTBOX_URL = f"{sink.url}&connections=1"
    sink.at("CONNECT", "554 you are not let in")
    sender = make_sender(per_day=100)
    waiting = [make_letter(sender) for _ in range(3)]

    letters.send_due(sender, now=NOON)

    assert [status_of(letter) for letter in waiting] == [Status.PLANNED] * 3
    assert [letter.attempts for letter in waiting] == [0] * 3
    assert quota.counted(sender, now=NOON) == 0


@pytest.mark.django_db
def test_letters_that_never_reached_a_provider_use_up_nothing_of_its_day(settings: Settings) -> None:
    settings.POSTBOX_URL = "smtp://127.0.0.1:1?timeout=1"
    sender = make_sender(per_day=100)
    for _ in range(12):
        make_letter(sender)

    for minute in range(5):
        letters.send_due(sender, now=NOON + minute * MINUTE)

    assert quota.counted(sender, now=NOON + 5 * MINUTE) == 0


@pytest.mark.django_db
def test_letters_that_could_not_be_claimed_use_up_nothing_of_the_day(
    sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    sender = make_sender(per_day=100)
    make_letter(sender)

    def lost(*_anything: object, **_more: object) -> list[Letter]:
        raise OperationalError("the database is away")

    monkeypatch.setattr(outbox, "claim", lost)
    with pytest.raises(OperationalError):
        letters.send_due(sender, now=NOON)

    assert quota.counted(sender, now=NOON) == 0


@pytest.mark.django_db
def test_letters_that_have_left_count(sink: SmtpSink) -> None:
    sink.at("RCPT", "550 no such user", match="nobody@")
    sender = make_sender(per_day=100)
    make_letter(sender)
    make_letter(sender, to="nobody@example.com")

    letters.send_due(sender, now=NOON)

    assert quota.counted(sender, now=NOON) == 2


@pytest.mark.django_db
def test_a_postbox_url_that_makes_no_sense_pauses_the_sender(settings: Settings) -> None:
    sender = make_sender(postbox_url="pigeon://ada:secret@loft")
    letter = make_letter(sender)

    letters.send_due(sender, now=NOON)

    assert status_of(letter) == Status.PLANNED
    assert "pigeon://" in sender.pause_reason
    assert "secret" not in sender.pause_reason


@pytest.mark.django_db
def test_a_turn_of_letters_ends_by_the_clock(sink: SmtpSink, monkeypatch: pytest.MonkeyPatch) -> None:
    sender = make_sender()
    for _ in range(15):
        make_letter(sender)
    seconds, record = count(100, 4), outbox.record
    passed = [next(seconds)]

    def record_slowly(*arguments: Any, **more: Any) -> bool:
        passed.append(next(seconds))
        return record(*arguments, **more)

    monkeypatch.setattr(outbox, "record", record_slowly)
    monkeypatch.setattr(letters, "clock", lambda: passed[-1])
    monkeypatch.setattr(slices, "clock", lambda: passed[-1])

    assert letters.send_due(sender, now=NOON) == 3
    assert Letter.objects.filter(status=Status.PLANNED, attempts=0).count() == 12


@pytest.mark.django_db
def test_a_turn_ends_after_a_slice_of_which_nobody_was_taken_or_refused(sink: SmtpSink) -> None:
    sink.at("RCPT", "451 later")
    sender = make_sender()
    for _ in range(15):
        make_letter(sender)

    assert letters.send_due(sender, now=NOON) == letters.SLICE


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


@pytest.mark.django_db
def test_waking_letters_sends_those_of_every_sender_that_is_not_paused(
    sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    woken: list[tuple[int]] = []
    monkeypatch.setattr(tasks.send_letters, "apply_async", lambda arguments, **_more: woken.append(arguments))
    due, paused = make_letter(), make_letter()
    pause(paused.sender, reason="by hand", now=NOON)
    make_letter(ready_at=NOON + timedelta(days=36500))

    tasks.wake_letters()

    assert woken == [(due.sender.pk,)]


@pytest.mark.django_db
def test_a_call_for_letters_is_forgotten_soon_and_every_sender_comes_first_at_times(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    calls: list[tuple[int, float]] = []
    monkeypatch.setattr(
        tasks.send_letters, "apply_async", lambda arguments, *, expires: calls.append((arguments[0], expires))
    )
    due = {make_letter().sender.pk for _sender in range(2)}

    for _time in range(40):
        tasks.wake_letters()

    assert {sender for sender, _expires in calls[::2]} == due
    assert {expires for _sender, expires in calls} == {tasks.EXPIRES}


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

"""A letter is written once, leaves once, and is forgotten; whatever a provider says of it is known."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from pytest_django import Settings

from newsletter.postbox import letters
from newsletter.postbox.models import Letter
from newsletter.postbox.senders import resume
from tests.factories import make_sender
from tests.postbox.letters import make_letter, status_of
from tests.postbox.makers import NOON
from tests.sinks import SmtpSink

Status = Letter.Status
MINUTE = timedelta(minutes=1)


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
def test_letters_are_forgotten_after_a_week(sink: SmtpSink) -> None:
    old, young = make_letter(), make_letter()
    Letter.objects.filter(pk=old.pk).update(created_at=NOON - timedelta(days=8))
    Letter.objects.filter(pk=young.pk).update(created_at=NOON - timedelta(days=6))

    assert letters.forget(now=NOON) == 1
    assert list(Letter.objects.all()) == [young]

"""The command that an operator runs after restoring a backup: what it says, and what it refuses."""

from datetime import timedelta
from errno import EACCES
from io import StringIO

import pytest
import time_machine
from django.conf import settings
from django.core.management import CommandError, call_command

from newsletter.delivery import restoring
from newsletter.postbox.journal import Journal
from newsletter.postbox.models import Sender
from tests.factories import MORNING, make_approved, make_delivery, make_newsletter, make_sender

pytestmark = pytest.mark.django_db
EIGHT = MORNING + timedelta(hours=1)


@pytest.fixture(autouse=True)
def few_numbers_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sequences are no part of a transaction: later tests would find the numbers that these leave out."""
    monkeypatch.setattr(restoring, "LEFT_OUT", dict.fromkeys(restoring.LEFT_OUT, 1000))


def run(*words: str) -> str:
    out = StringIO()
    with time_machine.travel(EIGHT, tick=False):
        call_command("after_restore", *words, stdout=out)
    return out.getvalue()


def test_the_command_says_what_it_did_and_what_to_do() -> None:
    make_delivery(make_approved(newsletter=make_newsletter(late="skip")))

    said = run("--backup-taken=2026-04-07T03:00")

    assert said.startswith("All workers and the beat have to be stopped")
    assert "Paused senders: 1. Uncertain now: 1 deliveries (0 of them not in the backup), 0 letters.\n" in said
    assert "resume the senders" in said


def test_the_warning_comes_before_anything_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(restoring, "restore", lambda *_folder, **_moments: 1 / 0)
    out = StringIO()

    with pytest.raises(ZeroDivisionError):
        call_command("after_restore", "--backup-taken=2026-04-07T03:00", stdout=out)

    assert "have to be stopped" in out.getvalue()


def test_removed_journals_are_said() -> None:
    Journal(settings.JOURNAL_DIR).leave()

    said = run("--backup-taken=2026-04-07")

    assert "Journals removed from this machine, as they may be out of the backup: 1.\n" in said


def test_a_journal_of_another_user_is_an_error_that_says_who_can(monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(*given: object, **named: object) -> None:
        raise PermissionError(EACCES, "Permission denied", "a.journal")

    monkeypatch.setattr(restoring, "restore", denied)

    with pytest.raises(CommandError, match=r"a\.journal: Permission denied\. Run this as the workers' user"):
        run("--backup-taken=2026-04-07T03:00")


@pytest.mark.parametrize("text", ["yesterday", "2026-04-07T08:00:01", "2026-04-07T06:00:01-02:00"])
def test_a_time_that_cannot_be_is_refused(text: str) -> None:
    with pytest.raises(CommandError, match="--backup-taken"):
        run(f"--backup-taken={text}")


@pytest.mark.parametrize("text", ["2026-04-07T03:00", "2026-04-07T05:00+02:00", "2026-04-07T03:00Z"])
def test_a_time_without_a_zone_is_utc(text: str) -> None:
    make_sender()

    run(f"--backup-taken={text}")

    assert "2026-04-07 03:00 UTC" in Sender.objects.get().pause_reason

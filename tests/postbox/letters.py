"""Makers of letters for the tests of the outbox."""

from datetime import timedelta
from typing import Any

from django.db.models.functions import Now

from newsletter.postbox.models import Letter, Sender
from tests.factories import make_sender
from tests.postbox.makers import NOON


def make_letter(sender: Sender | None = None, *, to: str = "ada@example.com", **values: Any) -> Letter:
    defaults = {"kind": "link", "locale": "en", "subject": "Your link", "text": "Here it is", "ready_at": NOON}
    return Letter.objects.create(sender=sender or make_sender(), to=to, **defaults | values)


def status_of(letter: Letter) -> str:
    letter.refresh_from_db()
    return letter.status


def lease_runs_out(letter: Letter) -> None:
    Letter.objects.filter(pk=letter.pk).update(lease_until=Now() - timedelta(minutes=1))

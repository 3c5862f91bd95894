"""Pausing and resuming a Sender, and the postbox it hands its mails to."""

import logging
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from newsletter.postbox.answers import Answer, Kind
from newsletter.postbox.doors import open_postbox
from newsletter.postbox.models import Sender
from newsletter.postbox.slices import More, Postbox, one_by_one

logger = logging.getLogger(__name__)


def pause(sender: Sender, *, reason: str, now: datetime) -> bool:
    """Nothing more leaves under `sender` until it is resumed. A first reason stays; False if it was paused already."""
    words = reason[:500] or "no reason was given"
    rows = Sender.objects.filter(pk=sender.pk, paused_at__isnull=True).update(paused_at=now, pause_reason=words)
    if rows:
        logger.warning("sender %s is paused: %s", sender.pk, words)
    sender.refresh_from_db()
    return bool(rows)


def resume(sender: Sender) -> bool:
    """Mails leave again; False if it was not paused."""
    rows = Sender.objects.filter(pk=sender.pk, paused_at__isnull=False).update(paused_at=None, pause_reason="")
    if rows:
        logger.info("sender %s is resumed", sender.pk)
    sender.refresh_from_db()
    return bool(rows)


def pause_all(*, reason: str, now: datetime) -> int:
    """Nothing more leaves under any Sender; how many there are. A reason of before stays, behind this one."""
    paused = Sender.objects.all()
    for sender in paused:
        if not pause(sender, reason=reason, now=now) and not sender.pause_reason.startswith(reason):
            words = f"{reason} (before that: {sender.pause_reason})"[:500]
            Sender.objects.filter(pk=sender.pk).update(paused_at=now, pause_reason=words)
    return len(paused)


def is_paused(sender: Sender) -> bool:
    """Whether it is paused at this moment."""
    return Sender.objects.filter(pk=sender.pk, paused_at__isnull=False).exists()


def takes_mail() -> bool:
    """Whether mail can come in: by a mailbox, or by those who know the secret (a provider, a mail server's pipe)."""
    return bool(settings.BOUNCE_MAILBOX or settings.ANYMAIL["WEBHOOK_SECRET"])


def postbox_of(sender: Sender) -> AbstractContextManager[Postbox]:
    """The Sender's own postbox, else POSTBOX_URL's. One that cannot be opened answers BROKEN, and so pauses it."""
    try:
        return open_postbox(sender.postbox_url or settings.POSTBOX_URL)
    except ImproperlyConfigured as problem:
        return nullcontext(ClosedPostbox(str(problem)))


class ClosedPostbox:
    """Takes nothing, and says why."""

    lanes = 1
    slice_rows = 1

    def __init__(self, reason: str) -> None:
        self.reason = reason

    def carry(self, more: More) -> None:
        one_by_one(more, lambda _message: Answer(Kind.BROKEN, self.reason))

"""Pausing and resuming a Sender, and the postbox it hands its mails to."""

import logging
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.db import transaction
from django.utils.translation import gettext

from newsletter.postbox.answers import Answer, Kind
from newsletter.postbox.doors import open_postbox
from newsletter.postbox.models import Sender
from newsletter.postbox.slices import More, Postbox, one_by_one
from newsletter.staff import acting
from newsletter.staff.models import User

logger = logging.getLogger(__name__)


@transaction.atomic
def pause(sender: Sender, *, reason: str, now: datetime, by: User | None = None) -> bool:
    """Nothing more leaves under `sender` until it is resumed. A first reason stays; False if it was paused already.

    `by` is None where it happens by itself. Raises PermissionDenied for who may not change the Sender.
    """
    _require(by, sender)
    words = reason[:500] or "no reason was given"
    rows = Sender.objects.filter(pk=sender.pk, paused_at__isnull=True).update(paused_at=now, pause_reason=words)
    if rows:
        logger.warning("sender %s is paused: %s", sender.pk, words)
        acting.record("pause", sender, by=by, after={"pause_reason": words})
    sender.refresh_from_db()
    return bool(rows)


@transaction.atomic
def resume(sender: Sender, *, by: User | None = None) -> bool:
    """Mails leave again; False if it was not paused. Raises PermissionDenied for who may not change the Sender."""
    _require(by, sender)
    before = {"pause_reason": sender.pause_reason}
    rows = Sender.objects.filter(pk=sender.pk, paused_at__isnull=False).update(paused_at=None, pause_reason="")
    if rows:
        logger.info("sender %s is resumed", sender.pk)
        acting.record("resume", sender, by=by, before=before)
    sender.refresh_from_db()
    return bool(rows)


def _require(by: User | None, sender: Sender) -> None:
    if by is not None and not by.has_perm("postbox.change_sender", sender):
        raise PermissionDenied(gettext("Only an administrator of all its newsletters pauses and resumes a sender."))


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

"""Letters: service mails are written as rows, sent from there, and forgotten after a week."""

import time
from collections import deque
from collections.abc import Generator, Mapping
from contextlib import closing
from datetime import datetime, timedelta
from typing import cast

from django.conf import settings
from django.template import Context
from django.template.backends.django import Template
from django.template.loader import get_template
from django.utils import translation

from digests.locales import bcp47, direction
from digests.mjml import to_html
from newsletter.postbox import outbox, queries
from newsletter.postbox.answers import Kind
from newsletter.postbox.headers import letter_headers
from newsletter.postbox.message import Message
from newsletter.postbox.models import Letter, Sender
from newsletter.postbox.senders import pause, postbox_of

KEPT = timedelta(days=7)
SLICE = 10  # letters a claim: as many are in doubt when a worker is killed
HAND_OVER = outbox.LEASE - timedelta(minutes=2)  # after a claim no letter is begun later than this


def write(*, sender: Sender, kind: str, to: str, locale: str, context: Mapping[str, object], now: datetime) -> Letter:
    """A PLANNED letter from templates/email/{kind}/, worded in `locale`. Raises ValueError on broken MJML."""
    with translation.override(locale):
        words = {"lang": bcp47(locale), "dir": direction(locale), **context}
        subject = " ".join(_plain(f"email/{kind}/subject.txt", words).split())
        text = _plain(f"email/{kind}/body.txt", words)
        html = to_html(get_template(f"email/{kind}/body.mjml").render(words))
    return Letter.objects.create(
        sender=sender, kind=kind, to=to, locale=locale, subject=subject[:300], text=text, html=html, ready_at=now
    )


def send_due(sender: Sender, *, now: datetime, limit: int = 100) -> int:
    """Sends up to `limit` due letters and records each answer at once; how many were handed over."""
    begun: deque[Letter] = deque()
    answered = 0
    with closing(_due(sender, begun, now=now, limit=limit)) as messages, postbox_of(sender) as postbox:
        for answer in postbox.send(messages):
            outbox.record(begun.popleft(), answer, now=now)
            answered += 1
            if answer.kind is Kind.BROKEN:
                pause(sender, reason=answer.text, now=now)
                break
    return answered


def settle_letters() -> int:
    """Letters whose worker did not come back are UNCERTAIN: no machine sends them again."""
    return outbox.settle()


def forget(*, now: datetime) -> int:
    """Letters are personal: after 7 days the rows are gone, sent or not."""
    _total, rows = queries.letters_written_before(now - KEPT).delete()
    return rows.get(Letter._meta.label, 0)


def _due(sender: Sender, begun: deque[Letter], *, now: datetime, limit: int) -> Generator[Message]:
    """The mails of due letters as the postbox asks for them, claimed in slices; `begun` gets each that may leave."""
    while limit > 0 and (waiting := deque(outbox.claim(sender, now=now, limit=min(SLICE, limit)))):
        limit -= len(waiting)
        latest = time.monotonic() + HAND_OVER.total_seconds()
        try:
            while waiting and time.monotonic() < latest:
                begun.append(waiting.popleft())
                yield _message(begun[-1], now=now)
        finally:
            outbox.release(waiting)
        if waiting:
            return


def _message(letter: Letter, *, now: datetime) -> Message:
    sender = letter.sender
    return Message(
        id=f"l{letter.pk}",
        sender_name=sender.name,
        sender_address=sender.address,
        reply_to=sender.reply_to,
        to=letter.to,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        headers=letter_headers(
            letter=letter.pk, created_at=letter.created_at, site_host=settings.SITE_HOST, locale=letter.locale
        ),
        date=now,
    )


def _plain(name: str, words: Mapping[str, object]) -> str:
    """A text template's words as they are: HTML's escapes have no place in them."""
    template = cast(Template, get_template(name)).template
    return template.render(Context(words, autoescape=False))

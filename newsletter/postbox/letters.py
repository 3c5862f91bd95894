"""Letters: service mails are written as rows, sent from there, and forgotten after a week."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import cast
from uuid import UUID, uuid4

from django.conf import settings
from django.template import Context
from django.template.backends.django import Template
from django.template.loader import get_template
from django.utils import translation

from digests.locales import bcp47, direction
from digests.mjml import to_html
from newsletter.postbox import outbox, queries, quota
from newsletter.postbox.answers import Answer, Kind
from newsletter.postbox.headers import letter_headers
from newsletter.postbox.journal import Journal
from newsletter.postbox.message import Message, Wording
from newsletter.postbox.models import Letter, Sender
from newsletter.postbox.outcomes import STOPPED
from newsletter.postbox.senders import pause, postbox_of
from newsletter.postbox.slices import Slice, clock

KEPT = timedelta(days=7)
SLICE = 10  # letters a claim: as many are in doubt when a machine is lost with its journal
TURN = timedelta(seconds=10)  # none is begun later, so a pause works within it, and a lease never ends before


def write(*, sender: Sender, kind: str, to: str, locale: str, context: Mapping[str, object], now: datetime) -> Letter:
    """A PLANNED letter from templates/email/{kind}/, worded in `locale`. Raises ValueError on broken MJML."""
    with translation.override(locale):
        words = {"lang": bcp47(locale), "dir": direction(locale), **context}
        subject = " ".join(_plain(f"email/{kind}/subject.txt", words).split())
        text = _plain(f"email/{kind}/body.txt", words)
        html = to_html(get_template(f"email/{kind}/body.mjml").render(words))
    return post(sender=sender, kind=kind, to=to, locale=locale, subject=subject, text=text, html=html, now=now)


def post(
    *, sender: Sender, kind: str, to: str, locale: str, subject: str, text: str, html: str, now: datetime
) -> Letter:
    """A PLANNED letter that says just this; a subject is cut at 300 characters."""
    return Letter.objects.create(
        sender=sender, kind=kind, to=to, locale=locale, subject=subject[:300], text=text, html=html, ready_at=now
    )


def send_due(sender: Sender, *, now: datetime, limit: int = 100) -> int:
    """Sends up to `limit` due letters and records each answer at once; how many were answered.

    For a turn, or until a slice came to nothing: the timetable comes back for the rest.
    """
    with Journal(settings.JOURNAL_DIR) as journal, postbox_of(sender) as postbox:
        turn = _Turn(sender, journal, now=now, limit=limit)
        try:
            postbox.carry(turn.more)
        finally:
            turn.finish_slice()
    return turn.answered


def settle_letters() -> int:
    """Letters whose worker did not come back are UNCERTAIN: no machine sends them again."""
    return outbox.settle()


def forget(*, now: datetime) -> int:
    """Letters are personal: after 7 days the rows are gone, sent or not."""
    _total, rows = queries.letters_written_before(now - KEPT).delete()
    return rows.get(Letter._meta.label, 0)


class _Turn:
    """Gives out slices of letters, and records what becomes of each."""

    def __init__(self, sender: Sender, journal: Journal, *, now: datetime, limit: int) -> None:
        self.answered = 0
        self._sender = sender
        self._journal = journal
        self._now = now
        self._limit = limit
        self._ends = clock() + TURN.total_seconds()
        self._is_over = False
        self._letters: dict[int, Letter] = {}  # of the slice, as far as they are not recorded
        self._slice: Slice | None = None

    def more(self, _free: int) -> list[Slice]:
        """One slice at a time, for there is one journal."""
        self.finish_slice()
        if self._is_over or clock() >= self._ends:
            return []
        claim = uuid4()
        self._journal.start(claim)
        due = self._claim(claim)
        if not due:
            return []
        self._limit -= len(due)
        self._letters = {letter.pk: letter for letter in due}
        mails = (_message(letter, now=self._now) for letter in due)
        self._slice = Slice(claim, mails, marks=self._journal, overseer=self, latest=self._ends)
        return [self._slice]

    def finish_slice(self) -> None:
        """Of the slice that was given out nothing is in our hands any more: what did not leave goes back."""
        if self._slice is None:
            return
        answers, begun = self._slice.answers, self._slice.begun
        unbegun = [letter for row, letter in self._letters.items() if row not in answers and row not in begun]
        for row in self._letters.keys() & (answers.keys() | begun):
            outbox.record(self._letters[row], answers.get(row, Answer(Kind.SILENT, STOPPED)), now=self._now)
        outbox.release(unbegun)
        returned = len(unbegun) + sum(map(_never_left, answers.values()))
        quota.give_back(self._sender, returned, now=self._now)
        # Where nobody was taken or refused the next letters would fare no better, and other Senders' wait.
        self._is_over = bool(unbegun) or not any(a.kind in (Kind.SENT, Kind.REFUSED) for a in answers.values())
        self._slice, self._letters = None, {}

    def look(self) -> None:
        """A slice of letters is short: it goes to its end."""

    def heard(self, message: Message, answer: Answer) -> None:
        self.answered += 1
        outbox.record(self._letters[message.row], answer, now=self._now)
        del self._letters[message.row]
        if answer.kind is Kind.BROKEN and self._slice is not None:
            self._slice.halt()
            pause(self._sender, reason=answer.text, now=self._now)

    def _claim(self, claim: UUID) -> list[Letter]:
        """The letters of the next slice. Of the quota only what they are is kept."""
        taken = quota.take(self._sender, min(SLICE, self._limit), now=self._now, for_letters=True).mails
        due: list[Letter] = []
        try:
            due = outbox.claim(self._sender, claim=claim, now=self._now, limit=taken) if taken else []
        finally:
            quota.give_back(self._sender, taken - len(due), now=self._now)
        return due


def _never_left(answer: Answer) -> bool:
    """Whether the provider was not there, or lets nobody through: such mails do not count against a quota."""
    return answer.kind is Kind.BROKEN or (answer.kind is Kind.BUSY and not answer.reached)


def _message(letter: Letter, *, now: datetime) -> Message:
    sender = letter.sender
    wording = Wording(
        sender_name=sender.name,
        sender_address=sender.address,
        reply_to=sender.reply_to,
        subject=letter.subject,
        text=(letter.text,),
        html=(letter.html,) if letter.html else (),
    )
    headers = letter_headers(
        letter=letter.pk, created_at=letter.created_at, site_host=settings.SITE_HOST, locale=letter.locale
    )
    return Message(row=letter.pk, kind="letter", to=letter.to, wording=wording, date=now, headers=headers)


def _plain(name: str, words: Mapping[str, object]) -> str:
    """A text template's words as they are: HTML's escapes have no place in them."""
    template = cast(Template, get_template(name)).template
    return template.render(Context(words, autoescape=False))

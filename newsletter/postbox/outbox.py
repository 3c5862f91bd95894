"""The only place where a Letter's status changes: by compare-and-set, the state before in the WHERE.

PLANNED -> SENDING (claim) -> SENT, FAILED, UNCERTAIN or PLANNED again (answer, or the lease has run out). PLANNED ->
UNCERTAIN where a backup was restored.
An answer that comes after its lease still settles the row of the same claim.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from newsletter.postbox import queries
from newsletter.postbox.answers import Answer
from newsletter.postbox.chance import chance
from newsletter.postbox.journal import Account
from newsletter.postbox.models import Letter, Sender
from newsletter.postbox.outcomes import NOT_BACK, Outcome, outcome, unsent

LEASE = timedelta(minutes=5)  # by the database's clock
Status = Letter.Status


def claim(sender: Sender, *, claim: UUID, now: datetime, limit: int) -> list[Letter]:
    """PLANNED -> SENDING: up to `limit` due letters that nobody else has; recorded before anything leaves."""
    with transaction.atomic(durable=True):
        free = queries.due_letters(sender, now).select_for_update(skip_locked=True, of=("self",))
        ids = list(free.values_list("pk", flat=True)[:limit])
        Letter.objects.filter(pk__in=ids, status=Status.PLANNED).update(
            status=Status.SENDING, claim=claim, lease_until=Now() + LEASE, attempts=F("attempts") + 1
        )
    return list(queries.claimed_letters(claim))


def record(letter: Letter, answer: Answer, *, now: datetime) -> bool:
    """Writes the answer to a claimed letter; False if the row is no longer this claim's."""
    return _end(letter, outcome(letter.pk, answer, attempts=letter.attempts, now=now, chance=chance()), sent_at=now)


def release(letters: Iterable[Letter]) -> None:
    """SENDING -> PLANNED: claimed letters that were never handed over."""
    for letter in letters:
        _end(letter, unsent(letter.pk))


def settle_account(account: Account, *, now: datetime) -> int:
    """The letters of a claim whose process is gone, as its journal has them: answered, in doubt, or never begun."""
    letters = list(queries.letters_in_the_air(account.claim))
    for letter in letters:
        answer = account.answer_of(letter.pk)
        if answer is None:
            release([letter])
        else:
            record(letter, answer, now=now)
    return len(letters)


def settle() -> int:
    """SENDING -> UNCERTAIN where the lease has run out: the worker is gone, and how far it came nobody knows."""
    return Letter.objects.filter(status=Status.SENDING, lease_until__lt=Now()).update(
        status=Status.UNCERTAIN, reason=NOT_BACK, lease_until=None
    )


def doubt_due(*, now: datetime, reason: str) -> int:
    """PLANNED that is ready, or SENDING -> UNCERTAIN: this outbox is older than what has left.

    No row in doubt is of a claim any more: a journal that was restored as well knows nothing of what has left.
    """
    in_doubt = {"status": Status.UNCERTAIN, "reason": reason[:300], "claim": None, "lease_until": None}
    planned = Letter.objects.filter(status=Status.PLANNED, ready_at__lte=now).update(**in_doubt)
    sending = Letter.objects.filter(status=Status.SENDING).update(**in_doubt)
    Letter.objects.filter(status=Status.UNCERTAIN).update(claim=None)
    return planned + sending


def _end(letter: Letter, found: Outcome, *, sent_at: datetime | None = None) -> bool:
    """Ends the letter's own claim, if the row is still of it: also after the lease, for its holder knows best."""
    changes: dict[str, object] = {"status": found.status, "reason": found.reason, "claim": None, "lease_until": None}
    if found.status == Status.SENT:
        changes["sent_at"] = sent_at
    if found.ready_at is not None:
        changes["ready_at"] = found.ready_at
    if not found.is_attempt:
        changes["attempts"] = F("attempts") - 1
    rows = Letter.objects.filter(pk=letter.pk, claim=letter.claim, status__in=[Status.SENDING, Status.UNCERTAIN])
    return bool(rows.update(**changes))

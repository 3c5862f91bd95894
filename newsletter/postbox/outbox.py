"""The only place where a Letter's status changes: by compare-and-set, the state before in the WHERE.

PLANNED -> SENDING (claim) -> SENT, FAILED, UNCERTAIN or PLANNED again (answer, or the lease has run out). PLANNED ->
UNCERTAIN where a backup was restored.
An answer that comes after its lease still settles the row of the same claim.
"""

import random
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from newsletter.postbox import queries
from newsletter.postbox.answers import MOST_ATTEMPTS, Answer, Kind, pause_after
from newsletter.postbox.journal import Account
from newsletter.postbox.models import Letter, Sender

KILLED = "the worker was killed after the mail was begun"
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
    changes: dict[str, object] = {"status": Status.PLANNED, "reason": answer.text, "claim": None, "lease_until": None}
    match answer.kind:
        case Kind.SENT:
            changes |= {"status": Status.SENT, "reason": "", "sent_at": now}
        case Kind.SILENT:
            changes |= {"status": Status.UNCERTAIN}
        case Kind.REFUSED:
            changes |= {"status": Status.FAILED}
        case Kind.BUSY if answer.reached and letter.attempts >= MOST_ATTEMPTS:
            changes |= {"status": Status.FAILED, "reason": f"{MOST_ATTEMPTS} attempts: {answer.text}"[:300]}
        case Kind.BUSY:
            pause = pause_after(answer, letter.attempts, chance=random.random())  # noqa: S311  (no secret)
            changes |= {"ready_at": now + pause} | ({} if answer.reached else {"attempts": F("attempts") - 1})
        case Kind.BROKEN:
            changes |= {"attempts": F("attempts") - 1}  # the Sender is to blame, not this letter
    return _change(letter, **changes)


def release(letters: Iterable[Letter]) -> None:
    """SENDING -> PLANNED: claimed letters that were never handed over."""
    for letter in letters:
        _change(letter, status=Status.PLANNED, claim=None, lease_until=None, attempts=F("attempts") - 1)


def settle_account(account: Account, *, now: datetime) -> int:
    """The letters of a claim whose process is gone, as its journal has them: answered, in doubt, or never begun."""
    letters = list(queries.letters_in_the_air(account.claim))
    for letter in letters:
        if letter.pk in account.rows:
            record(letter, account.rows[letter.pk] or Answer(Kind.SILENT, KILLED), now=now)
    release(letter for letter in letters if letter.pk not in account.rows)
    return len(letters)


def settle() -> int:
    """SENDING -> UNCERTAIN where the lease has run out: the worker is gone, and how far it came nobody knows."""
    return Letter.objects.filter(status=Status.SENDING, lease_until__lt=Now()).update(
        status=Status.UNCERTAIN, reason="the worker did not come back", lease_until=None
    )


def doubt_due(*, now: datetime, reason: str) -> int:
    """PLANNED that is ready, or SENDING -> UNCERTAIN: this outbox is older than what has left."""
    in_doubt = {"status": Status.UNCERTAIN, "reason": reason[:300], "lease_until": None}
    planned = Letter.objects.filter(status=Status.PLANNED, ready_at__lte=now).update(**in_doubt)
    return planned + Letter.objects.filter(status=Status.SENDING).update(**in_doubt)


def _change(letter: Letter, **changes: object) -> bool:
    """Changes the row while it is of the letter's own claim, whose holder knows best."""
    rows = Letter.objects.filter(pk=letter.pk, claim=letter.claim, status__in=[Status.SENDING, Status.UNCERTAIN])
    return bool(rows.update(**changes))

"""What an administrator does with a list: brings it, has it imported, cancels that. Each is in the log of acts."""

import shutil
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from digests.models import Newsletter
from newsletter.staff import acting
from newsletter.staff.models import User
from newsletter.subscribers.importing import queries
from newsletter.subscribers.importing.folder import Folder
from newsletter.subscribers.models import ReaderImport
from newsletter.subscribers.queries import takes_readers

LARGEST = 250_000_000  # octets: a million readers of Mailchimp, whose lines are the longest
KEPT = timedelta(days=7)
State = ReaderImport.State


class NotPossible(Exception):
    """An act that makes no sense now; says why, in words for the desk."""


def bring(newsletter: Newsletter, pieces: Iterable[bytes], *, file_name: str, by: User, now: datetime) -> ReaderImport:
    """The list is kept as a private file, and about to be looked at. Nobody is subscribed by that."""
    if not by.has_perm("subscribers.add_readerimport", newsletter):
        raise PermissionDenied
    name = "".join(letter for letter in file_name if letter.isprintable())[-150:]
    brought = ReaderImport(newsletter=newsletter, file_name=name, started_by=by, created_at=now)
    Folder(brought.key).keep(pieces)
    with transaction.atomic():
        brought.save()
        acting.record("bring a list", newsletter, by=by, after={"import": brought.pk})
    return brought


@transaction.atomic
def start(looked: ReaderImport, *, asks: bool, ground: str, suppresses: bool, by: User) -> None:
    """A list that was looked at is being imported. Raises NotPossible in words."""
    _may_change(looked, by)
    ground = ground.strip()
    if not asks and not ground:
        raise NotPossible(_("Please write down where these readers agreed."))
    if asks and not takes_readers(looked.newsletter):
        raise NotPossible(_("This newsletter has no sender yet, so no letter can leave."))
    changes = {
        "state": State.IMPORTING,
        "position": 0,
        "place": "",
        "line": 0,
        "report_size": 0,
        "counts": {},
        "asks": asks,
        "ground": ground,
        "suppresses": suppresses,
        "started_by": by,
    }
    if not queries.in_state(looked.pk, State.LOOKED).update(**changes):
        raise NotPossible(_("This list does not wait for a decision any more."))
    after = {"import": looked.pk, "asks": asks, "ground": ground, "suppresses": suppresses}
    acting.record("import readers", looked.newsletter, by=by, after=after)


@transaction.atomic
def cancel(at_work: ReaderImport, *, by: User, now: datetime) -> None:
    """No further record is imported, and the list is gone; who was imported before stays. Raises NotPossible."""
    _may_change(at_work, by)
    stop(at_work, by=by, now=now)


def may_go_on(at_work: ReaderImport) -> bool:
    """Whether who has started the import may still do so."""
    by = at_work.started_by
    return by is not None and by.is_staff and by.has_perm("subscribers.change_readerimport", at_work.newsletter)


@transaction.atomic
def stop(at_work: ReaderImport, *, by: User | None, now: datetime) -> None:
    """The same by itself, where `by` is None."""
    if not queries.in_state(at_work.pk, *queries.OPEN).update(state=State.CANCELLED, ended_at=now):
        raise NotPossible(_("This import has ended already."))
    at_work.refresh_from_db()
    acting.record("cancel import", at_work.newsletter, by=by, after={"import": at_work.pk, **at_work.counts})
    transaction.on_commit(Folder(at_work.key).forget_list)


def forget(*, now: datetime) -> int:
    """Lists are gone after 7 days, reports 7 days after their last line; how many imports ended by that."""
    keys = queries.brought_before(now - KEPT).filter(state__in=queries.OPEN).values_list("pk", "key")
    ended = {
        key
        for number, key in keys
        if queries.in_state(number, *queries.OPEN).update(state=State.CANCELLED, ended_at=now)
    }
    for key in ended:
        Folder(key).forget_list()
    root = Path(settings.VAR_DIR) / "imports"
    for path in root.iterdir() if root.exists() else ():
        if path.stat().st_ctime < (now - KEPT).timestamp():
            shutil.rmtree(path, ignore_errors=True)
    return len(ended)


def _may_change(at_work: ReaderImport, by: User) -> None:
    if not by.has_perm("subscribers.change_readerimport", at_work.newsletter):
        raise PermissionDenied

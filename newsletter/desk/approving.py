"""Approving: freezes a digest's content and lets it go out; pausing, cancelling and taking that back."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from digests.check_queries import own_chain
from digests.content import Content, from_json
from digests.editions import content_of, freeze
from digests.locales import native_name
from digests.models import Digest, Revision
from digests.publishing import Ready, Said, prepared, publish
from newsletter.delivery import cancelling, ledger
from newsletter.delivery.queries import has_left
from newsletter.desk.preflight.looking import look
from newsletter.desk.preflight.overruling import blocking
from newsletter.staff import acting
from newsletter.staff.models import User
from newsletter.subscribers.queries import active_readers, takes_readers

Status = Digest.Status


class NotPossible(ValueError):
    """The digest is not in a state for it; `str()` says why, for the editor."""


class Blocked(NotPossible):
    """Pre-flight has lines that block, and nobody has overruled them."""


@dataclass(frozen=True, slots=True)
class Language:
    """How ready a digest is in one language."""

    name: str
    done: int
    total: int
    readers: int


def approve(digest: Digest, *, by: User | None, now: datetime, is_mailed: bool = False, seen: str = "") -> Revision:
    """The digest goes out as it is now. Approved again, the next revision goes to the readers still to come; where it
    `is_mailed`, also as a correction to those who had an earlier one. `by` is None at the cut-off, by itself.
    `seen` is what `state_of` said when the page was opened: raises NotPossible where something was done since.

    A paused digest goes on by it. Raises PermissionDenied, or NotPossible for a digest without papers, a cancelled or
    a closed one, and Blocked where pre-flight blocks: by what is known of links and DNS, for nobody is asked now.
    """
    if by is not None:
        _require(by, digest)
    made = prepared(freeze(digest))  # before anybody has to wait: the whole database does, where it is SQLite
    with transaction.atomic():
        return _approve(digest, by=by, now=now, is_mailed=is_mailed, seen=seen, made=made)


def _approve(
    digest: Digest, *, by: User | None, now: datetime, is_mailed: bool, seen: str, made: Mapping[Said, Ready]
) -> Revision:
    """Under the digest's locks. What was `made` may be older than what is approved."""
    ledger.hold(digest.pk)
    locked = Digest.objects.select_for_update(of=("self",), no_key=True).select_related("newsletter").get(pk=digest.pk)
    if locked.status not in {Status.DRAFT, Status.APPROVED, Status.PAUSED}:
        raise NotPossible(_state(locked))
    if seen and seen != state_of(locked):
        raise NotPossible(_("Something was changed or approved since you opened the page. Look at it again."))
    if not cancelling.is_followed(locked):
        text = _("%(digest)s was cancelled, and its readers are still being restored. Try again in a minute.")
        raise NotPossible(text % {"digest": locked})
    if not takes_readers(locked.newsletter):
        raise NotPossible(_("%(newsletter)s has no sender: add one under Postbox.") % {"newsletter": locked.newsletter})
    content = freeze(locked)
    if not content.entries:
        raise NotPossible(_("%(digest)s has no papers.") % {"digest": locked})
    _check(locked, content, now=now)
    if is_mailed and _is_the_same(locked, content):
        raise NotPossible(_("Nothing has changed since the last approval, so there is nothing to correct."))
    revision = _revise(locked, content, by=by, now=now, is_mailed=is_mailed)
    publish(revision, content, made)
    Digest.objects.filter(pk=locked.pk, status=Status.DRAFT).update(status=Status.APPROVED, approved_at=now)
    Digest.objects.filter(pk=locked.pk, status=Status.PAUSED).update(status=Status.APPROVED)
    digest.refresh_from_db()
    acting.record(
        "approve",
        digest,
        by=by,
        before={"status": locked.status},
        after={"status": digest.status, "revision": revision.number, "correction": revision.correction},
    )
    return revision


def state_of(digest: Digest) -> str:
    """Another one whenever an editor changes the digest, papers come into it, or somebody approves it."""
    last = digest.revisions.aggregate(number=Max("number"))["number"] or 0
    newest = digest.entries.aggregate(number=Max("pk"))["number"] or 0
    return f"{digest.version}.{newest}.{last}"


def _is_the_same(digest: Digest, content: Content) -> bool:
    """Whether the last revision says this already."""
    last = digest.revisions.order_by("-number").first()
    return last is not None and content_of(last) == from_json(content.as_json())


def _revise(digest: Digest, content: Content, *, by: User | None, now: datetime, is_mailed: bool) -> Revision:
    last = digest.revisions.aggregate(number=Max("number"), correction=Max("correction"))
    return Revision.objects.create(
        digest=digest,
        number=(last["number"] or 0) + 1,
        correction=(last["correction"] or 0) + 1 if is_mailed and has_left(digest) else 0,
        content=content.as_json(),
        approved_by=by,
        approved_at=now,
    )


def unapprove(digest: Digest, *, by: User) -> None:
    """An approved, paused or cancelled digest is a draft again. Raises NotPossible once a mail of it may have left."""
    _require(by, digest)
    with transaction.atomic():
        ledger.hold(digest.pk)  # a claim shares it while it looks
        if has_left(digest):
            raise NotPossible(_("Mails of %(digest)s have left already.") % {"digest": digest})
        before = {Status.APPROVED, Status.PAUSED, Status.CANCELLED}
        _change("unapprove", digest, before, by=by, status=Status.DRAFT, approved_at=None)
    cancelling.follow(digest)


def pause(digest: Digest, *, by: User) -> None:
    """Nothing more of the digest goes out until it is resumed, within ten seconds; what a connection has begun still
    does.
    """
    _require(by, digest)
    _change("pause", digest, {Status.APPROVED}, by=by, status=Status.PAUSED)


def resume(digest: Digest, *, by: User) -> None:
    """A paused digest goes on, to the readers whose day is not over."""
    _require(by, digest)
    _change("resume", digest, {Status.PAUSED}, by=by, status=Status.APPROVED)


def cancel(digest: Digest, *, by: User) -> None:
    """Nothing more of the digest goes out, as with `pause`; planned rows say so: up to 20,000 at once, the rest within
    minutes. Where no mail has left it counts as never approved: it has told nobody its papers.
    """
    _require(by, digest)
    before = {Status.DRAFT, Status.APPROVED, Status.PAUSED}
    with transaction.atomic():
        ledger.hold(digest.pk)
        forgotten = {} if has_left(digest) else {"approved_at": None}
        _change("cancel", digest, before, by=by, status=Status.CANCELLED, **forgotten)
    cancelling.follow(digest)


@transaction.atomic
def _change(verb: str, digest: Digest, before: Collection[Status], *, by: User, **changes: object) -> None:
    ledger.hold(digest.pk)
    seen = Digest.objects.values_list("status", flat=True).get(pk=digest.pk)
    if not Digest.objects.filter(pk=digest.pk, status__in=before).update(**changes):
        digest.refresh_from_db()
        raise NotPossible(_state(digest))
    digest.refresh_from_db()
    acting.record(verb, digest, by=by, before={"status": seen}, after={"status": digest.status})


def _state(digest: Digest) -> str:
    return _("%(digest)s is %(status)s.") % {"digest": digest, "status": digest.get_status_display()}


def _check(digest: Digest, content: Content, *, now: datetime) -> None:
    """Raises Blocked, with the first line that blocks."""
    lines = blocking(look(digest, now=now, content=content), digest)
    if lines:
        words = ngettext(
            "%(count)s thing blocks it: %(first)s See the pre-flight.",
            "%(count)s things block it. The first: %(first)s See the pre-flight.",
            len(lines),
        )
        raise Blocked(words % {"first": lines[0].words, "count": len(lines)})


def _require(by: User, digest: Digest) -> None:
    if not by.has_perm("digests.approve_digest", digest):
        raise PermissionDenied(_("Approving, pausing and taking back need the role of a publisher."))


def languages(digest: Digest) -> list[Language]:
    """Per language on offer: how much is summarised in it, and for how many active readers of such digests."""
    entries = freeze(digest).entries
    readers = active_readers(digest.newsletter, rhythm=digest.kind)
    return [
        Language(
            name=native_name(locale),
            done=sum(not entry.summaries.keys().isdisjoint(own_chain(locale)) for entry in entries),
            total=len(entries),
            readers=readers.get(locale, 0),
        )
        for locale in digest.newsletter.locales
    ]

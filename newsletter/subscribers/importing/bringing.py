"""Bringing: the new readers of a chunk are subscribed, in a handful of statements and the caller's transaction.

Whoever signs up or is erased at this moment holds the subscriber's row, as this does: one comes after the other.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial

from digests.models import Newsletter
from newsletter.subscribers.importing import queries
from newsletter.subscribers.importing.columns import Person, Standing
from newsletter.subscribers.importing.judging import Judged, Read, judge
from newsletter.subscribers.importing.outcomes import Outcome
from newsletter.subscribers.importing.seen import Seen
from newsletter.subscribers.models import (
    Consent,
    Invitation,
    ReaderImport,
    Subscriber,
    Subscription,
    Suppression,
)

HOUR = 7
REASONS: Mapping[Standing, Suppression.Reason] = {
    Standing.LEFT: Suppression.Reason.ASKED,
    Standing.BOUNCED: Suppression.Reason.BOUNCED,
    Standing.COMPLAINED: Suppression.Reason.COMPLAINED,
}


def bring(chunk: Sequence[Read], started: ReaderImport, seen: Seen, *, now: datetime) -> list[Judged]:
    """What has become of each record. New readers wait for their letter, or read at once if the import says so."""
    known = queries.locked_readers(row.address_hash for row in chunk if row.address_hash)
    judged = judge(chunk, started.newsletter, seen, known=known)
    wanted = {Outcome.NEW, Outcome.UNCONFIRMED} if started.asks else {Outcome.NEW}
    coming = [row for row in judged if row.outcome in wanted]
    numbers = _subscribers(coming, known)
    subscriptions = Subscription.objects.bulk_create(
        [_subscription(row.person, numbers[row.address_hash], started, now=now) for row in coming if row.person]
    )
    since = [row.person.since for row in coming if row.person]
    Consent.objects.bulk_create(map(partial(_consent, started=started, now=now), subscriptions, since))
    if started.asks:
        Invitation.objects.bulk_create(Invitation(subscription=one, since=now) for one in subscriptions)
    if started.suppresses:
        _suppress([row for row in judged if row.outcome == Outcome.OFF], started.newsletter)
    return judged


def _subscribers(coming: Sequence[Judged], known: Mapping[str, int]) -> Mapping[str, int]:
    """Ids by hash; whoever had none is written down, and locked."""
    missing = [row for row in coming if row.address_hash not in known]
    Subscriber.objects.bulk_create(
        [Subscriber(address=row.person.address, address_hash=row.address_hash) for row in missing if row.person],
        ignore_conflicts=True,  # somebody signed up a moment ago
    )
    return {**known, **queries.locked_readers(row.address_hash for row in missing)}


def _subscription(person: Person, subscriber: int, started: ReaderImport, *, now: datetime) -> Subscription:
    newsletter = started.newsletter
    return Subscription(
        subscriber_id=subscriber,
        newsletter=newsletter,
        status=Subscription.Status.PENDING if started.asks else Subscription.Status.ACTIVE,
        confirmed_at=None if started.asks else now,
        locale=person.locale or newsletter.default_locale,
        time_zone=person.time_zone or newsletter.time_zone,
        hour=HOUR if person.hour is None else person.hour,
    )


def _consent(subscription: Subscription, since: str, *, started: ReaderImport, now: datetime) -> Consent:
    """The proof: the ground that somebody gave, and the day that the list has of this reader."""
    ground = started.ground or f"On a list from {started.kind}; asked to confirm."
    return Consent(
        subscription=subscription,
        act=Consent.Act.ASKED if started.asks else Consent.Act.CONFIRMED,
        at=now,
        wording=f"{ground} (There since {since}.)" if since else ground,
        page=f"import {started.pk}: {started.kind}",
        locale=subscription.locale,
        entered_by=started.started_by_id,
    )


def _suppress(gone: Sequence[Judged], newsletter: Newsletter) -> None:
    Suppression.objects.bulk_create(
        [
            Suppression(address_hash=row.address_hash, newsletter=newsletter, reason=REASONS[row.standing])
            for row in gone
            if row.standing in REASONS
        ],
        ignore_conflicts=True,
    )

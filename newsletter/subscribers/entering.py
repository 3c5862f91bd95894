"""Entering: one reader by hand, who is asked to confirm, or who has agreed already and somebody says where."""

from dataclasses import asdict
from datetime import datetime
from enum import StrEnum

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction

from digests.models import Newsletter
from newsletter.staff import acting
from newsletter.staff.models import User
from newsletter.subscribers import addresses, membership, queries
from newsletter.subscribers.membership import ACTIVE, ENDED, PENDING, ConsentFacts, Joined
from newsletter.subscribers.models import Consent, Subscriber, Subscription
from newsletter.subscribers.preferences import Preferences

PAGE = "/admin/"
ASKED = "Entered by hand; asked to confirm."


class Entered(StrEnum):
    """What has become of it."""

    ASKED = "asked"
    READS = "reads"
    KNOWN = "known"
    SUPPRESSED = "suppressed"
    LEFT = "left"
    WAITS = "waits"


@transaction.atomic
def enter(
    newsletter: Newsletter, address: str, *, preferences: Preferences, ground: str, by: User, now: datetime
) -> Entered:
    """The address, in normal form, has a letter that asks to confirm, or reads at once where there is a `ground`.

    Who is suppressed gets nothing, and who left is not brought back without a letter.
    """
    if not by.has_perm("subscribers.add_subscription", newsletter):
        raise PermissionDenied
    address_hash = addresses.hashed(address, key=settings.SUPPRESSION_KEY)
    if queries.is_suppressed(address_hash, newsletter):
        return Entered.SUPPRESSED
    if any(one.newsletter_id == newsletter.pk for one in queries.read_by(address_hash)):
        return Entered.KNOWN
    consent = ConsentFacts(wording=ground or ASKED, page=PAGE, network="", locale=preferences.locale, entered_by=by.pk)
    if ground:
        found = _confirmed(newsletter, address, address_hash, preferences=preferences, consent=consent, now=now)
    else:
        joined = membership.join(newsletter, address, preferences=preferences, consent=consent, now=now)
        found = Entered.ASKED if joined == Joined.ASKED else Entered.WAITS
    if found in (Entered.ASKED, Entered.READS):
        acting.record("add reader", newsletter, by=by, after={"asks": not ground})
    return found


def _confirmed(
    newsletter: Newsletter,
    address: str,
    address_hash: str,
    *,
    preferences: Preferences,
    consent: ConsentFacts,
    now: datetime,
) -> Entered:
    subscriber, _new = Subscriber.objects.select_for_update().get_or_create(
        address_hash=address_hash, defaults={"address": address}
    )
    if queries.is_suppressed(address_hash, newsletter):  # whoever held the row until now has erased its reader
        transaction.set_rollback(True)
        return Entered.SUPPRESSED
    columns = dict(preferences.columns())
    subscription, is_new = Subscription.objects.get_or_create(
        subscriber=subscriber, newsletter=newsletter, defaults={**columns, "status": ACTIVE, "confirmed_at": now}
    )
    if not is_new and subscription.status == ENDED:
        return Entered.LEFT
    if not is_new:
        if not queries.in_state(subscription.pk, PENDING).update(status=ACTIVE, confirmed_at=now):
            return Entered.KNOWN
        membership.change(subscription, preferences, now=now)  # anybody may have typed what it had
    Consent.objects.create(subscription=subscription, act=Consent.Act.CONFIRMED, at=now, **asdict(consent))
    return Entered.READS

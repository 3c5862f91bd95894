"""One more newsletter for a reader whose address is proven: who opens the preferences came by a letter to it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction

from digests.locales import offered
from digests.models import Newsletter
from newsletter.subscribers import queries
from newsletter.subscribers.membership import ACTIVE, ENDED, NOT_ENDED, PENDING, ConsentFacts, Outcome
from newsletter.subscribers.models import Consent, Subscriber, Subscription

# How somebody reads, whatever it is: the hour, the looks. What is followed belongs to one newsletter.
HABITS = ("time_zone", "hour", "weekdays", "detail", "format", "when_empty")


@dataclass(frozen=True, slots=True)
class Other:
    """A newsletter beside the one whose preferences are open, and how it is read; None where it is not."""

    newsletter: Newsletter
    subscription: Subscription | None


def others(subscription: Subscription) -> list[Other]:
    """The newsletters that this reader reads too, or may add, by name; none before the address is confirmed."""
    if subscription.status != ACTIVE:
        return []
    read = {one.newsletter_id: one for one in queries.reads(subscription.subscriber)}
    barred = queries.barred_to(subscription.subscriber.address_hash)
    return [
        Other(newsletter, read.get(newsletter.pk))
        for newsletter in queries.others_that_take_readers(subscription.newsletter)
        if newsletter.pk in read or barred.isdisjoint({newsletter.pk, None})
    ]


@transaction.atomic
def add(subscription: Subscription, newsletter: Newsletter, *, consent: ConsentFacts, now: datetime) -> Outcome:
    """The reader of an active `subscription` reads `newsletter` too, from the next digest on.

    UNKNOWN where it takes no readers, or not this one.
    """
    subscriber = Subscriber.objects.select_for_update().get(pk=subscription.subscriber_id)
    if subscriber.address_hash is None or not queries.in_state(subscription.pk, ACTIVE).exists():
        return Outcome.ENDED
    if not queries.takes_readers(newsletter) or queries.is_suppressed(subscriber.address_hash, newsletter):
        return Outcome.UNKNOWN
    habits = _habits(subscription, newsletter)
    other, _new = Subscription.objects.get_or_create(subscriber=subscriber, newsletter=newsletter, defaults=habits)
    # A pending one may have been typed by anybody, and an ended one is old: how this reader reads today counts.
    if not queries.in_state(other.pk, PENDING, ENDED).update(status=ACTIVE, confirmed_at=now, **NOT_ENDED, **habits):
        return Outcome.ALREADY
    acts: Sequence[Consent.Act] = (Consent.Act.ASKED, Consent.Act.CONFIRMED)
    Consent.objects.bulk_create(Consent(subscription=other, act=act, at=now, **asdict(consent)) for act in acts)
    return Outcome.DONE


def _habits(subscription: Subscription, newsletter: Newsletter) -> dict[str, object]:
    """Languages and a weekly rhythm only where the newsletter has them."""
    first = offered(subscription.locale, newsletter.locales)
    second = offered(subscription.second_locale, newsletter.locales)
    return {
        **{name: getattr(subscription, name) for name in HABITS},
        "locale": first or second or newsletter.default_locale,
        "second_locale": second if first and second else "",
        "rhythm": Subscription.Rhythm.DAILY if newsletter.weekly_day is None else subscription.rhythm,
        "paused_until": None,
    }

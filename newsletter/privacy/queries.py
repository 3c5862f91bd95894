"""What these pages ask of the other rooms, each question with its name."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import get_language

from digests.locales import long_date
from digests.models import Newsletter
from newsletter import networks
from newsletter.delivery.models import Delivery
from newsletter.delivery.queries import deliveries_to
from newsletter.feedback.events import PAYLOADS_KEPT
from newsletter.feedback.models import Event
from newsletter.postbox.letters import KEPT as LETTERS_KEPT
from newsletter.postbox.models import Sender
from newsletter.privacy.carriers import carrier
from newsletter.privacy.facts import Known
from newsletter.subscribers import asking, erasing, inviting, limits, queries, waiting
from newsletter.subscribers.importing import starting
from newsletter.subscribers.models import Subscriber, Subscription
from newsletter.subscribers.token_pages import Named


@dataclass(frozen=True, slots=True)
class InShort:
    """What the page shows of a reader; the file has the rest."""

    address: str
    since: str
    moves_to: str
    subscriptions: list[Subscription]
    mails: int
    reads: bool


def reader_numbered(number: int) -> Named[Subscriber] | None:
    """The reader that a link names. A link that was made before the address changed went to the old mailbox."""
    subscriber = queries.subscriber_numbered(number)
    voice = queries.voice_of(subscriber.pk) if subscriber else None
    return Named(subscriber, voice, since=subscriber.moved_at) if subscriber and voice else None


def in_short(subscriber: Subscriber) -> InShort:
    """In the language that is active."""
    move = waiting.move_of(subscriber)
    return InShort(
        address=subscriber.address,
        since=long_date(subscriber.created_at.date(), get_language() or settings.LANGUAGE_CODE),
        moves_to=move.address if move else "",
        subscriptions=list(queries.all_of(subscriber)),
        mails=deliveries_to(subscriber).filter(status=Delivery.Status.SENT).count(),
        reads=queries.reads(subscriber).exists(),
    )


def known() -> Known:
    """What the privacy page is made from: the very values that the other rooms work with."""
    urls = Sender.objects.order_by("pk").values_list("postbox_url", flat=True)
    carriers = [carrier(url or settings.POSTBOX_URL) for url in urls] or [carrier(settings.POSTBOX_URL)]
    mailbox = settings.BOUNCE_MAILBOX
    return Known(
        unconfirmed=erasing.UNCONFIRMED,
        left=erasing.LEFT_KEPT,
        letters=LETTERS_KEPT,
        moves=erasing.MOVES_KEPT,
        payloads=PAYLOADS_KEPT,
        asks=asking.KEPT,
        knocks=limits.KEPT,
        lists=starting.KEPT,
        invited=inviting.ANSWERED_WITHIN,
        ipv4_bits=networks.IPV4_BITS,
        ipv6_bits=networks.IPV6_BITS,
        reports=tuple(str(kind.label) for kind in Event.Kind),
        carriers=tuple(dict.fromkeys(filter(None, carriers))),
        bounces_to=mailbox.host if mailbox else "",
        asks_dns=settings.MX_CHECK,
        counts_links=Newsletter.objects.filter(counts_links=True).exists(),
    )

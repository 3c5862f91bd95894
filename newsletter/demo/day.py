"""The demo's day: readers sign up, the editor approves, and 26 hours pass on a clock that is passed in."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings

from digests.locales import native_name
from digests.models import Digest, Newsletter
from newsletter.delivery import planning, sending
from newsletter.delivery.models import Delivery
from newsletter.delivery.queries import senders_with_due_mail
from newsletter.demo.readers import READERS, SampleReader
from newsletter.desk.approving import approve
from newsletter.postbox import letters
from newsletter.postbox.file import times_handed_over
from newsletter.postbox.queries import sender_of
from newsletter.staff.models import User
from newsletter.subscribers import membership
from newsletter.subscribers.membership import ConsentFacts
from newsletter.subscribers.models import EVERY_DAY, Subscription
from newsletter.subscribers.preferences import Preferences

EVENING_BEFORE = datetime(2026, 8, 11, 15, tzinfo=UTC)
OPENING = EVENING_BEFORE + timedelta(hours=1)  # before seven o'clock of the 12th at UTC+14
HOURS = timedelta(hours=26)
STEP = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the demo's table. `mails` is how many mails of the digest the reader really has."""

    reader: str
    language: str
    papers: str
    due: str
    status: str
    mails: int

    @property
    def is_right(self) -> bool:
        return self.status == Delivery.Status.SENT and self.mails == 1


def sign_up(newsletter: Newsletter, reader: SampleReader) -> None:
    """Joins and confirms as a person would; a reader who is there already is left alone."""
    if _subscription(newsletter, reader) is not None:
        return
    consent = ConsentFacts(wording="demo", page="/join/", network="", locale=reader.locale)
    membership.join(newsletter, reader.address, preferences=_preferences(reader), consent=consent, now=EVENING_BEFORE)
    joined = _subscription(newsletter, reader)
    if joined is not None:
        membership.confirm(joined.pk, consent=consent, now=EVENING_BEFORE)


def run(digest: Digest, *, by: User) -> None:
    """The whole day. A second run finds everything done."""
    for reader in READERS:
        sign_up(digest.newsletter, reader)
    letters.send_due(sender_of(digest.newsletter), now=EVENING_BEFORE)
    if digest.status == Digest.Status.DRAFT:
        approve(digest, by=by, now=EVENING_BEFORE)
    now = OPENING
    while now <= OPENING + HOURS:
        planning.plan(now=now)
        for sender in senders_with_due_mail(now):
            sending.send_due(sender, now=now)
        now += STEP


def table(digest: Digest) -> list[Row]:
    """What each sample reader has, in the order in which the morning reached them."""
    subscriptions = [(_subscription(digest.newsletter, reader), reader) for reader in READERS]
    rows = [(reader, _delivery(digest, subscription)) for subscription, reader in subscriptions]
    rows.sort(key=lambda row: row[1].due_at if row[1] else EVENING_BEFORE)
    return [_row(reader, delivery) for reader, delivery in rows]


def _row(reader: SampleReader, delivery: Delivery | None) -> Row:
    language = native_name(reader.locale)
    if delivery is None:
        return Row(reader.city, language, "", "", "no row in the ledger", 0)
    edition = delivery.edition
    return Row(
        reader=reader.city,
        language=language,
        papers=f"{len(edition.selection)} of {edition.total}" if edition else "",
        due=f"{delivery.due_at.astimezone(ZoneInfo(reader.time_zone)):%a %H:%M}",
        status=delivery.status,
        mails=mails_of(delivery),
    )


def mails_of(delivery: Delivery) -> int:
    """How often a delivery's mail came to the outbox, where the postbox is a folder; else what the ledger says."""
    folder = urlsplit(settings.POSTBOX_URL)
    if folder.scheme != "file":
        return int(delivery.status == Delivery.Status.SENT)
    return times_handed_over(Path(folder.path), f"d{delivery.pk}")


def _preferences(reader: SampleReader) -> Preferences:
    return Preferences(
        locale=reader.locale,
        time_zone=reader.time_zone,
        hour=reader.hour,
        weekdays=EVERY_DAY,
        topics=frozenset(reader.topics),
        **reader.preferences,
    )


def _subscription(newsletter: Newsletter, reader: SampleReader) -> Subscription | None:
    return newsletter.subscriptions.filter(subscriber__address=reader.address).first()


def _delivery(digest: Digest, subscription: Subscription | None) -> Delivery | None:
    return digest.deliveries.filter(subscription=subscription).select_related("edition").first()

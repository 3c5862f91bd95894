"""Asking for one's own data: a letter with the link, to the mailbox alone that it is about."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from newsletter.postbox.models import Letter
from newsletter.subscribers import addresses, queries, writing
from newsletter.subscribers.membership import BETWEEN_LETTERS, Joined


@transaction.atomic
def send_data_link(address: str, *, now: datetime) -> Joined:
    """Whoever is known by the address gets the link to all that is known, whether they still read or not.

    Silent where nobody is known by it, it is suppressed, no newsletter of theirs can send, or a letter went to it
    less than ten minutes ago. Raises ValueError for what is no address.
    """
    address_hash = addresses.hashed(addresses.normal(address), key=settings.SUPPRESSION_KEY)
    subscriber = queries.known_as(address_hash)
    voice = queries.voice_of(subscriber.pk) if subscriber else None
    if subscriber is None or voice is None or not queries.takes_readers(voice.newsletter):
        return Joined.SILENT
    recent = queries.letters_of_kind(Letter.Kind.DATA, subscriber.address, since=now - BETWEEN_LETTERS)
    if queries.is_suppressed(address_hash, voice.newsletter) or recent.exists():
        return Joined.SILENT
    writing.write_data(voice, now=now)
    return Joined.REMINDED

"""Who reads: Subscriber, Subscription with its preferences, Consent, Suppression, Move; who asks: Ask, Knock.

And lists that are brought along: ReaderImport, Invitation; Readership counts who reads.
"""

from newsletter.subscribers.models.asking import Ask, Knock
from newsletter.subscribers.models.move import Move
from newsletter.subscribers.models.reader_import import Invitation, ReaderImport, Readership
from newsletter.subscribers.models.subscriber import Subscriber, Suppression
from newsletter.subscribers.models.subscription import EVERY_DAY, Consent, Subscription

__all__ = [
    "EVERY_DAY",
    "Ask",
    "Consent",
    "Invitation",
    "Knock",
    "Move",
    "ReaderImport",
    "Readership",
    "Subscriber",
    "Subscription",
    "Suppression",
]

"""Who reads: Subscriber, Subscription with its preferences, Consent, Suppression, Move."""

from newsletter.subscribers.models.move import Move
from newsletter.subscribers.models.subscriber import Subscriber, Suppression
from newsletter.subscribers.models.subscription import EVERY_DAY, Consent, Subscription

__all__ = ["EVERY_DAY", "Consent", "Move", "Subscriber", "Subscription", "Suppression"]

"""Who reads: Subscriber, Subscription with its preferences, Consent, Suppression; who asks: Ask, Knock."""

from newsletter.subscribers.models.asking import Ask, Knock
from newsletter.subscribers.models.subscriber import Subscriber, Suppression
from newsletter.subscribers.models.subscription import EVERY_DAY, Consent, Subscription

__all__ = ["EVERY_DAY", "Ask", "Consent", "Knock", "Subscriber", "Subscription", "Suppression"]

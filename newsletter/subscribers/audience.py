"""What a subscription asks of a digest, and the language that its pages and letters speak."""

from dataclasses import fields

from django.conf import settings

from digests.locales import chain
from digests.selection import Wishes
from newsletter.subscribers.models import Subscription
from newsletter.subscribers.preferences import Preferences


def wishes(subscription: Subscription) -> Wishes:
    """The reader's Wishes; reads `topics`, so prefetch them where many subscriptions are asked."""
    return Wishes(
        locale=subscription.locale,
        second_locale=subscription.second_locale,
        topics=frozenset(topic.slug for topic in subscription.topics.all()),
        least_votes=subscription.least_votes,
        most_papers=subscription.most_papers,
        detail=subscription.detail,
        format=subscription.format,
    )


def wishes_of(preferences: Preferences) -> Wishes:
    """What these choices ask of a digest, whether they are saved or not."""
    return Wishes(**{field.name: getattr(preferences, field.name) for field in fields(Wishes)})


def page_locale(subscription: Subscription) -> str:
    """The first of the reader's languages that our own words exist in: digests may come in more of them."""
    spoken = dict(settings.LANGUAGES)
    wished = chain(subscription.locale, subscription.second_locale, subscription.newsletter.default_locale)
    return next((locale for locale in wished if locale in spoken), settings.LANGUAGE_CODE)

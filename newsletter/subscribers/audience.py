"""What a subscription asks of a digest, and the language that its pages and letters speak."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings

from digests.locales import chain
from digests.selection import Wishes
from newsletter.subscribers.models import Subscription

# The columns that are wishes. The claim reads them in this order (delivery.statements), and the topics' ids after them.
COLUMNS = (
    *("locale", "second_locale", "least_votes", "most_papers", "detail", "format"),
    *("authors", "words", "avoided", "when_empty"),
)
LISTS = frozenset({"authors", "words", "avoided"})  # one a line
GONE = ""  # no topic's slug: who followed a topic that has just been deleted must not get all papers for it


def wishes(subscription: Subscription) -> Wishes:
    """The reader's Wishes; reads `topics`, so prefetch them where many subscriptions are asked."""
    slugs = {topic.pk: topic.slug for topic in subscription.topics.all()}
    return wishes_from([getattr(subscription, name) for name in COLUMNS], topics=slugs, slugs=slugs)


def wishes_from(values: Iterable[Any], *, topics: Iterable[int], slugs: Mapping[int, str]) -> Wishes:
    """The Wishes of a row: the values of COLUMNS, and the ids of the topics, which `slugs` has the slugs of."""
    said = dict(zip(COLUMNS, values, strict=True))
    lists = {name: tuple(filter(None, said[name].split("\n"))) for name in LISTS}
    return Wishes(**said | lists, topics=frozenset(slugs.get(topic, GONE) for topic in topics))


def page_locale(subscription: Subscription) -> str:
    """The first of the reader's languages that our own words exist in: digests may come in more of them."""
    spoken = dict(settings.LANGUAGES)
    wished = chain(subscription.locale, subscription.second_locale, subscription.newsletter.default_locale)
    return next((locale for locale in wished if locale in spoken), settings.LANGUAGE_CODE)

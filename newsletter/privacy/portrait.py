"""All that is known of one reader, as plain values for a file."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from django.db.models import Model

from newsletter.delivery.models import Delivery
from newsletter.delivery.queries import deliveries_to
from newsletter.feedback.models import Event
from newsletter.feedback.queries import events_about
from newsletter.postbox.models import Letter
from newsletter.subscribers import queries, waiting
from newsletter.subscribers.models import Ask, Consent, Move, Subscriber, Subscription, Suppression

# What of a row is shown, by the names of its columns. Rows that hang on others stand within them.
SHOWN: Mapping[type[Model], Sequence[str]] = {
    Subscriber: ("address", "created_at", "moved_at"),
    Subscription: (
        *("status", "created_at", "asked_at", "confirmed_at", "ended_at", "end_reason", "leave_answer"),
        *("locale", "second_locale", "time_zone", "hour", "weekdays", "rhythm", "paused_until", "when_empty"),
        *("least_votes", "most_papers", "detail", "format", "authors", "words", "avoided"),
    ),
    Consent: ("act", "at", "wording", "locale", "page", "network"),
    Move: ("address", "asked_at", "left_at", "arrived_at", "done_at"),
    Delivery: ("correction", "status", "skip", "reason", "due_at", "attempts", "sent_at"),
    Event: ("kind", "source", "at", "received_at", "payload"),
    Letter: ("kind", "subject", "locale", "status", "created_at", "sent_at"),
    Ask: ("kind", "at", "wording", "page", "network", "locale"),
    Suppression: ("reason", "created_at"),
}
# What is not, and why.
LEFT_OUT: Mapping[str, str] = {
    "Subscriber.address_hash": "made from the address",
    "Subscriber.erased_at": "whoever is erased has no portrait",
    "Subscription.subscriber": "the reader",
    "Subscription.newsletter": "named by its slug",
    "Subscription.topics": "named by their slugs",
    "Consent.subscription": "it stands within",
    "Consent.entered_by": "names somebody else",
    "Invitation.subscription": "the letter that follows is shown",
    "Invitation.since": "how we send",
    "Invitation.written_at": "the letter itself is shown",
    "Move.subscriber": "the reader",
    "Move.address_hash": "made from the address",
    "Delivery.subscription": "it stands within",
    "Delivery.digest": "named by its day and kind",
    "Delivery.edition": "why each paper was in it stands within; what was sent is the web version of the mail",
    "Delivery.sender": "whose mail account it left by",
    "Delivery.ready_at": "how we send",
    "Delivery.claim": "how we send",
    "Delivery.worker": "how we send",
    "Delivery.claimed_at": "how we send",
    "Delivery.lease_until": "how we send",
    "Delivery.settled_by": "names somebody else",
    "Delivery.settled_at": "how we send",
    "Delivery.created_at": "how we send",
    "Event.delivery": "it stands within",
    "Event.external_id": "the provider's number of the report",
}


def portrait(subscriber: Subscriber) -> dict[str, object]:
    """Names and values as JSON knows them, dates in ISO 8601 and UTC, everything in the order of time."""
    move = waiting.move_of(subscriber)
    deliveries, events = _by_subscription(subscriber), _by_delivery(subscriber)
    return {
        **_values(subscriber),
        "change_of_address": _values(move) if move else None,
        "subscriptions": [_subscription(one, deliveries.get(one.pk, []), events) for one in queries.all_of(subscriber)],
        "letters": [_values(letter) for letter in queries.letters_to(subscriber.address).order_by("pk")],
        "asked_for": [_values(ask) for ask in waiting.asks_of(subscriber.address).order_by("pk")],
        "suppressions": [
            {"newsletter": entry.newsletter.slug if entry.newsletter else None, **_values(entry)}
            for entry in queries.all_suppressions_of(subscriber.address_hash or "")
        ],
    }


def _subscription(
    one: Subscription, deliveries: Iterable[Delivery], events: Mapping[int, list[Event]]
) -> dict[str, object]:
    return {
        "newsletter": one.newsletter.slug,
        **_values(one),
        "topics": sorted(topic.slug for topic in one.topics.all()),
        "consents": [_values(consent) for consent in one.consents.order_by("at", "pk")],
        "deliveries": [
            {
                "day": row.digest.day.isoformat(),
                "kind": row.digest.kind,
                **_values(row),
                "reasons": [reason for _entry, _locale, reason in row.edition.selection] if row.edition else [],
                "events": [_values(event) for event in events.get(row.pk, [])],
            }
            for row in deliveries
        ],
    }


def _by_subscription(subscriber: Subscriber) -> dict[int, list[Delivery]]:
    found: dict[int, list[Delivery]] = {}
    for row in deliveries_to(subscriber):
        found.setdefault(row.subscription_id, []).append(row)
    return found


def _by_delivery(subscriber: Subscriber) -> dict[int, list[Event]]:
    found: dict[int, list[Event]] = {}
    for event in events_about(subscriber):
        found.setdefault(event.delivery_id or 0, []).append(event)
    return found


def _values(row: Model) -> dict[str, object]:
    return {name: _plain(getattr(row, name)) for name in SHOWN[type(row)]}


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date | datetime) else value

"""Anymail's tracking webhooks: from the words of fourteen providers to ours."""

import math
from collections.abc import Callable, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from anymail.signals import AnymailTrackingEvent, EventType, RejectReason, tracking
from anymail.urls import urlpatterns as anymail_patterns
from django.urls import URLPattern
from django.utils import timezone

from newsletter.feedback import events
from newsletter.feedback.models import Event

Kind = Event.Kind

# Opened and clicked are not here: nobody's reading is recorded.
KINDS = {
    EventType.DELIVERED: Kind.DELIVERED,
    EventType.DEFERRED: Kind.DEFERRED,
    EventType.BOUNCED: Kind.BOUNCED_HARD,
    EventType.FAILED: Kind.BOUNCED_SOFT,
    EventType.REJECTED: Kind.BOUNCED_SOFT,
    EventType.COMPLAINED: Kind.COMPLAINED,
    EventType.UNSUBSCRIBED: Kind.LEFT,
}
# A mail that the provider itself held back, because of what it knows of the address.
REJECTIONS = {
    RejectReason.INVALID: Kind.BOUNCED_HARD,
    RejectReason.BOUNCED: Kind.BOUNCED_HARD,
    RejectReason.SPAM: Kind.COMPLAINED,
    RejectReason.UNSUBSCRIBED: Kind.LEFT,
}
# A bounce for these reasons says nothing of the address: time ran out, or this mail was not liked.
SOFT_REASONS = {RejectReason.TIMED_OUT, RejectReason.BLOCKED, RejectReason.SPAM, RejectReason.OTHER}
# Anymail says "bounced" for soft bounces as well; what tells them apart in each provider's own payload.
SOFT_BOUNCES: dict[str, Callable[[Mapping[str, Any]], bool]] = {
    "Amazon SES": lambda said: said.get("bounce", {}).get("bounceType") != "Permanent",
    "Brevo": lambda said: said.get("event") == "soft_bounce",
    "MailerSend": lambda said: said.get("data", {}).get("type") == "soft_bounced",
    "Mailjet": lambda said: not said.get("hard_bounce"),
    "Mandrill": lambda said: said.get("event") == "soft_bounce",
    "Postmark": lambda said: said.get("Type") == "SoftBounce",
    "Resend": lambda said: said.get("data", {}).get("bounce", {}).get("type") != "Permanent",
    "SendGrid": lambda said: said.get("type") == "blocked",
    "SparkPost": lambda said: _sparkpost_class(said) not in {"10", "30", "90"},
    "Unisender Go": lambda said: said.get("status") == "soft_bounced",
}


def connect() -> None:
    tracking.connect(receive, dispatch_uid="newsletter.feedback")


def tracking_patterns() -> list[URLPattern]:
    """The addresses that providers report to; inbound mail is not taken."""
    return [pattern for pattern in anymail_patterns if "tracking" in pattern.name or pattern.name == "mandrill_webhook"]


def receive(event: AnymailTrackingEvent, esp_name: str, **_of_the_signal: object) -> None:
    """Records what concerns us; the rest is not looked at."""
    kind = kind_of(event, esp_name)
    if kind is None:
        return
    events.record(
        kind=kind,
        source=esp_name.lower()[:40],
        external_id=external_id(event),
        at=moment_of(event),
        delivery_id=delivery_id(event.metadata),
        payload=plain(event.esp_event),
    )


def kind_of(event: AnymailTrackingEvent, esp_name: str) -> Kind | None:
    """Our word for the event; None for what we do not record."""
    kind = KINDS.get(event.event_type)
    if event.event_type == EventType.REJECTED:
        return REJECTIONS.get(event.reject_reason, kind)
    if event.event_type == EventType.BOUNCED and event.reject_reason != RejectReason.INVALID:
        is_soft = SOFT_BOUNCES.get(esp_name)
        said = event.esp_event if isinstance(event.esp_event, Mapping) else {}
        if event.reject_reason in SOFT_REASONS or (is_soft is not None and is_soft(said)):
            return Kind.BOUNCED_SOFT
    return kind


def external_id(event: AnymailTrackingEvent) -> str:
    """What is the same when a provider repeats itself: its event's id, else a digest of what happened to which mail."""
    if event.event_id and len(str(event.event_id)) <= 150:
        return f"{event.event_type}:{event.event_id}"
    facts = (event.event_type, event.message_id, event.timestamp, event.recipient, event.event_id)
    return sha256("\n".join(map(str, facts)).encode(errors="replace")).hexdigest()


def delivery_id(metadata: object) -> int | None:
    """The delivery that the mail's metadata names, as it was given along when the mail left."""
    named = metadata.get("delivery") if isinstance(metadata, Mapping) else None
    text = str(named)
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 18 else None


def moment_of(event: AnymailTrackingEvent) -> datetime:
    """When it happened; a time that the provider left out, or gave without a zone or from the future, is now."""
    now = timezone.now()
    at: datetime | None = event.timestamp
    return at if at is not None and at.tzinfo is not None and at <= now else now


def plain(value: object) -> Any:
    """The payload as JSON that every database stores: no NaN, and no NUL, which PostgreSQL refuses."""
    if isinstance(value, Mapping):
        return {str(key).replace("\0", ""): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if value is None or isinstance(value, (bool, int)) or (isinstance(value, float) and math.isfinite(value)):
        return value
    return str(value).replace("\0", "")


def _sparkpost_class(said: Mapping[str, Any]) -> str:
    """10 invalid recipient, 30 no such recipient, 90 unsubscribed; the others pass, or are about the mail."""
    inner: Mapping[str, Any] = next(iter(said.get("msys", {}).values()), {})
    return str(inner.get("bounce_class"))

"""Anymail's webhooks: what fourteen providers report, and mails that came back by way of some, in our words."""

import logging
import math
import re
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from datetime import datetime
from email.policy import compat32
from functools import wraps
from hashlib import sha256
from typing import Any

from anymail.exceptions import AnymailError
from anymail.signals import AnymailInboundEvent, AnymailTrackingEvent, EventType, RejectReason, inbound, tracking
from anymail.urls import urlpatterns as anymail_patterns
from django.core.exceptions import ImproperlyConfigured, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.urls import URLPattern
from django.utils import timezone

from newsletter.feedback import events, taking
from newsletter.feedback.models import Event
from newsletter.feedback.statements import Reported

logger = logging.getLogger(__name__)

Kind = Event.Kind
View = Callable[..., HttpResponse]

# Those that carry a mail within their request. Anymail fetches it from the others by calls without a time-out.
INBOUND = ("mailersend", "mailgun", "mailjet", "postal", "postmark", "sendgrid", "sparkpost")
PATTERNS = {"mandrill_webhook", *(f"{provider}_inbound_webhook" for provider in INBOUND)}
# What Anymail raises where a body is not what its provider documents.
UNREADABLE = (
    *(AnymailError, ArithmeticError, AssertionError, AttributeError, ImproperlyConfigured, LookupError),
    *(RecursionError, TypeError, ValueError),
)

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


SHORT = re.compile(r"[!-~]{1,150}")  # what every database takes as it is

# What one request reports: Anymail sends a signal for each of its events, and all are recorded together.
_reported: ContextVar[list[Reported]] = ContextVar("reported")


def connect() -> None:
    tracking.connect(receive, dispatch_uid="newsletter.feedback")
    inbound.connect(receive_mail, dispatch_uid="newsletter.feedback")


def patterns() -> list[URLPattern]:
    """The addresses that providers report to, and those that hand over mails that came back."""
    return [
        URLPattern(pattern.pattern, recording(pattern.callback), pattern.default_args, pattern.name)
        for pattern in anymail_patterns
        if "tracking" in pattern.name or pattern.name in PATTERNS
    ]


def recording(view: View) -> View:
    """The webhook; what it reports is recorded before it answers, or the provider is told to come again (500).

    A body that cannot be read is refused (400): it would be no better the next time.
    """

    @wraps(view)
    def webhook(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        reported: list[Reported] = []
        token = _reported.set(reported)
        try:
            answer = view(request, *args, **kwargs)
        except SuspiciousOperation:  # no secret, or too large: Django answers 400 itself
            raise
        except UNREADABLE as error:
            # The words of an error may quote the body, and with it an address; those about settings do not.
            reason = str(error) if isinstance(error, ImproperlyConfigured) else type(error).__name__
            logger.warning("webhook %s cannot be read: %s", request.path, reason)
            return HttpResponseBadRequest()
        finally:
            _reported.reset(token)
        events.record_all(reported)
        return answer

    return webhook


def receive(event: AnymailTrackingEvent, esp_name: str, **_of_the_signal: object) -> None:
    """Notes what concerns us; the rest is not looked at."""
    kind = kind_of(event, esp_name)
    if kind is None:
        return
    _reported.get().append(
        Reported(
            kind=kind,
            source=esp_name.lower()[:40],
            external_id=external_id(event),
            at=moment_of(event),
            delivery_id=delivery_id(event.metadata),
            payload=plain(event.esp_event),
        )
    )


def receive_mail(event: AnymailInboundEvent, **_of_the_signal: object) -> None:
    """Notes what a mail that came back reports; other mail is not kept."""
    recipient = event.message.envelope_recipient
    mail = event.message.as_bytes(policy=compat32)
    found = taking.reported_by(mail, now=timezone.now(), recipients=[recipient] if recipient else [])
    if found is not None:
        _reported.get().append(found)


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
    if event.event_id and SHORT.fullmatch(str(event.event_id)):
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
    """The payload as JSON that every database stores: no NaN, no half of a surrogate pair, and no NUL."""
    if isinstance(value, str):
        return _storable(value)
    if isinstance(value, Mapping):
        return {_storable(str(key)): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if value is None or isinstance(value, (bool, int)) or (isinstance(value, float) and math.isfinite(value)):
        return value
    return _storable(str(value))


def _storable(text: str) -> str:
    """PostgreSQL refuses the rest."""
    if text.isascii() and "\0" not in text:
        return text
    return text.replace("\0", "").encode(errors="replace").decode()


def _sparkpost_class(said: Mapping[str, Any]) -> str:
    """10 invalid recipient, 30 no such recipient, 90 unsubscribed; the others pass, or are about the mail."""
    inner: Mapping[str, Any] = next(iter(said.get("msys", {}).values()), {})
    return str(inner.get("bounce_class"))

"""Anymail's webhooks: what fourteen providers report, and mails that came back by way of some, in our words."""

import json
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
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.urls import URLPattern
from django.utils import timezone

from newsletter.feedback import events, taking
from newsletter.feedback.access import View, with_a_limit, with_the_secret
from newsletter.feedback.models import Event
from newsletter.feedback.shapes import is_hostile_within
from newsletter.feedback.statements import Reported
from newsletter.postbox.returns import read_signed_id

logger = logging.getLogger(__name__)

Kind = Event.Kind

# Those that carry a mail within their request. Anymail fetches it from the others by calls without a time-out.
INBOUND = ("mailersend", "mailgun", "mailjet", "postal", "postmark", "sendgrid", "sparkpost")
INBOUND_PATTERNS = {f"{provider}_inbound_webhook" for provider in INBOUND}
MANDRILL = "mandrill_webhook"  # takes both, and its batches of events may be larger than a mail that came back
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
# And the subscriptions whose readers wrote that they leave.
_left: ContextVar[list[int]] = ContextVar("left")


def connect() -> None:
    tracking.connect(receive, dispatch_uid="newsletter.feedback")
    inbound.connect(receive_mail, dispatch_uid="newsletter.feedback")


def patterns() -> list[URLPattern]:
    """The addresses that providers report to, and those that hand over mails that came back."""
    return [
        URLPattern(pattern.pattern, _ours(pattern.callback, pattern.name), pattern.default_args, pattern.name)
        for pattern in anymail_patterns
        if "tracking" in pattern.name or pattern.name in {MANDRILL, *INBOUND_PATTERNS}
    ]


def _ours(view: View, name: str) -> View:
    if name in {MANDRILL, *INBOUND_PATTERNS}:
        view = ignoring_hostile_mails(view)
    view = recording(view)
    return with_the_secret(with_a_limit(view) if name in INBOUND_PATTERNS else view)


def recording(view: View) -> View:
    """The webhook; what it reports is recorded before it answers, or the provider is told to come again (500).

    A body that cannot be read is refused (400): it would be no better the next time.
    """

    @wraps(view)
    def webhook(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        reported: list[Reported] = []
        left: list[int] = []
        tokens = _reported.set(reported), _left.set(left)
        try:
            answer = view(request, *args, **kwargs)
        except SuspiciousOperation:  # not signed as it should be, or too large: Django answers 400 itself
            raise
        except UNREADABLE as error:
            # The words of an error may quote the body, and with it an address; those about settings do not.
            reason = str(error) if isinstance(error, ImproperlyConfigured) else type(error).__name__
            logger.warning("webhook %s cannot be read: %s", request.path, reason)
            return HttpResponseBadRequest()
        finally:
            _reported.reset(tokens[0])
            _left.reset(tokens[1])
        events.record_all(reported)
        for subscription in left:
            taking.let_go(subscription, now=timezone.now())
        return answer

    return webhook


def ignoring_hostile_mails(view: View) -> View:
    """The webhook, which does not see a mail that it would read for minutes; the provider is not to bring it again."""

    @wraps(view)
    def careful(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST" and is_hostile_within(_said(request)):
            logger.warning("webhook %s: a hostile mail is ignored", request.path)
            return HttpResponse("ignored", content_type="text/plain")
        return view(request, *args, **kwargs)

    return careful


def _said(request: HttpRequest) -> object:
    """What the body says: JSON, or a form whose fields may be JSON, and whose files may be mails."""
    body = request.body  # before the form is read: it cannot be had after that
    said = _from_json(body)
    if said is not None:
        return said
    files = [_content(file) for file in request.FILES.values()]
    fields = {name: _from_json(value) or value for name, value in request.POST.items()}
    return [body, files, fields]


def _content(file: Any) -> bytes:
    """What the file holds; it can be read again."""
    content = bytes(file.read())
    file.seek(0)
    return content


def _from_json(text: Any) -> object:
    """What the text (or its octets) says; None where it is no JSON."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


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
            delivery_id=delivery_id(event),
            payload=plain(event.esp_event),
        )
    )


def receive_mail(event: AnymailInboundEvent, **_of_the_signal: object) -> None:
    """Notes what a mail that came back reports, or who says goodbye in it; other mail is not kept."""
    recipients = [event.message.envelope_recipient] if event.message.envelope_recipient else []
    mail = event.message.as_bytes(policy=compat32)
    found = taking.reported_by(mail, now=timezone.now(), recipients=recipients)
    if found is not None:
        _reported.get().append(found)
        return
    subscription = taking.left_by(mail, recipients=recipients)
    if subscription is not None:
        _left.get().append(subscription)


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


def delivery_id(event: AnymailTrackingEvent) -> int | None:
    """The delivery that the event's mail was, if we have signed that in its metadata or, with some providers, a tag.

    Other installations may send by the same account, and their events come here too.
    """
    metadata = event.metadata if isinstance(event.metadata, Mapping) else {}
    tags = event.tags if isinstance(event.tags, (list, tuple)) else [event.tags]
    for said in (metadata.get("delivery"), *tags):
        named = read_signed_id(said, keys=settings.LINK_KEYS) if isinstance(said, str) else None
        if named is not None and named[0] == "delivery":
            return named[1]
    return None


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

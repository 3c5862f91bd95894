"""What providers report, in their own payloads: recorded once, in any order, and acted on."""

import json
from base64 import b64encode
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from importlib import reload
from typing import Any
from unittest.mock import Mock

import pytest
from anymail.signals import AnymailTrackingEvent
from django.test import Client
from django.urls import Resolver404, clear_url_caches, resolve
from django.utils import timezone
from pytest_django import Settings

from newsletter.delivery.models import Delivery
from newsletter.feedback import events, urls, webhooks
from newsletter.feedback.models import Event
from newsletter.subscribers.models import Subscription, Suppression
from tests.factories import make_delivery, make_subscription

SECRET = "hook:tests-only"
AT = datetime(2026, 4, 7, 7, 5, tzinfo=UTC)


def report(provider: str, payload: object, *, secret: str = SECRET) -> int:
    """Posts as the provider does; the status of the answer."""
    headers = {"authorization": f"Basic {b64encode(secret.encode()).decode()}"} if secret else {}
    client = Client(raise_request_exception=False)
    path = f"/hooks/{provider}/tracking/"
    return client.post(path, json.dumps(payload), content_type="application/json", headers=headers).status_code


def postmark(delivery: Delivery, record: str, **values: object) -> dict[str, object]:
    """https://postmarkapp.com/developer/webhooks/bounce-webhook and its kin."""
    return {
        "RecordType": record,
        "MessageStream": "broadcast",
        "ServerID": 23,
        "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483",
        "Recipient": "ada@example.com",
        "Email": "ada@example.com",
        "Tag": "digest",
        "Metadata": {"delivery": str(delivery.pk)},
        **values,
    }


def arrived(delivery: Delivery) -> dict[str, object]:
    return postmark(delivery, "Delivery", DeliveredAt="2026-04-07T07:05:00Z", Details="Test delivery")


def bounced(delivery: Delivery, kind: str = "HardBounce") -> dict[str, object]:
    return postmark(
        delivery,
        "Bounce",
        ID=692560173,
        Type=kind,
        TypeCode=1,
        BouncedAt="2026-04-07T07:06:00Z",
        Details="smtp;550 5.1.1 The email account that you tried to reach does not exist.",
        Inactive=True,
    )


def brevo(delivery: Delivery, event: str, *, at: datetime = AT) -> dict[str, object]:
    """https://developers.brevo.com/docs/transactional-webhooks"""
    return {
        "event": event,
        "email": "ada@example.com",
        "id": 26224,
        "date": "2026-04-07 07:05:00",
        "ts": 1604933619,
        "message-id": "<202604070705.27904218@smtp-relay.mailin.fr>",
        "ts_event": 1604933654,
        "subject": "12 papers",
        "X-Mailin-custom": json.dumps({"delivery": str(delivery.pk)}),
        "sending_ip": "192.0.2.1",
        "ts_epoch": int(at.timestamp() * 1000),
    }


def make_sent(subscription: Subscription | None = None, **values: Any) -> Delivery:
    defaults: dict[str, Any] = {"status": "sent", "sent_at": AT}
    return make_delivery(subscription=subscription, **defaults | values)


@pytest.mark.django_db
def test_a_report_is_recorded_once_however_often_it_comes() -> None:
    delivery = make_sent()

    statuses = [report("postmark", arrived(delivery)) for _again in range(3)]

    assert statuses == [200] * 3
    event = Event.objects.get()
    assert (event.delivery, event.kind, event.source, event.at) == (delivery, "delivered", "postmark", AT)
    assert event.payload is not None
    assert event.payload["Metadata"] == {"delivery": str(delivery.pk)}


@pytest.mark.django_db
def test_a_report_settles_a_mail_of_which_nobody_knew() -> None:
    delivery = make_delivery(status="uncertain")

    report("brevo", brevo(delivery, "delivered"))

    delivery.refresh_from_db()
    assert (delivery.status, delivery.sent_at) == ("sent", AT)


@pytest.mark.django_db
def test_a_hard_bounce_ends_the_subscription_and_suppresses_the_address_everywhere() -> None:
    delivery = make_sent()

    report("postmark", bounced(delivery))

    subscription = Subscription.objects.get()
    assert (subscription.status, subscription.end_reason) == ("ended", "bounced")
    suppression = Suppression.objects.get()
    assert (suppression.address_hash, suppression.newsletter) == (subscription.subscriber.address_hash, None)


@pytest.mark.django_db
def test_a_complaint_ends_it_for_that_newsletter() -> None:
    delivery = make_sent()
    elsewhere = make_subscription(address="other@example.com")

    report("brevo", brevo(delivery, "spam"))

    subscription = delivery.subscription
    subscription.refresh_from_db()
    assert (subscription.status, subscription.end_reason) == ("ended", "complained")
    assert Suppression.objects.get().newsletter == subscription.newsletter
    elsewhere.refresh_from_db()
    assert elsewhere.status == "active"


@pytest.mark.django_db
@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_reports_out_of_order_and_repeated_come_to_the_same_end(order: tuple[int, ...]) -> None:
    delivery = make_delivery(status="uncertain")
    reports = [
        brevo(delivery, "request", at=AT),
        brevo(delivery, "deferred", at=AT + timedelta(minutes=1)),
        brevo(delivery, "hard_bounce", at=AT + timedelta(minutes=2)),
    ]

    for number in (*order, *order):
        report("brevo", reports[number])

    delivery.refresh_from_db()
    assert delivery.status == "sent"
    assert sorted(Event.objects.values_list("kind", flat=True)) == ["bounced_hard", "deferred"]
    assert Subscription.objects.get().end_reason == "bounced"
    assert Suppression.objects.count() == 1


@pytest.mark.django_db
def test_three_soft_bounces_end_it_without_suppressing_the_address() -> None:
    subscription = make_subscription()
    deliveries = [make_sent(subscription, sent_at=AT + timedelta(days=day)) for day in range(3)]

    for day, delivery in enumerate(deliveries):
        assert Subscription.objects.get().status == "active"
        report("brevo", brevo(delivery, "soft_bounce", at=AT + timedelta(days=day)))

    assert Subscription.objects.get().end_reason == "bounced"
    assert not Suppression.objects.exists()


@pytest.mark.django_db
def test_bounces_from_before_a_new_confirmation_do_not_count() -> None:
    subscription = make_subscription(confirmed_at=AT + timedelta(days=30))
    old = make_sent(subscription)

    report("brevo", brevo(old, "hard_bounce"))

    assert Subscription.objects.get().status == "active"


@pytest.mark.django_db
@pytest.mark.parametrize("secret", ["", "hook:wrong", "hook", "other:tests-only"])
@pytest.mark.parametrize("provider", ["postmark", "brevo", "mailjet", "sparkpost"])
@pytest.mark.filterwarnings("ignore::anymail.exceptions.AnymailNotSupportedWarning")
def test_nobody_reports_without_the_secret(provider: str, secret: str) -> None:
    delivery = make_sent()

    status = report(provider, bounced(delivery), secret=secret)

    assert status == 400
    assert not Event.objects.exists()
    assert Subscription.objects.get().status == "active"


@pytest.fixture
def no_secret(settings: Settings) -> Iterator[None]:
    settings.ANYMAIL = {"WEBHOOK_SECRET": ""}
    reload(urls)
    clear_url_caches()
    yield
    settings.ANYMAIL = {"WEBHOOK_SECRET": SECRET}
    reload(urls)
    clear_url_caches()


def test_without_a_secret_there_are_no_such_addresses(no_secret: None) -> None:
    assert urls.urlpatterns == []


def test_with_a_secret_there_are_and_none_takes_inbound_mail() -> None:
    assert resolve("/hooks/postmark/tracking/", urlconf="newsletter.feedback.urls")
    with pytest.raises(Resolver404):
        resolve("/hooks/postmark/inbound/", urlconf="newsletter.feedback.urls")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "metadata", [{}, None, [], {"delivery": "x"}, {"delivery": "9" * 40}, {"delivery": "-1"}, {"letter": "1"}]
)
def test_a_report_about_a_mail_that_is_not_ours_is_kept_and_changes_nothing(metadata: object) -> None:
    delivery = make_delivery(status="uncertain")

    status = report("postmark", bounced(delivery) | {"Metadata": {}, "Extra": metadata})
    event = AnymailTrackingEvent(event_type="bounced", event_id="e1", metadata=metadata, esp_event={})
    webhooks.receive(event, "Brevo")

    assert status == 200
    assert list(Event.objects.values_list("delivery", flat=True)) == [None, None]
    delivery.refresh_from_db()
    assert delivery.status == "uncertain"


@pytest.mark.django_db
def test_opening_a_mail_is_not_recorded() -> None:
    delivery = make_sent()

    report("postmark", postmark(delivery, "Open", ReceivedAt="2026-04-07T07:09:00Z", FirstOpen=True))
    report("brevo", brevo(delivery, "click"))

    assert not Event.objects.exists()


@pytest.mark.django_db
def test_a_report_that_fails_half_way_is_done_whole_the_second_time(monkeypatch: pytest.MonkeyPatch) -> None:
    delivery = make_sent()
    monkeypatch.setattr("newsletter.subscribers.membership.end", Mock(side_effect=MemoryError))

    first = report("postmark", bounced(delivery))
    monkeypatch.undo()
    second = report("postmark", bounced(delivery))

    assert (first, second) == (500, 200)
    assert Subscription.objects.get().status == "ended"


@pytest.mark.django_db
def test_a_repeated_report_does_not_end_again_what_staff_has_put_right() -> None:
    delivery = make_sent()
    report("postmark", bounced(delivery))
    Subscription.objects.update(status="active", ended_at=None, end_reason="")

    report("postmark", bounced(delivery))

    assert Subscription.objects.get().status == "active"


@pytest.mark.django_db
def test_payloads_are_forgotten_after_a_week_and_events_stay() -> None:
    delivery = make_sent()
    report("postmark", arrived(delivery))

    events.forget_payloads(now=timezone.now() + timedelta(days=6))
    assert Event.objects.get().payload is not None
    events.forget_payloads(now=timezone.now() + timedelta(days=8))
    assert Event.objects.get().payload is None


@pytest.mark.parametrize(
    ("provider", "event_type", "reason", "payload", "kind"),
    [
        ("Amazon SES", "bounced", "bounced", {"bounce": {"bounceType": "Permanent"}}, "bounced_hard"),
        ("Amazon SES", "bounced", "bounced", {"bounce": {"bounceType": "Transient"}}, "bounced_soft"),
        ("Brevo", "bounced", "bounced", {"event": "hard_bounce"}, "bounced_hard"),
        ("Brevo", "bounced", "bounced", {"event": "soft_bounce"}, "bounced_soft"),
        ("Brevo", "bounced", "invalid", {"event": "invalid_email"}, "bounced_hard"),
        ("Brevo", "rejected", "blocked", {"event": "blocked"}, "bounced_soft"),
        ("Mailgun", "bounced", "bounced", {}, "bounced_hard"),
        ("MailerSend", "bounced", "bounced", {"data": {"type": "soft_bounced"}}, "bounced_soft"),
        ("Mailjet", "bounced", "bounced", {"hard_bounce": True}, "bounced_hard"),
        ("Mailjet", "bounced", "bounced", {"hard_bounce": False}, "bounced_soft"),
        ("Mandrill", "bounced", None, {"event": "soft_bounce"}, "bounced_soft"),
        ("Postmark", "bounced", "bounced", {"Type": "SoftBounce"}, "bounced_soft"),
        ("Postmark", "unsubscribed", "unsubscribed", {}, "left"),
        ("Resend", "bounced", "bounced", {"data": {"bounce": {"type": "Permanent"}}}, "bounced_hard"),
        ("Resend", "bounced", "blocked", {"data": {"bounce": {"type": "Permanent"}}}, "bounced_soft"),
        ("SendGrid", "bounced", None, {"type": "blocked"}, "bounced_soft"),
        ("SendGrid", "bounced", None, {"type": "bounce"}, "bounced_hard"),
        ("SendGrid", "rejected", "bounced", {"event": "dropped"}, "bounced_hard"),
        ("SendGrid", "rejected", "spam", {}, "complained"),
        ("SparkPost", "bounced", "bounced", {"msys": {"message_event": {"bounce_class": "22"}}}, "bounced_soft"),
        ("SparkPost", "bounced", "invalid", {"msys": {"message_event": {"bounce_class": "10"}}}, "bounced_hard"),
        ("SparkPost", "bounced", "bounced", {"msys": {"message_event": {"bounce_class": "30"}}}, "bounced_hard"),
        ("Unisender Go", "bounced", "bounced", {"status": "hard_bounced"}, "bounced_hard"),
        ("Postmark", "failed", None, {}, "bounced_soft"),
        ("Postmark", "queued", None, {}, None),
        ("Postmark", "autoresponded", None, {}, None),
        ("Postmark", "unknown", None, {}, None),
    ],
)
def test_each_providers_word_is_one_of_ours(
    provider: str, event_type: str, reason: str | None, payload: Mapping[str, Any], kind: str | None
) -> None:
    event = AnymailTrackingEvent(event_type=event_type, reject_reason=reason, esp_event=payload)

    assert webhooks.kind_of(event, provider) == kind


def test_a_payload_is_kept_as_every_database_takes_it() -> None:
    kept = webhooks.plain({"a\0": ["x\0", float("nan"), 1.5, None, True], "at": AT})

    assert kept == {"a": ["x", "nan", 1.5, None, True], "at": "2026-04-07 07:05:00+00:00"}


def test_a_time_that_makes_no_sense_is_now() -> None:
    times = [None, datetime(2026, 4, 7, 7), timezone.now() + timedelta(days=400)]  # noqa: DTZ001  (as a provider may)

    for at in times:
        found = webhooks.moment_of(AnymailTrackingEvent(event_type="delivered", timestamp=at))
        assert abs(found - timezone.now()) < timedelta(minutes=1)

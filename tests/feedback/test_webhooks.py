"""What providers report, in their own payloads: recorded once, in any order, and acted on."""

import hmac
import json
from base64 import b64encode
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email import message_from_string
from importlib import reload
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import Mock

import pytest
from anymail.signals import AnymailTrackingEvent
from django.conf import settings as django_settings
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import Resolver404, clear_url_caches, resolve
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from newsletter.delivery.models import Delivery
from newsletter.feedback import events, urls, webhooks
from newsletter.feedback.models import Event
from newsletter.feedback.webhooks import patterns
from newsletter.postbox.returns import leave_path, return_path, signed_id
from newsletter.subscribers.models import Subscription, Suppression
from tests.factories import make_approved, make_delivery, make_subscription

MAILS = Path(__file__).parent / "mails"
SECRET = "hook:tests-only"
AT = datetime(2026, 4, 7, 7, 5, tzinfo=UTC)
ELSEWHERE = {1: b"the key of another installation, at the same provider"}


def signed(delivery: Delivery | int, *, keys: Mapping[int, bytes] | None = None) -> str:
    number = delivery if isinstance(delivery, int) else delivery.pk
    return signed_id(f"d{number}", keys=keys or django_settings.LINK_KEYS)


def report(provider: str, payload: object, *, secret: str = SECRET, kind: str = "tracking") -> int:
    """Posts as the provider does; the status of the answer."""
    headers = {"authorization": f"Basic {b64encode(secret.encode()).decode()}"} if secret else {}
    client = Client(raise_request_exception=False)
    path = f"/hooks/{provider}/{kind}/"
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
        "Metadata": {"delivery": signed(delivery)},
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
        "X-Mailin-custom": json.dumps({"delivery": signed(delivery)}),
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
    assert event.payload["Metadata"] == {"delivery": signed(delivery)}


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

    assert status == 401
    assert not Event.objects.exists()
    assert Subscription.objects.get().status == "active"


ADDRESSES = sorted(str(pattern.pattern).replace("^", "").replace("(_mime)?", "").rstrip("$") for pattern in patterns())
BODIES = [b"", b"null", b"[]", b"{}", b"<html>", b'{"event": 1}', b"[[[]]]", b"\xff\xfe", b"[" * 5000, b'[{"msys": 1}]']


@pytest.mark.django_db
@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.filterwarnings("ignore::anymail.exceptions.AnymailNotSupportedWarning")
@pytest.mark.filterwarnings("ignore::anymail.exceptions.AnymailDeprecationWarning")
def test_every_address_refuses_who_has_no_secret_and_what_it_cannot_read(address: str) -> None:
    client = Client(raise_request_exception=False)
    known = {"authorization": f"Basic {b64encode(SECRET.encode()).decode()}"}

    strangers = [client.post(f"/hooks/{address}", b, content_type="application/json") for b in BODIES]
    garbled = [client.post(f"/hooks/{address}", b, content_type="application/json", headers=known) for b in BODIES]

    assert len(ADDRESSES) > 20
    assert {answer.status_code for answer in strangers} == {401}
    assert {answer.status_code for answer in garbled} <= {200, 400, 401}
    assert Event.objects.filter(delivery__isnull=False).count() == 0


@pytest.mark.django_db
def test_a_provider_may_look_whether_its_address_is_there() -> None:
    assert Client().head("/hooks/brevo/tracking/").status_code == 200


def sendgrid(delivery: Delivery | int, event: str, number: int, **values: object) -> dict[str, object]:
    """https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event: hundreds in one POST."""
    return {
        "email": f"reader-{number}@example.com",
        "timestamp": int(AT.timestamp()) + number,
        "smtp-id": "<14c5d75ce93.dfd.64b469@ismtpd-555>",
        "event": event,
        "sg_event_id": f"ZGVsaXZlcmVkLTA-{event}-{number}",
        "sg_message_id": f"14c5d75ce93.dfd.64b469.filter0001.16648.5515E0B88.{number}",
        "anymail_id": f"5c6f3b1e-{number}",
        "delivery": signed(delivery),
        **values,
    }


@pytest.mark.django_db
@pytest.mark.filterwarnings("ignore::anymail.exceptions.AnymailNotSupportedWarning")
def test_a_provider_that_reports_many_at_once_is_recorded_at_once(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    delivery = make_sent()
    payload = [sendgrid(delivery, "delivered", number) for number in range(300)]

    with django_assert_max_num_queries(2):
        status = report("sendgrid", payload)

    assert status == 200
    assert Event.objects.filter(kind="delivered", delivery=delivery).count() == 300


@pytest.mark.django_db
def test_a_mail_that_arrived_costs_two_statements_at_most(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    delivery = make_sent()

    with django_assert_max_num_queries(2):
        report("postmark", arrived(delivery))

    assert Event.objects.get().kind == "delivered"


@pytest.mark.django_db
@pytest.mark.filterwarnings("ignore::anymail.exceptions.AnymailNotSupportedWarning")
@pytest.mark.parametrize("seed", range(3))
def test_a_mixed_report_comes_to_the_same_end_in_any_order_and_twice(seed: int) -> None:
    digest = make_approved()
    rows = [make_delivery(digest, status="uncertain") for _reader in range(3)]
    payload = [
        sendgrid(rows[0], "processed", 1),
        sendgrid(rows[0], "delivered", 2),
        sendgrid(rows[1], "deferred", 3),
        sendgrid(rows[1], "bounce", 4, type="bounce", reason="550 5.1.1 no such user", status="5.1.1"),
        sendgrid(rows[2], "delivered", 5),
        sendgrid(rows[2], "spamreport", 6),
        sendgrid(10**15, "bounce", 7, type="bounce"),
        sendgrid(rows[2], "open", 8),
    ]
    Random(seed).shuffle(payload)

    statuses = [report("sendgrid", payload + payload[:4]), report("sendgrid", payload[::-1])]

    assert statuses == [200, 200]
    kinds = sorted(Event.objects.values_list("kind", flat=True))
    assert kinds == ["bounced_hard", "bounced_hard", "complained", "deferred", "delivered", "delivered"]
    assert set(Delivery.objects.values_list("status", flat=True)) == {"sent"}
    reasons = [Subscription.objects.get(deliveries=row).end_reason for row in rows]
    assert reasons == ["", "bounced", "complained"]
    assert Suppression.objects.count() == 2


def bounce_mail(delivery: Delivery) -> str:
    path = return_path("bounces@papers.example.org", delivery.pk, keys=django_settings.LINK_KEYS)
    return (MAILS / "postfix_unknown_user.eml").read_text().replace("RETURN_PATH", path)


@pytest.mark.django_db
def test_a_mail_that_came_back_by_way_of_a_provider_is_recorded_once() -> None:
    delivery = make_sent()
    payload = {"RawEmail": bounce_mail(delivery), "OriginalRecipient": "", "MessageID": "1", "Headers": []}

    statuses = [report("postmark", payload, kind="inbound") for _again in range(2)]

    assert statuses == [200, 200]
    event = Event.objects.get()
    assert (event.kind, event.delivery, event.source) == ("bounced_hard", delivery, "bounce mail")
    assert event.payload == {"status": "5.1.1"}
    assert Subscription.objects.get().status == "ended"


@pytest.mark.django_db
def test_a_mail_that_a_provider_has_taken_apart_is_understood() -> None:
    """https://dev.mailjet.com/email/guides/parse-api/: the report is an attachment."""
    delivery = make_sent()
    mail = message_from_string(bounce_mail(delivery))
    status_part = bounce_mail(delivery).partition("message/delivery-status\n\n")[2].partition("\n--")[0]
    payload = {
        "Recipient": mail["To"],
        "Headers": {"From": mail["From"], "Message-Id": mail["Message-Id"], "Date": mail["Date"]},
        "Text-part": "This is the mail system",
        "Parts": [
            {"Headers": {"Content-Type": "message/delivery-status"}, "ContentRef": "Attachment1"},
        ],
        "Attachment1": b64encode(status_part.encode()).decode(),
    }

    status = report("mailjet", payload, kind="inbound")

    assert status == 200
    assert Event.objects.get().kind == "bounced_hard"


@pytest.mark.django_db
@pytest.mark.parametrize("place", ["To", "envelope"])
def test_a_goodbye_by_way_of_a_provider_is_taken(place: str) -> None:
    ada = make_subscription()
    path = leave_path("leave@papers.example.org", ada.pk, keys=django_settings.LINK_KEYS)
    to = path if place == "To" else "undisclosed-recipients:;"
    payload = {
        "RawEmail": f"From: ada@example.com\nTo: {to}\nSubject: leave\n\n",
        "OriginalRecipient": path if place == "envelope" else "",
        "Headers": [],
    }

    statuses = [report("postmark", payload, kind="inbound") for _again in range(2)]

    ada.refresh_from_db()
    assert statuses == [200, 200]
    assert (ada.end_reason, ada.consents.count()) == ("left", 1)
    assert not Event.objects.exists()


@pytest.mark.django_db
def test_other_mail_by_way_of_a_provider_is_not_kept() -> None:
    make_sent()
    payload = {"RawEmail": (MAILS / "a_person.eml").read_text(), "OriginalRecipient": "", "Headers": []}

    status = report("postmark", payload, kind="inbound")

    assert status == 200
    assert not Event.objects.exists()


def test_a_body_that_cannot_be_read_is_refused_without_its_words(caplog: pytest.LogCaptureFixture) -> None:
    def reading(_request: HttpRequest) -> HttpResponse:
        return HttpResponse(int("ada@example.com"))

    answer = webhooks.recording(reading)(RequestFactory().post("/hooks/brevo/tracking/"))

    assert answer.status_code == 400
    assert "/hooks/brevo/tracking/ cannot be read: ValueError" in caplog.text
    assert "ada@example.com" not in caplog.text


@pytest.mark.django_db
def test_no_address_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    delivery = make_sent()

    report("postmark", bounced(delivery))
    report("postmark", {"RecordType": "Bounce", "ID": 1, "BouncedAt": "ada@example.com", "Email": ["ada@example.com"]})
    report("brevo", [["ada@example.com"]])

    assert "bounced_hard of delivery" in caplog.text
    assert "cannot be read" in caplog.text
    assert "@" not in caplog.text


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
    assert [str(pattern.pattern)[:5] for pattern in urls.urlpatterns] == ["open/"]


def test_mail_is_taken_from_those_alone_that_hand_it_over_whole() -> None:
    assert resolve("/hooks/postmark/inbound/", urlconf="newsletter.feedback.urls")
    for provider in ("brevo", "mailtrap", "resend", "amazon_ses"):
        assert resolve(f"/hooks/{provider}/tracking/", urlconf="newsletter.feedback.urls")
        with pytest.raises(Resolver404):
            resolve(f"/hooks/{provider}/inbound/", urlconf="newsletter.feedback.urls")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "metadata",
    [
        {},
        None,
        [],
        *({"delivery": said} for said in ("9" * 40, "d1-01" + "0" * 16)),
        {"delivery": 7},
        {"letter": "1"},
    ],
)
def test_a_report_that_names_no_mail_is_kept_and_changes_nothing(metadata: object) -> None:
    delivery = make_delivery(status="uncertain")

    status = report("brevo", brevo(delivery, "hard_bounce") | {"X-Mailin-custom": json.dumps(metadata)})

    assert status == 200
    assert Event.objects.get().delivery is None
    delivery.refresh_from_db()
    assert delivery.status == "uncertain"


@pytest.mark.django_db
@pytest.mark.parametrize("event", ["delivered", "hard_bounce", "spam", "unsubscribe"])
def test_a_mail_of_another_installation_with_the_same_number_is_not_ours(event: str) -> None:
    delivery = make_delivery(status="uncertain")
    letter = signed_id(f"l{delivery.pk}", keys=django_settings.LINK_KEYS)
    names = [str(delivery.pk), signed(delivery, keys=ELSEWHERE), letter]

    for second, name in enumerate(names):
        said = brevo(delivery, event, at=AT + timedelta(seconds=second))
        report("brevo", said | {"X-Mailin-custom": json.dumps({"delivery": name}), "tags": [name]})

    assert Event.objects.filter(delivery__isnull=True).count() == 3
    delivery.refresh_from_db()
    assert (delivery.status, Subscription.objects.get().status) == ("uncertain", "active")


@pytest.mark.django_db
def test_a_provider_without_metadata_names_the_mail_by_its_tag(settings: Settings) -> None:
    """https://developers.mailersend.com/api/v1/webhooks.html"""
    settings.ANYMAIL = {**settings.ANYMAIL, "MAILERSEND_SIGNING_SECRET": "shared"}
    delivery = make_delivery(status="uncertain")
    email = {"message": {"id": "62fb"}, "tags": ["digest", signed(delivery)], "recipient": {"email": "ada@example.com"}}
    body = json.dumps({"data": {"type": "hard_bounced", "id": "62f1", "email": email, "morph": None}})
    headers = {
        "authorization": f"Basic {b64encode(SECRET.encode()).decode()}",
        "signature": hmac.digest(b"shared", body.encode(), "sha256").hex(),
    }

    Client().post("/hooks/mailersend/tracking/", body, content_type="application/json", headers=headers)

    assert Event.objects.get().delivery == delivery
    assert Subscription.objects.get().end_reason == "bounced"


@pytest.mark.parametrize("tags", [None, "", [None], [7], "x", {}])
def test_whatever_a_provider_says_for_tags_raises_nothing(tags: object) -> None:
    assert webhooks.delivery_id(AnymailTrackingEvent(event_type="delivered", metadata=None, tags=tags)) is None


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
    kept = webhooks.plain({"a\0": ["x\0", float("nan"), 1.5, None, True], "at": AT, "한": "\ud83d"})

    assert kept == {"a": ["x", "nan", 1.5, None, True], "at": "2026-04-07 07:05:00+00:00", "한": "?"}


@pytest.mark.django_db
@pytest.mark.filterwarnings("ignore::anymail.exceptions.AnymailNotSupportedWarning")
def test_what_no_database_takes_as_it_is_is_recorded_all_the_same() -> None:
    delivery = make_sent()
    odd = {"reason": "\0 \ud800 \U0001f600", "pool": {"id": float("inf"), "more": [None, {"a": [10**30]}]}}

    status = report("sendgrid", [sendgrid(delivery, "bounce", 1, sg_event_id="\0\ud800" * 99, **odd)])

    assert status == 200
    event = Event.objects.get()
    assert event.payload is not None
    assert event.payload["reason"] == " ? \U0001f600"
    assert event.payload["pool"]["more"] == [None, {"a": [10**30]}]


@pytest.mark.django_db
def test_a_payload_that_is_too_deep_is_refused() -> None:
    delivery = make_sent()
    deep = "[" * 600 + "]" * 600
    body = json.dumps(brevo(delivery, "delivered")).replace('"12 papers"', deep)
    headers = {"authorization": f"Basic {b64encode(SECRET.encode()).decode()}"}

    answer = Client().post("/hooks/brevo/tracking/", body, content_type="application/json", headers=headers)

    assert answer.status_code == 400


def test_a_time_that_makes_no_sense_is_now() -> None:
    times = [None, datetime(2026, 4, 7, 7), timezone.now() + timedelta(days=400)]  # noqa: DTZ001  (as a provider may)

    for at in times:
        found = webhooks.moment_of(AnymailTrackingEvent(event_type="delivered", timestamp=at))
        assert abs(found - timezone.now()) < timedelta(minutes=1)

"""Events are recorded once and judged together, whoever else records at the same time."""

import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from newsletter.delivery.models import Delivery
from newsletter.feedback import events
from newsletter.feedback.models import Event
from newsletter.feedback.statements import Reported
from newsletter.feedback.verdicts import Report, Verdict, verdict
from newsletter.subscribers import leaving
from newsletter.subscribers.membership import ConsentFacts
from newsletter.subscribers.models import Subscription
from tests.factories import make_delivery, make_subscription

AT = datetime(2026, 4, 7, 7, 5, tzinfo=UTC)


def reported(kind: str, delivery: Delivery, *, number: int = 1, source: str = "brevo") -> Reported:
    return Reported(kind=kind, source=source, external_id=f"{kind}-{number}", at=AT, delivery_id=delivery.pk)


def record_alone(one: Reported) -> int:
    """As a process of its own would, on a connection of its own."""
    try:
        return events.record_all([one])
    finally:
        connection.close()


def after_a_moment(history: Iterable[Report]) -> Verdict:
    """The verdict, by one who looked at the history a while ago."""
    time.sleep(0.3)
    return verdict(history)


def at_once(reports: list[Reported]) -> list[int]:
    with ThreadPoolExecutor(len(reports)) as threads:
        return list(threads.map(record_alone, reports))


@pytest.mark.django_db(transaction=True)
def test_three_soft_bounces_at_the_same_moment_end_the_subscription(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "verdict", after_a_moment)
    subscription = make_subscription()
    mails = [make_delivery(subscription=subscription, status="sent", sent_at=AT) for _mail in range(3)]

    new = at_once([reported("bounced_soft", delivery, number=n) for n, delivery in enumerate(mails)])

    assert new == [1, 1, 1]
    assert Subscription.objects.get().end_reason == "bounced"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["delivered", "bounced_hard"])
def test_the_same_report_at_the_same_moment_is_one_event(kind: str) -> None:
    delivery = make_delivery(status="uncertain")

    new = at_once([reported(kind, delivery)] * 6)

    assert sorted(new) == [0, 0, 0, 0, 0, 1]
    assert Event.objects.count() == 1
    delivery.refresh_from_db()
    assert delivery.status == "sent"


@pytest.mark.django_db
@pytest.mark.parametrize("status", ["sending", "uncertain"])
@pytest.mark.parametrize("kind", ["delivered", "deferred", "bounced_soft", "bounced_hard", "complained", "left"])
def test_whatever_became_of_a_mail_it_has_left(kind: str, status: str) -> None:
    claimed: dict[str, Any] = {"claim": UUID(int=1), "lease_until": AT} if status == "sending" else {}
    delivery = make_delivery(status=status, **claimed)

    events.record_all([reported(kind, delivery)])

    delivery.refresh_from_db()
    assert (delivery.status, delivery.sent_at) == ("sent", AT)


@pytest.mark.django_db
def test_a_report_that_was_recorded_and_not_acted_on_settles_its_mail_when_it_comes_again() -> None:
    delivery = make_delivery(status="uncertain")
    one = reported("delivered", delivery)
    Event.objects.create(kind=one.kind, source=one.source, external_id=one.external_id, at=AT, delivery=delivery)

    assert events.record_all([one]) == 0

    delivery.refresh_from_db()
    assert delivery.status == "sent"


@pytest.mark.django_db
@pytest.mark.parametrize("status", ["planned", "failed", "sent", "skipped"])
def test_a_mail_that_is_not_in_the_air_keeps_its_status(status: str) -> None:
    why: dict[str, dict[str, Any]] = {
        "failed": {"reason": "no"},
        "sent": {"sent_at": AT - timedelta(days=1)},
        "skipped": {"skip": "late"},
    }
    delivery = make_delivery(status=status, **why.get(status, {}))

    events.record_all([reported("delivered", delivery)])

    before = delivery.sent_at
    delivery.refresh_from_db()
    assert (delivery.status, delivery.sent_at) == (status, before)


@pytest.mark.django_db
def test_the_same_id_of_two_providers_is_two_events() -> None:
    delivery = make_delivery(status="sent", sent_at=AT)

    new = events.record_all([reported("delivered", delivery, source=source) for source in ("brevo", "resend", "brevo")])

    assert new == 2


@pytest.mark.django_db
def test_nothing_reported_is_nothing_done() -> None:
    assert events.record_all([]) == 0


def defer(delivery: Delivery, *, times: int) -> None:
    reports = [
        Reported(
            kind="deferred",
            source="brevo",
            external_id=f"deferred-{delivery.pk}-{minute}",
            at=AT + timedelta(minutes=minute),
            delivery_id=delivery.pk,
        )
        for minute in range(times)
    ]
    events.record_all(reports)


@pytest.mark.django_db
def test_a_hard_bounce_counts_however_often_later_mails_were_deferred() -> None:
    subscription = make_subscription()
    bounced, deferred = (make_delivery(subscription=subscription, status="sent", sent_at=AT) for _mail in range(2))
    defer(deferred, times=25)

    events.record_all([reported("bounced_hard", bounced)])

    assert Subscription.objects.get().end_reason == "bounced"


@pytest.mark.django_db
def test_three_soft_bounces_count_however_often_each_mail_was_deferred() -> None:
    subscription = make_subscription()
    mails = [make_delivery(subscription=subscription, status="sent", sent_at=AT) for _mail in range(3)]

    for number, delivery in enumerate(mails):
        defer(delivery, times=25)
        events.record_all([reported("bounced_soft", delivery, number=number)])

    assert Subscription.objects.get().end_reason == "bounced"


@pytest.mark.django_db
def test_who_took_leaving_back_does_not_leave_again_with_the_next_soft_bounce() -> None:
    subscription, back = make_subscription(confirmed_at=AT - timedelta(days=9)), AT + timedelta(minutes=1)
    first, second = (make_delivery(subscription=subscription, status="sent", sent_at=AT) for _mail in range(2))
    events.record_all([reported("left", first)])
    Subscription.objects.filter(end_reason="left").update(ended_at=AT)
    leaving.come_back(subscription.pk, consent=ConsentFacts("Undo", "/undo/", "", "en"), now=back)

    events.record_all([reported("bounced_soft", second)])

    subscription.refresh_from_db()
    assert subscription.status == "active"
    later = Reported(kind="left", source="brevo", external_id="9", at=back + timedelta(hours=1), delivery_id=second.pk)
    events.record_all([later])
    subscription.refresh_from_db()
    assert subscription.end_reason == "left"


@pytest.mark.django_db
def test_an_event_is_stored_as_the_admin_and_other_questions_expect_it() -> None:
    delivery = make_delivery(status="sent", sent_at=AT)
    many = [reported("delivered", delivery, number=number) for number in range(1500)]

    events.record_all(many)

    assert Event.objects.filter(at=AT, delivery=delivery, payload__isnull=True).count() == 1500
    assert Event.objects.filter(received_at__gt=AT, at__lt=AT + timedelta(seconds=1)).count() == 1500

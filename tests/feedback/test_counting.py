"""Counting: each day's mails and readers as numbers, however often they are counted."""

from datetime import UTC, date, datetime, timedelta

import pytest

from newsletter.delivery.models import Delivery
from newsletter.feedback.counting import count_days
from newsletter.feedback.models import DailyCount, Event
from newsletter.subscribers.models import Consent, Subscription
from tests.factories import DAY, make_approved, make_delivery, make_digest, make_newsletter, make_subscription

pytestmark = pytest.mark.django_db
NOON = datetime(DAY.year, DAY.month, DAY.day, 12, tzinfo=UTC)


def numbers() -> dict[tuple[date, str, str], int]:
    return {(row.day, row.locale, row.kind): row.number for row in DailyCount.objects.all()}


def report(delivery: Delivery, kind: str, number: int = 1) -> None:
    Event.objects.create(
        delivery=delivery, kind=kind, source="brevo", external_id=f"{delivery}-{kind}-{number}", at=NOON
    )


def test_mails_are_counted_by_their_digests_day_and_language() -> None:
    newsletter = make_newsletter()
    digest = make_approved(make_digest(newsletter))
    korean = make_subscription(newsletter, locale="ko")
    make_delivery(digest, korean, status="sent", sent_at=NOON)
    for _ in range(2):
        make_delivery(digest, status="sent", sent_at=NOON)
    make_delivery(digest, status="failed", reason="550")
    make_delivery(digest)

    count_days(now=NOON)

    assert numbers() == {(DAY, "ko", "sent"): 1, (DAY, "en", "sent"): 2, (DAY, "en", "failed"): 1}


def test_a_mail_that_bounced_twice_is_one_that_bounced() -> None:
    delivery = make_delivery(status="sent", sent_at=NOON)
    report(delivery, "bounced_soft", 1)
    report(delivery, "bounced_soft", 2)
    report(delivery, "delivered")

    count_days(now=NOON)

    assert numbers()[DAY, "en", "bounced"] == 1
    assert numbers()[DAY, "en", "delivered"] == 1


def test_counting_again_doubles_nothing() -> None:
    make_delivery(status="sent", sent_at=NOON)

    for _ in range(3):
        count_days(now=NOON)

    assert numbers() == {(DAY, "en", "sent"): 1}


def test_an_old_day_keeps_its_numbers() -> None:
    delivery = make_delivery(status="sent", sent_at=NOON)
    count_days(now=NOON)
    delivery.delete()

    count_days(now=NOON + timedelta(days=30))

    assert numbers() == {(DAY, "en", "sent"): 1}


def test_who_left_and_came_back_is_counted_both_ways() -> None:
    reader = make_subscription()
    for act in ("confirmed", "left", "returned"):
        Consent.objects.create(subscription=reader, act=act, at=NOON)

    count_days(now=NOON)

    assert numbers() == {(DAY, "en", "joined"): 2, (DAY, "en", "left"): 1}


def test_who_was_stopped_by_a_bounce_has_left() -> None:
    make_subscription(status=Subscription.Status.ENDED, ended_at=NOON, end_reason="bounced")

    count_days(now=NOON)

    assert numbers() == {(DAY, "en", "left"): 1}


def test_a_mail_that_bounced_for_now_and_then_for_good_bounced_once() -> None:
    delivery = make_delivery(status="sent", sent_at=NOON)
    for number, kind in enumerate(("bounced_soft", "bounced_hard")):
        Event.objects.create(delivery=delivery, kind=kind, source="brevo", external_id=str(number), at=NOON)

    count_days(now=NOON)

    assert numbers() == {(DAY, "en", "sent"): 1, (DAY, "en", "bounced"): 1}


def test_a_correction_that_arrives_as_well_is_no_second_mail_that_arrived() -> None:
    delivery = make_delivery(status="sent", sent_at=NOON)
    corrected = make_delivery(delivery.digest, delivery.subscription, correction=1, status="sent", sent_at=NOON)
    for number, mail in enumerate((delivery, corrected)):
        Event.objects.create(delivery=mail, kind="delivered", source="brevo", external_id=str(number), at=NOON)

    count_days(now=NOON)

    assert numbers() == {(DAY, "en", "sent"): 1, (DAY, "en", "delivered"): 1}


def test_a_correction_is_not_counted_as_a_second_mail_of_the_day() -> None:
    delivery = make_delivery(status="sent", sent_at=NOON)
    make_delivery(delivery.digest, delivery.subscription, correction=1, status="sent", sent_at=NOON)

    count_days(now=NOON)

    assert numbers() == {(DAY, "en", "sent"): 1}

"""Joining, confirming, changing, leaving: what is true afterwards, once or twice or at the same time."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from threading import Barrier, Thread

import pytest
from django.db import connection

from digests.models import Newsletter
from newsletter.postbox.models import Letter
from newsletter.subscribers import erasing, leaving, membership
from newsletter.subscribers.membership import ConsentFacts, Joined, Outcome
from newsletter.subscribers.models import Consent, Subscriber, Subscription, Suppression
from newsletter.subscribers.preferences import Preferences
from tests.factories import address_hash, make_newsletter, make_subscription, make_topic

pytestmark = pytest.mark.django_db
ALICE = "alice@example.org"
TEN_MINUTES, A_DAY, MOMENT = timedelta(minutes=10), timedelta(days=1), timedelta(microseconds=1)


def join(newsletter: Newsletter, address: str = ALICE, *, now: datetime, hour: int = 7) -> Joined:
    return membership.join(
        newsletter,
        address,
        preferences=Preferences(locale="ko", time_zone="Asia/Seoul", hour=hour, weekdays=127),
        consent=ConsentFacts(wording="I agree.", page="/join/x/", network="203.0.113.0/24", locale="en"),
        now=now,
    )


def letters() -> list[tuple[str, str]]:
    return list(Letter.objects.order_by("pk").values_list("kind", "to"))


def acts(subscription: Subscription) -> list[str]:
    return list(subscription.consents.order_by("pk").values_list("act", flat=True))


def test_whoever_signs_up_is_asked_to_confirm_by_letter(now: datetime) -> None:
    newsletter = make_newsletter()

    assert join(newsletter, "Alice@Example.org", now=now) == Joined.ASKED

    subscription = Subscription.objects.get()
    assert (subscription.status, subscription.locale, subscription.time_zone) == ("pending", "ko", "Asia/Seoul")
    assert subscription.subscriber.address == ALICE
    assert subscription.subscriber.address_hash == address_hash(ALICE)
    assert letters() == [("confirm", ALICE)]


def test_the_consent_keeps_what_was_agreed_to(now: datetime) -> None:
    join(make_newsletter(), now=now)

    asked = Consent.objects.get()
    assert (asked.act, asked.at, asked.wording) == ("asked", now, "I agree.")
    assert (asked.page, asked.network, asked.locale) == ("/join/x/", "203.0.113.0/24", "en")


def test_a_reader_who_signs_up_again_gets_the_link_and_keeps_the_preferences(now: datetime) -> None:
    subscription = make_subscription(address=ALICE, hour=6)

    assert join(subscription.newsletter, hour=9, now=now) == Joined.REMINDED

    subscription.refresh_from_db()
    assert (subscription.status, subscription.hour) == ("active", 6)
    assert letters() == [("link", ALICE)]
    assert acts(subscription) == []


def test_within_ten_minutes_one_letter_goes_to_a_subscription(now: datetime) -> None:
    newsletter = make_newsletter()

    results = [join(newsletter, now=now + wait) for wait in (timedelta(0), TEN_MINUTES / 2, TEN_MINUTES)]

    assert results == [Joined.ASKED, Joined.SILENT, Joined.ASKED]
    assert letters() == [("confirm", ALICE)] * 2
    assert Consent.objects.count() == 2


def test_the_choice_that_came_with_the_newest_letter_holds(now: datetime) -> None:
    newsletter = make_newsletter()

    for hour, wait in ((7, timedelta(0)), (8, TEN_MINUTES / 2), (9, TEN_MINUTES), (10, TEN_MINUTES * 1.5)):
        join(newsletter, hour=hour, now=now + wait)

    assert Subscription.objects.get().hour == 9


def test_a_choice_without_a_letter_changes_nothing_of_somebody_unconfirmed(now: datetime) -> None:
    newsletter = make_newsletter()
    join(newsletter, hour=7, now=now)

    assert join(newsletter, hour=3, now=now) == Joined.SILENT

    assert Subscription.objects.get().hour == 7


def test_who_left_and_signs_up_again_at_once_is_asked_at_once(now: datetime, consent: ConsentFacts) -> None:
    newsletter = make_newsletter()
    join(newsletter, now=now)
    subscription = Subscription.objects.get()
    membership.confirm(subscription.pk, consent=consent, now=now)
    membership.leave(subscription.pk, consent=consent, now=now)

    results = [join(newsletter, now=now + wait) for wait in (MOMENT, 2 * MOMENT)]

    assert results == [Joined.ASKED, Joined.SILENT]
    assert letters() == [("confirm", ALICE)] * 2


def test_who_left_and_signs_up_again_may_choose_anew_a_day_later(now: datetime, consent: ConsentFacts) -> None:
    subscription = make_subscription(address=ALICE, hour=6)
    membership.leave(subscription.pk, consent=consent, now=now)

    join(subscription.newsletter, hour=9, now=now + A_DAY)
    subscription.refresh_from_db()
    assert (subscription.status, subscription.hour) == ("ended", 6)
    join(subscription.newsletter, hour=9, now=now + A_DAY + TEN_MINUTES)

    subscription.refresh_from_db()
    assert (subscription.status, subscription.hour) == ("pending", 9)


def test_a_stranger_who_types_the_address_of_who_left_today_changes_nothing(
    now: datetime, consent: ConsentFacts
) -> None:
    bob = make_subscription(address=ALICE, hour=6, confirmed_at=now - A_DAY)
    membership.leave(bob.pk, consent=consent, now=now)
    leaving.answer(bob.pk, "often")

    for hour in range(5):
        join(bob.newsletter, hour=hour, now=now + (hour + 1) * TEN_MINUTES)
    bob.refresh_from_db()

    assert (bob.status, bob.end_reason, bob.leave_answer, bob.hour) == ("ended", "left", "often", 6)
    assert leaving.come_back(bob.pk, consent=consent, now=now + A_DAY) == Outcome.DONE
    assert Subscription.objects.values_list("status", "confirmed_at").get() == ("active", now - A_DAY)


@pytest.mark.parametrize("end", ["complained", "erased"])
def test_a_letter_from_before_a_complaint_or_erasing_starts_nothing(
    end: str, now: datetime, consent: ConsentFacts
) -> None:
    bob = make_subscription(address=ALICE)
    membership.leave(bob.pk, consent=consent, now=now)
    join(bob.newsletter, now=now + MOMENT)
    if end == "erased":
        erasing.erase(bob.subscriber, now=now)
    else:
        membership.suppress(address_hash(ALICE), bob.newsletter, Suppression.Reason.COMPLAINED)

    assert membership.confirm(bob.pk, consent=consent, now=now + A_DAY) == Outcome.ENDED

    assert Subscription.objects.get().status == "ended"


@pytest.mark.parametrize("reason", ["bounced", "complained", "erased", "removed"])
def test_who_was_ended_by_others_waits_for_the_next_letter(now: datetime, reason: str) -> None:
    newsletter = make_newsletter()
    join(newsletter, now=now)
    membership.end(Subscription.objects.get().pk, reason=Subscription.EndReason(reason), now=now)

    assert join(newsletter, now=now) == Joined.SILENT


@pytest.mark.parametrize("reason", Suppression.Reason.values)
@pytest.mark.parametrize("everywhere", [True, False])
def test_a_suppressed_address_gets_nothing(reason: str, everywhere: bool, now: datetime) -> None:
    newsletter = make_newsletter()
    membership.suppress(address_hash(ALICE), None if everywhere else newsletter, Suppression.Reason(reason))

    assert join(newsletter, now=now) == Joined.SILENT

    assert letters() == []
    assert not Subscriber.objects.exists()


def test_a_suppression_holds_for_its_newsletter_alone(now: datetime) -> None:
    membership.suppress(address_hash(ALICE), make_newsletter(), Suppression.Reason.ASKED)

    assert join(make_newsletter(), now=now) == Joined.ASKED


def test_suppressing_twice_keeps_the_first_reason() -> None:
    for reason in (Suppression.Reason.BOUNCED, Suppression.Reason.ASKED):
        membership.suppress(address_hash(ALICE), None, reason)

    assert Suppression.objects.get().reason == "bounced"


def test_confirming_starts_the_subscription_once(consent: ConsentFacts, now: datetime) -> None:
    join(make_newsletter(), now=now)
    subscription = Subscription.objects.get()
    confirm = partial(membership.confirm, subscription.pk, consent=consent)

    assert [confirm(now=now), confirm(now=now + TEN_MINUTES)] == [Outcome.DONE, Outcome.ALREADY]

    subscription.refresh_from_db()
    assert (subscription.status, subscription.confirmed_at) == ("active", now)
    assert acts(subscription) == ["asked", "confirmed"]


def test_an_old_letter_does_not_bring_back_who_left(consent: ConsentFacts, now: datetime) -> None:
    subscription = make_subscription()
    membership.leave(subscription.pk, consent=consent, now=now)

    assert membership.confirm(subscription.pk, consent=consent, now=now) == Outcome.ENDED

    subscription.refresh_from_db()
    assert subscription.status == "ended"


@pytest.mark.parametrize("wait", [timedelta(hours=23), timedelta(hours=25)])
def test_who_left_and_signs_up_again_confirms_again(wait: timedelta, consent: ConsentFacts, now: datetime) -> None:
    subscription = make_subscription(address=ALICE)
    membership.leave(subscription.pk, consent=consent, now=now)

    assert join(subscription.newsletter, now=now + wait) == Joined.ASKED
    assert membership.confirm(subscription.pk, consent=consent, now=now + 3 * A_DAY) == Outcome.DONE

    subscription.refresh_from_db()
    assert (subscription.status, subscription.ended_at, subscription.end_reason) == ("active", None, "")
    assert subscription.confirmed_at == now + 3 * A_DAY
    assert acts(subscription) == ["left", "asked", "confirmed"]


def test_leaving_ends_the_subscription_once(consent: ConsentFacts, now: datetime) -> None:
    subscription = make_subscription()
    leave = partial(membership.leave, subscription.pk, consent=consent)

    assert [leave(now=now), leave(now=now + TEN_MINUTES)] == [Outcome.DONE, Outcome.ENDED]

    subscription.refresh_from_db()
    assert (subscription.status, subscription.end_reason, subscription.ended_at) == ("ended", "left", now)
    assert acts(subscription) == ["left"]


def test_what_has_ended_keeps_its_first_reason(consent: ConsentFacts, now: datetime) -> None:
    subscription = make_subscription()

    membership.end(subscription.pk, reason=Subscription.EndReason.BOUNCED, now=now)
    membership.leave(subscription.pk, consent=consent, now=now)

    subscription.refresh_from_db()
    assert subscription.end_reason == "bounced"
    assert acts(subscription) == []


def test_nobody_is_confirmed_or_ended_who_does_not_exist(consent: ConsentFacts, now: datetime) -> None:
    assert membership.confirm(4711, consent=consent, now=now) == Outcome.UNKNOWN
    assert membership.leave(4711, consent=consent, now=now) == Outcome.UNKNOWN


def test_changed_preferences_hold_with_topics_of_this_newsletter_alone(preferences: Preferences, now: datetime) -> None:
    subscription = make_subscription()
    make_topic(subscription.newsletter, "agents")
    make_topic(make_newsletter(), "vision")
    wished = replace(preferences, topics=frozenset({"agents", "vision"}), most_papers=5, detail="titles")

    assert membership.change(subscription, wished, now=now) == Outcome.DONE

    subscription.refresh_from_db()
    assert (subscription.locale, subscription.most_papers, subscription.detail) == ("ko", 5, "titles")
    assert [topic.slug for topic in subscription.topics.all()] == ["agents"]


def test_an_ended_subscription_is_not_changed(preferences: Preferences, consent: ConsentFacts, now: datetime) -> None:
    subscription = make_subscription(hour=6)
    membership.leave(subscription.pk, consent=consent, now=now)

    assert membership.change(subscription, preferences, now=now) == Outcome.ENDED

    subscription.refresh_from_db()
    assert subscription.hour == 6


def test_a_link_goes_to_readers_alone(now: datetime) -> None:
    make_subscription(address=ALICE)
    make_subscription(address="bob@example.org", status="pending", confirmed_at=None)

    assert membership.send_link("ALICE@example.org", now=now) == (Joined.REMINDED,)
    assert membership.send_link("bob@example.org", now=now) == ()
    assert membership.send_link("charlie@example.org", now=now) == ()

    assert letters() == [("link", ALICE)]


def test_a_suppressed_reader_gets_no_link(now: datetime) -> None:
    make_subscription(address=ALICE)
    membership.suppress(address_hash(ALICE), None, Suppression.Reason.COMPLAINED)

    assert membership.send_link(ALICE, now=now) == ()
    assert letters() == []


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one write at a time; on PostgreSQL it runs")
@pytest.mark.django_db(transaction=True)
def test_of_two_who_sign_up_at_once_one_subscription_and_one_letter_come(now: datetime) -> None:
    newsletter, start, results = make_newsletter(), Barrier(4), []

    def sign_up() -> None:
        start.wait(timeout=10)
        try:
            results.append(join(newsletter, now=now))
        finally:
            connection.close()

    threads = [Thread(target=sign_up) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert sorted(results) == [Joined.ASKED, Joined.SILENT, Joined.SILENT, Joined.SILENT]
    assert Subscription.objects.count() == 1
    assert letters() == [("confirm", ALICE)]

"""Asking: the same for every address, and acted on once, in a moment."""

import logging
import re
from datetime import datetime, timedelta
from functools import partial
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from digests.models import Newsletter
from newsletter.postbox.models import Letter
from newsletter.subscribers import asking, erasing, limits, membership
from newsletter.subscribers.membership import ConsentFacts
from newsletter.subscribers.models import Ask, Consent, Knock, Subscriber, Subscription, Suppression
from newsletter.subscribers.preferences import Preferences
from newsletter.subscribers.tasks import answer_asks, forget_asks, forget_knocks
from tests.conftest import Outbox
from tests.factories import address_hash, make_newsletter, make_subscription
from tests.subscribers.pages import ALICE, a_moment_passes, browser, filled, path_of

pytestmark = pytest.mark.django_db
MOMENT = timedelta(seconds=2)
VALUES = re.compile(r"'[^']*'|\"s\d+_x\d+\"|\d+")
CONSENT = ConsentFacts(wording="I agree.", page="/join/x/", network="203.0.113.0/24", locale="en")


def ask_to_join(newsletter: Newsletter, address: str = ALICE, *, now: datetime, hour: int = 7) -> None:
    wish = Preferences(locale="ko", time_zone="Asia/Seoul", hour=hour, weekdays=127)
    asking.ask_to_join(newsletter, address, preferences=wish, consent=CONSENT, now=now)


def letters() -> list[tuple[str, str]]:
    return list(Letter.objects.order_by("pk").values_list("kind", "to"))


def test_nothing_is_done_for_an_address_before_the_timetable_comes_by(now: datetime) -> None:
    ask_to_join(make_newsletter(), now=now)

    assert not Subscriber.objects.exists()
    assert letters() == []


def test_what_was_asked_for_is_done_as_of_the_moment_of_asking(now: datetime) -> None:
    ask_to_join(make_newsletter(), hour=9, now=now)

    assert asking.answer(now=now + MOMENT) == 1

    subscription, consent = Subscription.objects.get(), Consent.objects.get()
    assert (subscription.locale, subscription.hour, subscription.asked_at) == ("ko", 9, now)
    assert (consent.at, consent.wording, consent.page) == (now, "I agree.", "/join/x/")
    assert (consent.network, consent.locale) == ("203.0.113.0/24", "en")
    assert letters() == [("confirm", ALICE)]
    assert not Ask.objects.exists()


def test_a_link_is_sent_to_who_asked_for_it(now: datetime) -> None:
    make_subscription(address=ALICE)
    asking.ask_for(Ask.Kind.LINK, ALICE, now=now)
    asking.ask_for(Ask.Kind.LINK, "zoe@example.org", now=now)

    assert asking.answer(now=now + MOMENT) == 2

    assert letters() == [("link", ALICE)]


def test_an_answer_runs_once_though_the_timetable_comes_by_twice(now: datetime) -> None:
    ask_to_join(make_newsletter(), now=now)

    assert [asking.answer(now=now + MOMENT), asking.answer(now=now + MOMENT)] == [1, 0]

    assert letters() == [("confirm", ALICE)]


def test_what_was_cut_off_is_done_again_and_once(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    ask_to_join(make_newsletter(), now=now)
    with monkeypatch.context() as worker:
        worker.setattr(Ask, "delete", dies)
        with pytest.raises(SystemExit):
            asking.answer(now=now + MOMENT)
    assert letters() == []

    assert asking.answer(now=now + MOMENT) == 1

    assert letters() == [("confirm", ALICE)]
    assert Knock.objects.get().count == 1


def dies(*_args: object) -> None:
    raise SystemExit


def test_an_ask_that_fails_stops_no_other_and_is_tried_again(now: datetime, caplog: pytest.LogCaptureFixture) -> None:
    closed, open_one = make_newsletter(), make_newsletter()
    closed.sender_assignment.delete()
    ask_to_join(closed, now=now)
    ask_to_join(open_one, "bob@example.org", now=now)

    with caplog.at_level(logging.ERROR):
        assert asking.answer(now=now + MOMENT) == 1

    assert letters() == [("confirm", "bob@example.org")]
    assert "No sender is assigned" in caplog.text
    assert ALICE not in caplog.text
    assert not Subscription.objects.exclude(newsletter=open_one).exists()
    assert asking.answer(now=now + asking.AGAIN) == 0  # not each two seconds
    assert Ask.objects.get().ready_at == now + MOMENT + asking.AGAIN


def test_what_could_not_be_answered_is_forgotten_after_a_week(now: datetime) -> None:
    ask_to_join(make_newsletter(), now=now)

    assert asking.forget(now=now + timedelta(days=7)) == 0
    assert asking.forget(now=now + timedelta(days=7, seconds=1)) == 1


def test_an_address_that_others_type_again_and_again_gets_few_letters_a_day(now: datetime) -> None:
    for hour in range(12):
        ask_to_join(make_newsletter(), now=now + timedelta(hours=hour))
        asking.ask_for(Ask.Kind.LINK, ALICE, now=now + timedelta(hours=hour))

    asking.answer(now=now + timedelta(hours=12))

    assert 0 < len(letters()) <= limits.PER_ADDRESS
    assert not Ask.objects.exists()


def test_a_suppressed_address_is_asked_nothing(now: datetime) -> None:
    membership.suppress(address_hash(ALICE), None, Suppression.Reason.COMPLAINED)
    ask_to_join(make_newsletter(), now=now)

    assert asking.answer(now=now + MOMENT) == 1

    assert letters() == []
    assert not Subscriber.objects.exists()


def test_what_an_erased_reader_had_asked_for_is_gone(now: datetime) -> None:
    bob = make_subscription(address=ALICE)
    asking.ask_for(Ask.Kind.LINK, ALICE, now=now)

    erasing.erase(bob.subscriber, now=now)

    assert not Ask.objects.exists()


@pytest.mark.parametrize("door", ["join", "preferences"])
def test_a_post_asks_the_database_the_same_whatever_the_address_is(door: str) -> None:
    newsletter = make_newsletter()
    make_subscription(newsletter, address="bob@example.org")
    make_subscription(newsletter, address="carol@example.org", status="pending", confirmed_at=None)
    membership.suppress(address_hash("dave@example.org"), None, Suppression.Reason.COMPLAINED)
    for _time in range(limits.PER_ADDRESS):
        limits.may_be_written_to("erin@example.org", now=newsletter.created_at)
    path = path_of(newsletter) if door == "join" else "/preferences/"
    post = partial(browser().post, path, REMOTE_ADDR="203.0.113.7")
    post(filled(address="first@example.org"))

    asked = []
    for name in ("zoe", "bob", "bob", "carol", "dave", "erin"):
        with CaptureQueriesContext(connection) as queries:
            post(filled(address=f"{name}@example.org"))
        asked.append([VALUES.sub("", query["sql"]) for query in queries.captured_queries])

    assert all(sql == asked[0] for sql in asked)
    known = (Subscriber, Subscription, Suppression, Letter)
    assert not any(table._meta.db_table in sql for table in known for sql in asked[0])


@pytest.mark.django_db(transaction=True)
def test_the_tasks_act_and_wake_the_letters(outbox: Outbox) -> None:
    browser().post(path_of(make_newsletter()), filled())

    for task in (answer_asks, answer_asks, forget_asks, forget_knocks):
        task()

    assert outbox.recipients() == [ALICE]


words = st.lists(st.text(min_size=1), unique=True).map(lambda some: tuple(sorted(some)))


@given(
    topics=st.frozensets(st.text(min_size=1)),
    words=words,
    avoided=words,
    most_papers=st.none() | st.integers(1, 100),
    paused_until=st.none() | st.dates(),
)
def test_preferences_come_back_as_they_were_written(**chosen: Any) -> None:
    wish = Preferences(locale="ko", time_zone="Asia/Seoul", hour=7, weekdays=3, **chosen)

    assert Preferences.read(wish.as_json()) == wish


def test_a_choice_that_came_after_the_ask_is_nobodys_wish() -> None:
    wish = Preferences.read({"locale": "en", "time_zone": "UTC", "hour": 7, "weekdays": 127})

    assert wish == Preferences(locale="en", time_zone="UTC", hour=7, weekdays=127)


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one write at a time; on PostgreSQL it runs")
@pytest.mark.django_db(transaction=True)
def test_of_workers_who_answer_at_once_one_acts(now: datetime) -> None:
    newsletter, start, results = make_newsletter(), Barrier(4), []
    for number in range(8):
        ask_to_join(newsletter, f"reader-{number}@example.org", now=now)

    def work() -> None:
        start.wait(timeout=10)
        try:
            results.append(asking.answer(now=now + MOMENT))
        finally:
            connection.close()

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert sum(results) == len(letters()) == 8
    assert a_moment_passes() == 0

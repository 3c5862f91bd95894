"""One more newsletter for a reader whose address is proven."""

from datetime import UTC, date, datetime

import pytest

from digests.models import Newsletter
from newsletter.subscribers import adding, erasing, membership
from newsletter.subscribers.membership import ConsentFacts, Outcome
from newsletter.subscribers.models import Consent, Subscription, Suppression
from tests.factories import make_newsletter, make_subscription, make_topic

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 4, 7, 12, tzinfo=UTC)
CONSENT = ConsentFacts(wording="Send me Robots too", page="/preferences/add/", network="203.0.113.0/24", locale="en")


def added(bob: Subscription, newsletter: Newsletter) -> Outcome:
    return adding.add(bob, newsletter, consent=CONSENT, now=NOW)


def test_an_added_newsletter_is_read_at_once_with_the_readers_habits() -> None:
    topic = make_topic(papers := make_newsletter())
    bob = make_subscription(papers, locale="ko", hour=5, weekdays=3, detail="titles", topics=[topic], words="agents")
    robots = make_newsletter()

    assert added(bob, robots) == Outcome.DONE

    other = robots.subscriptions.get()
    assert (other.status, other.confirmed_at, other.subscriber) == ("active", NOW, bob.subscriber)
    assert (other.locale, other.hour, other.weekdays, other.detail) == ("ko", 5, 3, "titles")
    assert (other.words, other.topics.count()) == ("", 0)


@pytest.mark.parametrize(
    ("locales", "first", "second"),
    [(["de", "en", "ko"], "ko", "en"), (["de", "en"], "en", ""), (["de"], "de", ""), (["de", "ko"], "ko", "")],
)
def test_an_added_newsletter_speaks_the_first_language_that_it_has(locales: list[str], first: str, second: str) -> None:
    bob = make_subscription(locale="ko", second_locale="en")
    added(bob, robots := make_newsletter(locales=locales, default_locale="de"))

    other = robots.subscriptions.get()
    assert (other.locale, other.second_locale) == (first, second)


@pytest.mark.parametrize(("weekly_day", "rhythm"), [(None, "daily"), (5, "weekly")])
def test_an_added_newsletter_is_weekly_where_it_can_be_and_never_on_pause(weekly_day: int | None, rhythm: str) -> None:
    bob = make_subscription(rhythm="weekly", weekdays=32, paused_until=date(2026, 5, 1))
    added(bob, robots := make_newsletter(weekly_day=weekly_day))

    other = robots.subscriptions.get()
    assert (other.rhythm, other.weekdays, other.paused_until) == (rhythm, 32, None)


def test_the_proof_says_what_was_agreed_to() -> None:
    bob = make_subscription()
    added(bob, robots := make_newsletter())

    rows = Consent.objects.filter(subscription__newsletter=robots).values_list("act", "wording", "page", "network")
    assert sorted(rows) == [
        ("asked", CONSENT.wording, CONSENT.page, CONSENT.network),
        ("confirmed", CONSENT.wording, CONSENT.page, CONSENT.network),
    ]


def test_adding_twice_changes_nothing_more() -> None:
    bob, robots = make_subscription(), make_newsletter()

    assert [added(bob, robots), added(bob, robots)] == [Outcome.DONE, Outcome.ALREADY]
    assert Consent.objects.count() == 2


def test_a_newsletter_that_was_left_comes_back_as_it_was_followed() -> None:
    bob, robots = make_subscription(hour=5), make_newsletter()
    left = make_subscription(
        robots, status="ended", end_reason="left", ended_at=NOW, leave_answer="often", words="arms", hour=9
    )
    Subscription.objects.filter(pk=left.pk).update(subscriber=bob.subscriber)

    assert added(bob, robots) == Outcome.DONE

    left.refresh_from_db()
    assert (left.status, left.end_reason, left.leave_answer, left.ended_at) == ("active", "", "", None)
    assert (left.words, left.hour) == ("arms", 5)


def test_one_that_waits_for_its_letter_is_confirmed_and_forgets_what_a_stranger_may_have_typed() -> None:
    bob, robots = make_subscription(locale="ko"), make_newsletter()
    waiting = make_subscription(robots, status="pending", confirmed_at=None, locale="en")
    Subscription.objects.filter(pk=waiting.pk).update(subscriber=bob.subscriber)

    assert added(bob, robots) == Outcome.DONE

    waiting.refresh_from_db()
    assert (waiting.status, waiting.locale) == ("active", "ko")


@pytest.mark.parametrize("everywhere", [True, False])
def test_a_suppressed_reader_adds_nothing(everywhere: bool) -> None:
    bob, robots = make_subscription(), make_newsletter()
    address_hash = bob.subscriber.address_hash
    assert address_hash is not None
    membership.suppress(address_hash, None if everywhere else robots, Suppression.Reason.COMPLAINED)

    assert added(bob, robots) == Outcome.UNKNOWN
    assert adding.others(bob) == []
    assert not robots.subscriptions.exists()


def test_a_newsletter_without_a_sender_is_not_added() -> None:
    bob, robots = make_subscription(), make_newsletter()
    robots.sender_assignment.delete()

    assert added(bob, robots) == Outcome.UNKNOWN
    assert adding.others(bob) == []


def test_who_is_not_confirmed_adds_nothing() -> None:
    bob, robots = make_subscription(status="pending", confirmed_at=None), make_newsletter()

    assert added(bob, robots) == Outcome.ENDED
    assert adding.others(bob) == []
    assert not robots.subscriptions.exists()


def test_an_erased_reader_adds_nothing() -> None:
    bob, robots = make_subscription(), make_newsletter()
    erasing.erase(bob.subscriber, now=NOW)

    assert added(bob, robots) == Outcome.ENDED


def test_the_others_are_by_name_and_say_which_are_read() -> None:
    bob = make_subscription(make_newsletter(name="Papers"))
    robots, arms = make_newsletter(name="Robots"), make_newsletter(name="Arms")
    added(bob, robots)
    make_subscription(arms)

    assert [(other.newsletter, other.subscription) for other in adding.others(bob)] == [
        (arms, None),
        (robots, robots.subscriptions.get()),
    ]

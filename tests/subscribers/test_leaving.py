"""Leaving one newsletter or all, taking it back within a day, and saying why: once, twice, too late, broken."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from threading import Barrier, Thread

import pytest
import time_machine
from django.db import connection
from django.test.client import BOUNDARY, MULTIPART_CONTENT
from django.utils import timezone

from digests.models import Newsletter
from newsletter.feedback import events
from newsletter.postbox.models import Letter
from newsletter.subscribers import erasing, leaving, membership
from newsletter.subscribers.membership import ConsentFacts, Outcome
from newsletter.subscribers.models import Consent, Subscriber, Subscription, Suppression
from newsletter.subscribers.preferences import Preferences
from newsletter.subscribers.tokens import Purpose
from tests.factories import address_hash, make_delivery, make_newsletter, make_subscription
from tests.subscribers.pages import (
    ALICE,
    a_moment_passes,
    browser,
    everything,
    filled,
    link,
    link_in,
    links_in,
    path_of,
)

pytestmark = pytest.mark.django_db
A_DAY = timedelta(days=1)
MOMENT = timedelta(microseconds=1)
FORM = "application/x-www-form-urlencoded"


def reads(count: int, *, hour: int = 7) -> list[Subscription]:
    """One reader of several newsletters."""
    first = make_subscription(address=ALICE, hour=hour)
    more = [
        Subscription.objects.create(
            newsletter=make_newsletter(),
            subscriber=first.subscriber,
            status="active",
            confirmed_at=first.confirmed_at,
            hour=hour,
        )
        for _ in range(count - 1)
    ]
    return [first, *more]


def states(*subscriptions: Subscription) -> list[str]:
    found = dict(Subscription.objects.values_list("pk", "status"))
    return [found[subscription.pk] for subscription in subscriptions]


def undo_in(page: str) -> str:
    found = re.search(r'action="(/undo/[^"]+)"', page)
    assert found, "the page offers no undo"
    return found[1]


def acts() -> list[str]:
    return list(Consent.objects.order_by("pk").values_list("act", flat=True))


def test_leaving_one_newsletter_leaves_the_other() -> None:
    one, other = reads(2)

    page = browser().post(link(Purpose.LEAVE, one), {"leave": "one"})

    assert states(one, other) == ["ended", "active"]
    assert one.newsletter.name in page.text


def test_leaving_all_ends_all_at_one_moment_with_a_consent_each() -> None:
    mine, bob = reads(3), make_subscription()
    Subscription.objects.filter(pk=mine[2].pk).update(status="pending", confirmed_at=None)

    page = browser().post(link(Purpose.LEAVE, mine[0]), {"leave": "all"})

    assert states(*mine, bob) == ["ended", "ended", "ended", "active"]
    assert len(set(Subscription.objects.filter(status="ended").values_list("ended_at"))) == 1
    assert acts() == ["left"] * 3
    assert set(Consent.objects.values_list("wording", flat=True)) == {"Leave all newsletters of testserver"}
    assert "You get no more mail from testserver." in page.text


def test_leaving_all_twice_is_leaving_once(consent: ConsentFacts, now: datetime) -> None:
    one, _other = reads(2)

    outcomes = [leaving.leave_all(one.pk, consent=consent, now=now + wait) for wait in (timedelta(0), A_DAY)]

    assert outcomes == [Outcome.DONE, Outcome.ENDED]
    assert acts() == ["left", "left"]
    assert set(Subscription.objects.values_list("ended_at", flat=True)) == {now}


def test_a_page_offers_all_where_the_site_has_several_whatever_the_reader_reads() -> None:
    alone = make_subscription()
    before = browser().get(link(Purpose.LEAVE, alone)).text
    make_newsletter()

    after = [browser().get(link(Purpose.LEAVE, reader)).text for reader in (alone, make_subscription(alone.newsletter))]

    assert 'value="all"' not in before
    assert all('value="all"' in page for page in after)


def test_no_page_tells_what_else_somebody_reads() -> None:
    one = reads(2)[0]
    Newsletter.objects.exclude(pk=one.newsletter_id).update(name="Secret Papers")

    pages = [browser().post(link(Purpose.LEAVE, one), {"leave": "all"})]
    pages += [browser().get(link(Purpose.LEAVE, one)), browser().post(undo_in(pages[0].text))]

    assert not any("Secret Papers" in page.text for page in pages)


def test_one_who_has_left_one_newsletter_can_still_leave_all() -> None:
    one, other = reads(2)
    page = browser().post(link(Purpose.LEAVE, one), b"List-Unsubscribe=One-Click", content_type=FORM)

    assert 'value="all"' in page.text
    browser().post(link(Purpose.LEAVE, one), {"leave": "all"})

    assert states(one, other) == ["ended", "ended"]


def test_undo_brings_back_what_was_left_and_nothing_else() -> None:
    one, other = reads(2, hour=5)
    browser().post(link(Purpose.LEAVE, other), {"leave": "one"})
    page = browser().post(link(Purpose.LEAVE, one), {"leave": "one"})

    back = browser().post(undo_in(page.text))

    one.refresh_from_db()
    assert states(one, other) == ["active", "ended"]
    assert (one.ended_at, one.end_reason, one.hour) == (None, "", 5)
    assert one.confirmed_at == other.confirmed_at
    assert "You are a reader again" in back.text
    assert "Your next digest comes" in back.text


def test_no_more_is_said_of_others_than_the_site_has() -> None:
    bob = make_subscription()
    undo = undo_in(browser().post(link(Purpose.LEAVE, bob)).text)
    alone = browser().post(undo).text
    make_newsletter()

    several = browser().get(undo).text

    assert ("all are back" in alone, "all are back" in several) == (False, True)


def test_undo_after_leaving_all_brings_all_back(consent: ConsentFacts, now: datetime) -> None:
    first, *others, unconfirmed = reads(4)
    Subscription.objects.filter(pk=unconfirmed.pk).update(status="pending", confirmed_at=None)
    membership.leave(first.pk, consent=consent, now=now)
    leaving.leave_all(first.pk, consent=consent, now=now + A_DAY)

    assert leaving.come_back(first.pk, consent=consent, now=now + A_DAY + A_DAY) == Outcome.DONE

    assert states(first, *others, unconfirmed) == ["active", "active", "active", "ended"]
    assert acts() == ["left"] * 4 + ["returned"] * 3


def test_what_was_left_long_ago_does_not_come_back_with_the_rest(consent: ConsentFacts, now: datetime) -> None:
    first, other = reads(2)
    membership.leave(first.pk, consent=consent, now=now - A_DAY - MOMENT)
    leaving.leave_all(first.pk, consent=consent, now=now)

    leaving.come_back(other.pk, consent=consent, now=now)

    assert states(first, other) == ["ended", "active"]


def test_a_holder_of_the_link_cannot_keep_the_day_going(consent: ConsentFacts, now: datetime) -> None:
    (bob,) = reads(1)
    membership.leave(bob.pk, consent=consent, now=now)

    leaving.leave_all(bob.pk, consent=consent, now=now + A_DAY)

    bob.refresh_from_db()
    assert bob.ended_at == now


@pytest.mark.parametrize(("waits", "status"), [(A_DAY, "active"), (A_DAY + MOMENT, "ended")])
def test_undo_holds_for_a_day(waits: timedelta, status: str, consent: ConsentFacts, now: datetime) -> None:
    (bob,) = reads(1)
    membership.leave(bob.pk, consent=consent, now=now)

    leaving.come_back(bob.pk, consent=consent, now=now + waits)

    assert states(bob) == [status]


def test_undo_twice_is_undo_once(consent: ConsentFacts, now: datetime) -> None:
    (bob,) = reads(1)
    membership.leave(bob.pk, consent=consent, now=now)

    outcomes = [leaving.come_back(bob.pk, consent=consent, now=now) for _ in range(2)]

    assert outcomes == [Outcome.DONE, Outcome.ALREADY]
    assert acts() == ["left", "returned"]


def test_after_a_day_the_page_says_that_it_is_too_late_and_shows_a_way_on() -> None:
    with time_machine.travel("2026-04-07T12:00:00Z", tick=False) as clock:
        bob = make_subscription()
        undo = undo_in(browser().post(link(Purpose.LEAVE, bob)).text)
        clock.shift(A_DAY + timedelta(minutes=1))
        before = everything()

        pages = [browser().get(undo), browser().post(undo), browser().post(link(Purpose.UNDO, bob))]

        assert [page.status_code for page in pages] == [410] * 3
        assert all(f'href="{path_of(bob.newsletter)}"' in page.text for page in pages)
        assert everything() == before
        assert "/undo/" not in browser().get(link(Purpose.LEAVE, bob)).text


def test_looking_at_the_undo_page_brings_nobody_back() -> None:
    bob = make_subscription()
    undo = undo_in(browser().post(link(Purpose.LEAVE, bob)).text)
    before = everything()

    page = browser().get(undo)

    assert page.status_code == 200
    assert f"Undo: send me {bob.newsletter.name} again" in page.text
    assert everything() == before


def test_a_leave_link_alone_never_brings_anybody_back() -> None:
    bob = make_subscription()
    path = link(Purpose.LEAVE, bob)
    browser().post(path)

    browser().post(path.replace("leave", "undo"))

    assert states(bob) == ["ended"]


def test_who_never_confirmed_is_offered_no_undo() -> None:
    bob = make_subscription(status="pending", confirmed_at=None)

    page = browser().post(link(Purpose.LEAVE, bob))
    browser().post(link(Purpose.UNDO, bob))

    assert "/undo/" not in page.text
    assert states(bob) == ["ended"]


@pytest.mark.parametrize("everywhere", [True, False])
def test_who_complained_meanwhile_does_not_come_back(everywhere: bool, consent: ConsentFacts, now: datetime) -> None:
    bob = make_subscription(address="bob@example.org")
    membership.leave(bob.pk, consent=consent, now=now)
    newsletter = None if everywhere else bob.newsletter
    membership.suppress(address_hash("bob@example.org"), newsletter, Suppression.Reason.COMPLAINED)

    assert leaving.come_back(bob.pk, consent=consent, now=now) == Outcome.ENDED

    assert states(bob) == ["ended"]


def test_who_was_erased_meanwhile_does_not_come_back(consent: ConsentFacts, now: datetime) -> None:
    bob = make_subscription(address="bob@example.org")
    membership.leave(bob.pk, consent=consent, now=now)
    erasing.erase(bob.subscriber, now=now)

    assert leaving.come_back(bob.pk, consent=consent, now=now) == Outcome.ENDED

    assert states(bob) == ["ended"]


@pytest.mark.parametrize("reason", ["bounced", "complained", "erased", "removed"])
def test_what_others_ended_offers_neither_undo_nor_question(reason: str, now: datetime) -> None:
    bob = make_subscription(status="ended", end_reason=reason, ended_at=now)

    page = browser().get(link(Purpose.LEAVE, bob))

    assert "<form" not in page.text
    assert browser().post(link(Purpose.UNDO, bob)).status_code == 410


ENDS = {
    "bounced": "Mails to your address came back",
    "complained": "reported as spam",
    "removed": "You get no more mail",
    "left": "You have left",
}


@pytest.mark.parametrize("reason", ENDS)
def test_the_page_says_what_has_ended_it_and_shows_a_way_on(reason: str) -> None:
    long_ago = timezone.now() - 2 * A_DAY
    bob = make_subscription(status="ended", end_reason=reason, ended_at=long_ago)

    page = browser().get(link(Purpose.LEAVE, bob, age=3 * A_DAY)).text

    assert ENDS[reason] in page
    assert ("You have left" in page) == (reason == "left")
    assert path_of(bob.newsletter) in links_in(page, "/join/")


@pytest.mark.parametrize("reason", ["left", "erased", "bounced"])
def test_who_is_erased_is_told_so_by_every_leave_link(reason: str, now: datetime) -> None:
    bob = make_subscription(status="ended", end_reason=reason, ended_at=timezone.now())
    erasing.erase(bob.subscriber, now=now)

    page = browser().get(link(Purpose.LEAVE, bob)).text

    assert "The address that it went to is erased here." in page
    assert "/undo/" not in page


def test_who_is_erased_and_reads_anew_is_not_told_to_have_left_all(now: datetime) -> None:
    carol = make_subscription(address=ALICE, status="ended", end_reason="left", ended_at=timezone.now())
    erasing.blank(carol.subscriber, now=now)
    anew = make_subscription(make_newsletter(), address=ALICE)

    pages = [browser().get(link(Purpose.LEAVE, carol)), browser().post(link(Purpose.LEAVE, carol), {"leave": "all"})]

    assert states(anew) == ["active"]
    assert not any('value="all"' in page.text or "You get no more mail" in page.text for page in pages)
    assert all("The address that it went to is erased here." in page.text for page in pages)


def test_a_forgotten_sign_up_of_somebody_who_reads_something_else_can_be_made_again(now: datetime) -> None:
    one, _other = reads(2)
    Subscription.objects.filter(pk=one.pk).update(status="ended", end_reason="erased", ended_at=now)

    page = browser().get(link(Purpose.LEAVE, one)).text

    assert "is erased here" not in page
    assert path_of(one.newsletter) in links_in(page, "/join/")


def test_who_complained_can_leave_all_the_rest_by_the_same_link(now: datetime) -> None:
    one, other = reads(2)
    membership.end(one.pk, reason=Subscription.EndReason.COMPLAINED, now=now)
    page = browser().get(link(Purpose.LEAVE, one))

    all_left = browser().post(link(Purpose.LEAVE, one), {"leave": "all"})

    assert 'value="all"' in page.text
    assert states(other) == ["ended"]
    assert "You get no more mail from testserver." in all_left.text
    assert "Sign up again" not in all_left.text


def test_who_signs_up_again_on_the_same_day_confirms_by_letter_and_may_still_undo() -> None:
    bob = make_subscription(address=ALICE)
    undo = undo_in(browser().post(link(Purpose.LEAVE, bob)).text)
    browser().post(path_of(bob.newsletter), filled())
    a_moment_passes()
    letter = link_in(Letter.objects.get())

    before, undo_page = browser().get(letter), browser().get(undo)
    confirmed = browser().post(letter)

    assert "One more click" in before.text
    assert "Undo: send me" in undo_page.text
    assert "Your subscription is confirmed" in confirmed.text
    assert states(bob) == ["active"]


@pytest.mark.parametrize("which", ["one", "all"])
def test_who_leaves_again_withdraws_the_second_sign_up(which: str) -> None:
    bob = make_subscription(address=ALICE)
    undo = undo_in(browser().post(link(Purpose.LEAVE, bob)).text)
    browser().post(path_of(bob.newsletter), filled())
    a_moment_passes()

    browser().post(link(Purpose.LEAVE, bob), {"leave": which})
    answer = browser().post(link_in(Letter.objects.get()))

    assert "This subscription has ended" in answer.text
    assert (states(bob), acts()) == (["ended"], ["left", "asked", "left"])
    assert "You are a reader again" in browser().post(undo).text


def test_a_letter_that_is_answered_after_a_complaint_says_what_is_so() -> None:
    bob = make_subscription(address=ALICE, status="ended", end_reason="left", ended_at=timezone.now() - A_DAY / 2)
    Subscription.objects.filter(pk=bob.pk).update(asked_at=timezone.now() - A_DAY / 4)
    membership.suppress(address_hash(ALICE), None, Suppression.Reason.COMPLAINED)

    answer = browser().post(link(Purpose.CONFIRM, bob))

    assert "This subscription has ended" in answer.text
    assert states(bob) == ["ended"]


def test_nobody_leaves_or_comes_back_who_does_not_exist(consent: ConsentFacts, now: datetime) -> None:
    verbs = (leaving.leave_all, leaving.come_back)

    assert [verb(12345, consent=consent, now=now) for verb in verbs] == [Outcome.UNKNOWN] * 2


def test_the_question_can_be_answered_once() -> None:
    bob = make_subscription()
    browser().post(link(Purpose.LEAVE, bob))

    pages = [browser().post(link(Purpose.LEAVE, bob), {"answer": reason}) for reason in ("often", "time")]

    bob.refresh_from_db()
    assert bob.leave_answer == "often"
    assert all("Thank you for the answer." in page.text and "/undo/" in page.text for page in pages)
    assert acts() == ["left"]


@pytest.mark.parametrize("reason", ["", "nonsense", "\0", "often\n", "a" * 5000])
def test_an_answer_of_no_meaning_is_none(reason: str) -> None:
    bob = make_subscription()
    browser().post(link(Purpose.LEAVE, bob))

    assert browser().post(link(Purpose.LEAVE, bob), {"answer": reason}).status_code == 200

    bob.refresh_from_db()
    assert bob.leave_answer == ""


def test_an_answer_that_comes_after_the_undo_does_not_leave_again() -> None:
    bob = make_subscription()
    browser().post(undo_in(browser().post(link(Purpose.LEAVE, bob)).text))

    browser().post(link(Purpose.LEAVE, bob), {"answer": "often"})

    bob.refresh_from_db()
    assert (bob.status, bob.leave_answer) == ("active", "")


def test_an_answer_is_forgotten_by_who_comes_back_or_signs_up_again(
    consent: ConsentFacts, preferences: Preferences, now: datetime
) -> None:
    bob, eve = make_subscription(), make_subscription(address="eve@example.org")
    for reader in (bob, eve):
        membership.leave(reader.pk, consent=consent, now=now)
        leaving.answer(reader.pk, "topics")

    leaving.come_back(bob.pk, consent=consent, now=now)
    later = now + 2 * A_DAY
    membership.join(eve.newsletter, "eve@example.org", preferences=preferences, consent=consent, now=later)

    assert states(bob, eve) == ["active", "pending"]
    assert set(Subscription.objects.values_list("leave_answer", flat=True)) == {""}


BROKEN = {
    "ten megabytes": (b"a" * 10_000_000, FORM),
    "ten megabytes of multipart": (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="leave"\r\n\r\nall\r\n'
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="a"; filename="a"\r\n\r\n'.encode()
        + b"a" * 10_000_000
        + f"\r\n--{BOUNDARY}--\r\n".encode(),
        MULTIPART_CONTENT,
    ),
    "a thousand fields": (b"&".join(b"a=1" for _ in range(1001)), FORM),
    "cut multipart": (f"--{BOUNDARY}\r\nContent-Disposition: form-da".encode(), MULTIPART_CONTENT),
    "multipart without a boundary": (b"--x", "multipart/form-data"),
    "multipart in half of base64": (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="a"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
        f"a\r\n--{BOUNDARY}--".encode(),
        MULTIPART_CONTENT,
    ),
    "unknown encoding": (b"leave=one", f"{FORM}; charset=utf-7"),
    "no text": (b"\xff\xfe\0\x80=%ff%00", FORM),
    "json": (b'{"leave": "all"}', "application/json"),
    "nothing": (b"", ""),
    "all of them": (b"leave=all&List-Unsubscribe=One-Click&leave=nonsense", FORM),
}


@pytest.mark.parametrize("name", BROKEN)
def test_one_click_leaves_one_newsletter_at_once_however_broken_its_body(name: str) -> None:
    one, other = reads(2)
    body, kind = BROKEN[name]

    answer = browser().generic("POST", link(Purpose.LEAVE, one), body, content_type=kind)

    assert answer.status_code == 200
    assert states(one, other) == ["ended", "active"]
    assert not answer.cookies


def test_the_consent_tells_a_button_from_one_click() -> None:
    one, two, three = reads(3)
    browser().post(link(Purpose.LEAVE, one), {"leave": "one"})
    browser().post(link(Purpose.LEAVE, two), b"List-Unsubscribe=One-Click", content_type=FORM)
    browser().post(link(Purpose.LEAVE, three), b"", content_type=FORM)

    found = list(Consent.objects.order_by("pk").values_list("wording", flat=True))

    assert found == [f"Leave {one.newsletter.name}", "List-Unsubscribe=One-Click", ""]


def test_a_year_old_link_works_after_the_address_was_changed() -> None:
    bob = make_subscription(address="bob@example.org")
    path = link(Purpose.LEAVE, bob, age=timedelta(days=366))
    moved = {"address": "robert@example.com", "address_hash": address_hash("robert@example.com")}
    Subscriber.objects.filter(pk=bob.subscriber_id).update(**moved)

    browser().post(path)

    assert states(bob) == ["ended"]


@pytest.mark.parametrize(("days", "status"), [(89, 200), (91, 410)])
def test_a_leave_link_leads_no_further_than_the_other_link_of_its_mail(days: int, status: int) -> None:
    path = link(Purpose.LEAVE, make_subscription(), age=timedelta(days=days))

    (preferences,) = links_in(browser().get(path).text, "/preferences/")

    assert browser().get(preferences).status_code == status


def test_the_undo_of_one_reader_is_of_no_use_for_another() -> None:
    alice, bob = make_subscription(), make_subscription()
    pages = [browser().post(link(Purpose.LEAVE, reader)) for reader in (alice, bob)]

    browser().post(undo_in(pages[0].text))

    assert states(alice, bob) == ["active", "ended"]


def test_whoever_comes_back_is_told_in_their_own_language() -> None:
    bob = make_subscription(make_newsletter(locales=["en", "ar"]), locale="ar")
    undo = undo_in(browser().post(link(Purpose.LEAVE, bob)).text)

    for page in (browser().get(undo), browser().post(undo), browser().get(link(Purpose.UNDO, bob, age=2 * A_DAY))):
        assert '<html lang="ar" dir="rtl">' in page.text
        assert page["Cache-Control"] == "private, no-store"


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one write at a time; on PostgreSQL it runs")
@pytest.mark.django_db(transaction=True)
def test_of_several_undos_at_once_one_acts(consent: ConsentFacts, now: datetime) -> None:
    bob = make_subscription()
    membership.leave(bob.pk, consent=consent, now=now)

    results = at_once(*[partial(leaving.come_back, bob.pk, consent=consent, now=now)] * 4)

    assert sorted(map(str, results)) == [Outcome.ALREADY, Outcome.ALREADY, Outcome.ALREADY, Outcome.DONE]
    assert acts() == ["left", "returned"]


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one write at a time; on PostgreSQL it runs")
@pytest.mark.django_db(transaction=True)
def test_who_complains_while_the_undo_runs_stays_away(consent: ConsentFacts, now: datetime) -> None:
    bob = make_delivery(status="sent", sent_at=now).subscription
    membership.leave(bob.pk, consent=consent, now=now)
    delivery = bob.deliveries.get()
    complain = partial(events.record, kind="complained", source="postmark", at=now, delivery_id=delivery.pk)

    at_once(partial(complain, external_id="1"), partial(leaving.come_back, bob.pk, consent=consent, now=now))

    assert states(bob) == ["ended"]


def at_once(*verbs: Callable[[], object]) -> list[object]:
    start, results = Barrier(len(verbs)), []

    def run(verb: Callable[[], object]) -> None:
        start.wait(timeout=10)
        try:
            results.append(verb())
        finally:
            connection.close()

    threads = [Thread(target=run, args=[verb]) for verb in verbs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return results

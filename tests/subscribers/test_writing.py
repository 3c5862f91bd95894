"""The letters that ask to confirm and that bring a link."""

from collections.abc import Callable
from datetime import datetime

import pytest

from newsletter.postbox.models import Letter
from newsletter.subscribers.models import Move, Subscription
from newsletter.subscribers.writing import (
    write_arrive,
    write_confirm,
    write_data,
    write_link,
    write_move,
    write_taken,
)
from tests.factories import make_newsletter, make_subscription
from tests.subscribers.pages import link_in

pytestmark = pytest.mark.django_db


def test_the_letter_to_confirm_says_what_when_and_why(now: datetime) -> None:
    newsletter = make_newsletter(name="Papers & <Friends>", postal_address="1 Breakfast Lane\n10115 Berlin")
    subscription = make_subscription(newsletter, address="alice@example.org", time_zone="Asia/Seoul", hour=7)

    letter = write_confirm(subscription, now=now)

    assert letter.to == "alice@example.org"
    assert letter.subject == "Please confirm: Papers & <Friends>"
    assert "07:00 (Seoul)" in letter.text
    assert "Papers & <Friends>" in letter.text
    assert "1 Breakfast Lane\n10115 Berlin" in letter.text
    assert "Papers &amp; &lt;Friends&gt;" in letter.html
    assert link_in(letter).startswith("/confirm/")
    assert letter.html.count(link_in(letter)) == 3  # the button, the link and its words


def test_the_letter_with_the_link_opens_the_preferences(now: datetime) -> None:
    letter = write_link(make_subscription(), now=now)

    assert link_in(letter).startswith("/preferences/")
    assert "http://testserver" + link_in(letter) in letter.html


def test_letters_speak_the_readers_language_and_direction(now: datetime) -> None:
    subscription = make_subscription(make_newsletter(locales=["en", "ar"]), locale="ar", time_zone="Asia/Seoul")

    letter = write_confirm(subscription, now=now)

    assert letter.locale == "ar"
    assert 'lang="ar"' in letter.html
    assert 'dir="rtl"' in letter.html
    assert "سول" in letter.text


def test_a_newsletter_wears_its_own_colour_in_letters(now: datetime) -> None:
    letter = write_link(make_subscription(make_newsletter(accent="#123456")), now=now)

    assert "#123456" in letter.html
    assert "fonts.g" not in letter.html


def of_a_move(write: Callable[..., Letter]) -> Callable[..., Letter]:
    """Writes about a change of the subscription's address."""

    def written(subscription: Subscription, *, now: datetime) -> Letter:
        move = Move.objects.create(
            subscriber=subscription.subscriber, address="new@example.org", address_hash="0" * 64, asked_at=now
        )
        return write(move, subscription, now=now)

    return written


WRITERS = [write_confirm, write_link, write_data, *map(of_a_move, (write_move, write_arrive, write_taken))]


@pytest.mark.parametrize("write", WRITERS)
def test_a_provider_finds_no_merge_field_in_a_letter(write: Callable[..., Letter], now: datetime) -> None:
    newsletter = make_newsletter(name="{{ unsubscribe }} *|EMAIL|*", postal_address="%recipient%\n{{ address }}")
    subscription: Subscription = make_subscription(newsletter)

    letter = write(subscription, now=now)

    for part in (letter.subject, letter.text, letter.html):
        assert not any(field in part for field in ("{{", "}}", "*|", "%recipient"))
    assert "unsubscribe" in letter.subject


def test_the_letter_about_ones_data_opens_it(now: datetime) -> None:
    alice = make_subscription(address="alice@example.org")

    letter = write_data(alice, now=now)

    assert (letter.to, letter.kind) == ("alice@example.org", "data")
    assert link_in(letter).startswith("/data/")


def test_letters_about_a_new_address_name_neither_of_the_two(now: datetime) -> None:
    alice = make_subscription(address="alice@old.example.org")

    letters = [of_a_move(write)(alice, now=now) for write in (write_move,)]
    letters += [write(alice.subscriber.move, alice, now=now) for write in (write_arrive, write_taken)]

    assert [letter.to for letter in letters] == ["alice@old.example.org", "new@example.org", "new@example.org"]
    for letter in letters:
        said = letter.subject + letter.text + letter.html
        assert "alice" not in said
        assert "new@example.org" not in said


def test_an_address_that_reads_here_is_led_to_the_form_and_to_nobodys_data(now: datetime) -> None:
    letter = of_a_move(write_taken)(make_subscription(), now=now)

    assert link_in(letter) == "/data/"

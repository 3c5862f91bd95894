"""How often somebody may try to log in, and what is kept of it."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from axes.models import AccessAttempt
from django.test import Client
from pytest_django import Settings

from newsletter.staff import entering, locking
from newsletter.staff.models import Act
from tests.factories import make_publisher
from tests.staff.pages import come

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 4, 7, 12, tzinfo=UTC)


def test_after_five_wrong_passwords_a_name_waits_a_quarter_of_an_hour() -> None:
    make_publisher()
    client = Client()

    with time_machine.travel(NOON, tick=False) as clock:
        wrong = [come(client, password="wrong").status_code for _try in range(5)]
        right = come(client)
        elsewhere = come(Client(), REMOTE_ADDR="203.0.113.9").status_code
        clock.shift(timedelta(minutes=16))
        later = come(client).status_code

    assert wrong == [200, 200, 200, 200, 429]
    assert (right.status_code, right["Retry-After"], elsewhere, later) == (429, "900", 302, 302)
    assert "In 15 minutes" in right.text


def test_another_name_from_there_does_not_wait() -> None:
    make_publisher()
    make_publisher("carol")
    client = Client()
    for _try in range(5):
        come(client, password="wrong")

    assert come(client, name="carol").status_code == 302


def test_tries_during_the_wait_do_not_make_it_longer() -> None:
    make_publisher()
    client = Client()

    with time_machine.travel(NOON, tick=False) as clock:
        for _minute in range(16):
            come(client, password="wrong")
            clock.shift(timedelta(minutes=1))
        clock.shift(timedelta(minutes=5))

        assert come(client).status_code == 302


def test_behind_a_proxy_of_ours_the_readers_network_counts(settings: Settings) -> None:
    settings.TRUSTED_PROXIES = ["10.0.0.1"]
    make_publisher()
    bad = {"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": "198.51.100.7"}
    for number in range(5):
        come(Client(), password="wrong", **bad | {"HTTP_USER_AGENT": f"Browser {number}"})

    assert come(Client(), **bad | {"HTTP_X_FORWARDED_FOR": "198.51.100.200"}).status_code == 429
    assert come(Client(), **bad | {"HTTP_X_FORWARDED_FOR": "203.0.113.7"}).status_code == 302


def test_an_address_that_somebody_only_claims_to_have_counts_for_nothing() -> None:
    make_publisher()
    for number in range(5):
        come(Client(), password="wrong", HTTP_X_FORWARDED_FOR=f"198.51.{number}.7")

    assert come(Client(), HTTP_X_FORWARDED_FOR="203.0.113.7").status_code == 429
    assert come(Client(), REMOTE_ADDR="198.51.0.7").status_code == 302


def test_a_name_in_wide_letters_waits_as_the_name_does() -> None:
    make_publisher()
    for name in ("alice", "ａｌｉｃｅ", " alice", "alice ", "alice"):
        come(Client(), name=name, password="wrong")

    assert come(Client()).status_code == 429


def test_the_table_of_tries_names_nobody() -> None:
    make_publisher()

    come(Client(), password="wrong", REMOTE_ADDR="198.51.100.7", HTTP_USER_AGENT="Browser of Alice")

    row = AccessAttempt.objects.get()
    said = " ".join(str(value) for value in vars(row).values())
    assert row.ip_address == "198.51.100.0"
    assert not {word for word in ("alice", "Alice", "wrong", "100.7") if word in said}


def test_tries_are_forgotten_after_a_week() -> None:
    make_publisher()
    with time_machine.travel(NOON):
        come(Client(), password="wrong")

    assert locking.forget(now=NOON + timedelta(days=6)) == 0
    assert locking.forget(now=NOON + timedelta(days=8)) == 1


def test_the_log_says_once_a_day_how_many_log_ins_failed() -> None:
    make_publisher()
    with time_machine.travel(NOON):
        for _try in range(3):
            come(Client(), password="wrong")

    days = [entering.say_failures(now=NOON + timedelta(days=day)) for day in (0, 1, 1)]

    assert days == [0, 1, 0]
    act = Act.objects.get()
    assert (act.verb, act.name, act.after, act.username) == ("failed log-ins", "2026-04-07", {"number": 3}, "")

"""How often a network may come, and an address be written to."""

import logging
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from pytest_django import Settings

from newsletter.subscribers import limits
from newsletter.subscribers.models import Knock
from tests.factories import address_hash, make_newsletter
from tests.subscribers.pages import ALICE, a_moment_passes, browser, everything, filled, path_of

pytestmark = pytest.mark.django_db
NETWORK, NEIGHBOUR = "203.0.113.0/24", "203.0.114.0/24"
MIDNIGHT = datetime(2026, 4, 8, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def three_in_ten_minutes(settings: Settings) -> None:
    settings.JOINS_PER_NETWORK = 3


def comes(network: str = NETWORK, *, now: datetime, times: int = 1) -> list[timedelta]:
    return [limits.wait_of(network, now=now) for _ in range(times)]


def test_a_network_that_comes_too_often_waits_and_its_neighbour_does_not(now: datetime) -> None:
    waits = comes(now=now + 2 * MINUTE, times=4)

    assert waits == [timedelta(0)] * 3 + [8 * MINUTE]
    assert comes(NEIGHBOUR, now=now) == [timedelta(0)]
    assert comes(now=now + 10 * MINUTE) == [timedelta(0)]


def test_a_network_has_ten_times_as_many_a_day(now: datetime) -> None:
    waits = [comes(now=now + window * 10 * MINUTE, times=3) for window in range(11)]

    assert waits[:10] == [[timedelta(0)] * 3] * 10
    assert waits[10] == [MIDNIGHT - now - 100 * MINUTE] * 3
    assert comes(now=MIDNIGHT) == [timedelta(0)]


def test_a_day_and_its_first_minutes_are_counted_apart() -> None:
    comes(now=MIDNIGHT, times=3)

    assert comes(now=MIDNIGHT) == [10 * MINUTE]
    assert sorted(Knock.objects.values_list("since", "count")) == [(MIDNIGHT, 3)] * 2


def test_who_is_stopped_is_counted_no_further(now: datetime) -> None:
    comes(now=now, times=9)

    assert max(Knock.objects.values_list("count", flat=True)) == 3


def test_no_limit_stops_nobody(settings: Settings, now: datetime) -> None:
    settings.JOINS_PER_NETWORK = 0

    assert not any(comes(now=now, times=50))


@pytest.mark.parametrize("network", ["", "127.0.0.0/24", "10.0.0.0/24", "172.20.1.0/24", "::/48", "fd00:1::/48"])
def test_everybody_behind_a_proxy_that_is_not_named_is_let_in_and_the_operator_told(
    network: str, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    limits._say.cache_clear()

    with caplog.at_level(logging.WARNING):
        assert not any(comes(network, now=now, times=50))

    assert caplog.text.count("set TRUSTED_PROXIES") == 1


def test_the_operator_is_told_once_an_hour_that_a_network_waits_for_it_may_be_a_proxy(
    now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    limits._say.cache_clear()

    with caplog.at_level(logging.WARNING):
        comes(now=now, times=3)
        assert "TRUSTED_PROXIES" not in caplog.text
        comes(now=now, times=3)
        comes(now=now + 60 * MINUTE, times=4)

    assert caplog.text.count("name it in TRUSTED_PROXIES") == 2
    assert NETWORK not in caplog.text


def test_everybody_behind_a_proxy_that_comes_by_a_socket_is_counted_apart(settings: Settings) -> None:
    settings.TRUSTED_PROXIES = ["unix"]
    path = path_of(make_newsletter())

    answers = [
        browser().post(path, filled(), REMOTE_ADDR="", headers={"x-forwarded-for": address}).status_code
        for address in ["203.0.113.7"] * 4 + ["198.51.100.7"]
    ]

    assert answers == [302, 302, 302, 429, 302]


def test_people_within_the_house_are_counted_where_the_proxies_are_named(settings: Settings, now: datetime) -> None:
    settings.TRUSTED_PROXIES = ["10.0.0.1"]

    assert comes("10.9.9.0/24", now=now, times=4)[-1] > timedelta(0)


def test_an_address_is_written_to_some_times_a_day(now: datetime) -> None:
    times = [limits.may_be_written_to(ALICE, now=now) for _ in range(limits.PER_ADDRESS + 1)]

    assert times == [True] * limits.PER_ADDRESS + [False]
    assert limits.may_be_written_to("bob@example.org", now=now)
    assert limits.may_be_written_to(ALICE, now=MIDNIGHT)


def test_a_row_names_neither_a_network_nor_an_address(now: datetime) -> None:
    comes(now=now)
    limits.may_be_written_to(ALICE, now=now)

    keys = set(Knock.objects.values_list("key", flat=True))
    assert len(keys) == 3
    assert not keys & {address_hash(ALICE), address_hash(NETWORK)}
    assert all(len(key) == 64 and int(key, 16) for key in keys)


def test_windows_that_are_over_are_forgotten(now: datetime) -> None:
    comes(now=now)
    comes(now=now + timedelta(days=1))

    assert limits.forget(now=now + timedelta(days=2, hours=12)) == 2
    assert Knock.objects.count() == 2


@pytest.mark.parametrize("door", ["join", "preferences"])
def test_a_network_over_its_limit_is_told_so_in_its_language_with_a_way_on(door: str) -> None:
    newsletter = make_newsletter()
    path = path_of(newsletter) if door == "join" else "/preferences/"
    for number in range(3):
        browser().post(path, filled(address=f"reader-{number}@example.org"), REMOTE_ADDR="203.0.113.7")
    before = everything()

    page = browser().post(path, filled(), REMOTE_ADDR="203.0.113.99", headers={"accept-language": "ar"})

    assert page.status_code == 429
    assert 0 < int(page["Retry-After"]) <= 600
    assert '<html lang="ar" dir="rtl">' in page.text
    assert f'href="/n/{newsletter.slug}/"' in page.text or door == "preferences"
    assert everything() == before
    assert a_moment_passes() == 3
    assert browser().get(path, REMOTE_ADDR="203.0.113.7").status_code == 200


def test_slips_are_counted_as_well() -> None:
    path = path_of(make_newsletter())

    answers = [browser().post(path, filled(address="x"), REMOTE_ADDR="203.0.113.7").status_code for _ in range(4)]

    assert answers == [422, 422, 422, 429]


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one write at a time; on PostgreSQL it runs")
@pytest.mark.django_db(transaction=True)
def test_of_many_who_come_at_once_no_more_are_let_in_than_may(now: datetime) -> None:
    start, waits = Barrier(8), []

    def knock() -> None:
        start.wait(timeout=10)
        try:
            waits.append(limits.wait_of(NETWORK, now=now))
        finally:
            connection.close()

    threads = [Thread(target=knock) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert sorted(waits) == [timedelta(0)] * 3 + [10 * MINUTE] * 5

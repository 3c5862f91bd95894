"""/healthz: all is well, or what is not, for monitors and without a secret."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import InterfaceError, OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from digests.models import DayOff, Digest, Newsletter
from newsletter.health import checking, queries, views
from newsletter.health.models import Heartbeat
from newsletter.health.tasks import beat
from newsletter.postbox.models import Sender
from newsletter.subscribers import asking
from newsletter.subscribers.models import Ask
from tests.factories import DAY, MORNING, make_approved, make_delivery, make_digest, make_newsletter, make_subscription

pytestmark = pytest.mark.django_db
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
EARLY = MORNING - HOUR
TUESDAY = 0b10
SATURDAY, SATURDAY_BIT = datetime(2026, 4, 4, 7, tzinfo=UTC), 1 << 5


@pytest.fixture(autouse=True)
def heartbeat() -> None:
    cache.clear()
    beat()


def names(now: datetime = EARLY) -> list[str]:
    return [problem.name for problem in checking.check(now=now)]


def expecting(**values: Any) -> Digest:
    """The draft of a day that a reader expects at seven in UTC."""
    digest = make_digest(make_newsletter(slug="papers"))
    make_subscription(digest.newsletter, **values)
    return digest


def test_when_all_is_well_it_says_ok(client: Client) -> None:
    answer = client.get("/healthz")

    assert (answer.status_code, answer.content) == (200, b"ok")
    assert "no-store" in answer["Cache-Control"]


def test_what_is_wrong_is_a_list_that_a_monitor_can_read(client: Client) -> None:
    Heartbeat.objects.all().delete()

    answer = client.get("/healthz")

    assert (answer.status_code, answer["Content-Type"]) == (503, "application/json")
    assert [problem["name"] for problem in answer.json()] == ["beat"]


def test_whoever_asks_again_at_once_costs_nothing(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.get("/healthz")

    with django_assert_num_queries(0):
        again = client.get("/healthz")

    assert (again.status_code, again.content) == (200, b"ok")
    assert views.KEPT == 10


def test_it_is_answered_without_tls(client: Client, settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True

    assert client.get("/healthz").status_code == 200


@pytest.mark.parametrize(("ago", "expected"), [(15 * MINUTE, []), (16 * MINUTE, ["asks"])])
def test_visitors_whom_nobody_answers_are_noticed_and_not_named(ago: timedelta, expected: list[str]) -> None:
    asking.ask_for(Ask.Kind.LINK, "alice@example.org", now=EARLY)

    found = checking.check(now=EARLY + ago)

    assert [problem.name for problem in found] == expected
    assert not any("alice" in problem.text for problem in found)


@pytest.mark.parametrize(("ago", "expected"), [(MINUTE, []), (3 * MINUTE, ["beat"])])
def test_a_beat_that_stopped_is_missed(ago: timedelta, expected: list[str]) -> None:
    Heartbeat.objects.update(at=timezone.now() - ago)

    assert names() == expected


def test_a_beat_is_one_row_however_often_it_is_heard() -> None:
    Heartbeat.objects.update(at=timezone.now() - HOUR)

    beat()

    assert (Heartbeat.objects.count(), names()) == (1, [])


def test_a_mail_that_is_long_due_is_a_problem() -> None:
    Sender.objects.filter(pk=make_delivery().sender_id).update(slug="mill")

    assert (names(MORNING + 15 * MINUTE), names(MORNING + 16 * MINUTE)) == ([], ["due:mill"])


@pytest.mark.parametrize("status", ["paused", "draft"])
def test_a_mail_whose_digest_is_held_is_not_late(status: str) -> None:
    make_delivery()
    Digest.objects.update(status=status)

    assert not [name for name in names(MORNING + HOUR) if name.startswith("due")]


def test_a_paused_sender_is_told_and_its_mails_are_not_and_no_reason_is_given_away(client: Client) -> None:
    make_delivery()
    Sender.objects.update(slug="mill", paused_at=MORNING, pause_reason="535 wrong password of ada@example.org")

    answer = client.get("/healthz")

    assert names(MORNING + HOUR) == ["paused:mill"]
    assert "ada@" not in answer.text


def test_an_hour_before_its_first_reader_expects_it_a_digest_is_approved() -> None:
    digest = expecting()
    before, at = names(EARLY - MINUTE), names(EARLY)
    make_approved(digest)

    assert (before, at, names(EARLY)) == ([], ["approval:papers:2026-04-07"], [])


@pytest.mark.parametrize(
    ("weeks", "status", "expected"),
    [
        (1, "approved", ["approval:papers:2026-04-07"]),
        (4, "closed", ["approval:papers:2026-04-07"]),
        (5, "closed", []),
        (1, "draft", []),
        (0.5, "approved", []),
    ],
)
def test_a_day_without_a_digest_is_missed_where_that_weekday_had_one_lately(
    weeks: float, status: str, expected: list[str]
) -> None:
    digest = expecting()
    before = make_digest(digest.newsletter, day=digest.day - timedelta(days=int(7 * weeks)))
    Digest.objects.filter(pk=before.pk).update(status=status, approved_at=None if status == "draft" else MORNING)
    digest.delete()

    assert names() == expected


def test_who_has_never_had_a_digest_does_not_miss_one() -> None:
    expecting().delete()

    assert names() == []


def test_the_first_readers_are_those_in_the_east() -> None:
    digest = expecting(hour=9, weekdays=TUESDAY)
    make_subscription(digest.newsletter, time_zone="Pacific/Kiritimati", hour=6, weekdays=TUESDAY)

    assert names(datetime(2026, 4, 6, 15, tzinfo=UTC)) == ["approval:papers:2026-04-07"]


@pytest.mark.parametrize("status", ["approved", "paused", "cancelled", "closed"])
def test_what_an_editor_has_decided_is_no_problem(status: str) -> None:
    expecting()
    Digest.objects.update(status=status, approved_at=MORNING)

    assert names() == []


@pytest.mark.parametrize(
    "values",
    [
        {"weekdays": 0b1111101},
        {"status": "pending"},
        {"rhythm": "weekly", "weekdays": TUESDAY},
        {"paused_until": DAY + timedelta(days=1)},
    ],
)
def test_a_day_that_nobody_reads_on_is_no_problem(values: dict[str, Any]) -> None:
    expecting(**values)

    assert names() == []


def test_a_weekly_draft_is_missing_when_the_first_weekly_reader_expects_it() -> None:
    newsletter = make_newsletter(slug="papers")
    make_digest(newsletter, day=DAY - timedelta(days=3), kind="weekly")
    make_subscription(newsletter, rhythm="weekly", weekdays=TUESDAY)
    make_subscription(newsletter)

    assert names(EARLY - timedelta(days=1)) == []
    assert names() == ["approval:papers:2026-04-04-weekly"]


@pytest.mark.parametrize(
    ("days_ago", "changes"), [(3, {"status": "cancelled"}), (3, {"status": "approved", "approved_at": EARLY}), (7, {})]
)
def test_a_week_that_is_decided_or_over_is_no_problem(days_ago: int, changes: dict[str, Any]) -> None:
    newsletter = make_newsletter(slug="papers")
    make_digest(newsletter, day=DAY - timedelta(days=days_ago), kind="weekly")
    make_subscription(newsletter, rhythm="weekly", weekdays=TUESDAY)
    Digest.objects.update(**changes or {"kind": "weekly"})

    assert names() == []


def weeks(*, weekly_day: int = 5, before: int | None = 1, zone: str = "UTC") -> Newsletter:
    """A newsletter with a weekly reader of Saturdays, and a week that was approved some weeks before 4 April."""
    newsletter = make_newsletter(slug="papers", weekly_day=weekly_day, time_zone=zone)
    make_subscription(newsletter, rhythm="weekly", weekdays=SATURDAY_BIT)
    if before is not None:
        make_approved(make_digest(newsletter, day=SATURDAY.date() - timedelta(weeks=before), kind="weekly"))
    return newsletter


def test_a_week_that_was_not_even_composed_is_missed_an_hour_before_its_first_reader_expects_it() -> None:
    newsletter = weeks()

    before, at = names(SATURDAY - HOUR - MINUTE), names(SATURDAY - HOUR)
    make_digest(newsletter, day=SATURDAY.date(), kind="weekly", status="cancelled")

    assert (before, at, names(SATURDAY - HOUR)) == ([], ["approval:papers:2026-04-04-weekly"], [])


@pytest.mark.parametrize("values", [{"before": 5}, {"before": None}, {"weekly_day": 6}])
def test_a_week_that_nobody_has_reason_to_expect_is_not_missed(values: dict[str, Any]) -> None:
    weeks(**values)

    assert names(SATURDAY) == []


def test_a_week_is_not_missed_before_the_hour_at_which_it_is_composed() -> None:
    make_subscription(
        weeks(zone="America/New_York"),
        rhythm="weekly",
        weekdays=SATURDAY_BIT,
        time_zone="Pacific/Kiritimati",
        hour=1,
    )
    noon = datetime(2026, 4, 3, 16, tzinfo=UTC)

    assert (names(noon - MINUTE), names(noon)) == ([], ["approval:papers:2026-04-04-weekly"])


def test_a_week_of_a_zone_that_this_machine_does_not_know_is_missed_all_the_same() -> None:
    Newsletter.objects.filter(pk=weeks().pk).update(time_zone="Mars/Phobos")

    assert names(SATURDAY) == ["approval:papers:2026-04-04-weekly"]


def test_who_has_not_confirmed_expects_nothing() -> None:
    digest = expecting(status="pending", weekdays=TUESDAY)
    make_subscription(digest.newsletter, weekdays=0b1111101)

    assert names() == []


def test_after_its_last_hour_nobody_waits_any_more() -> None:
    expecting(weekdays=TUESDAY)

    assert (names(MORNING + 12 * HOUR), names(MORNING + 13 * HOUR)) == (["approval:papers:2026-04-07"], [])


def test_a_zone_that_this_machine_does_not_know_stops_nothing() -> None:
    make_subscription(expecting(time_zone="Mars/Phobos").newsletter)

    assert names() == ["approval:papers:2026-04-07"]


def test_a_journal_that_cannot_be_written_is_a_problem(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    settings.JOURNAL_DIR = tmp_path / "file" / "journal"

    assert names() == ["journal"]


@pytest.mark.parametrize("away", [OperationalError, InterfaceError])
def test_a_database_that_is_gone_is_a_problem_and_no_crash(
    client: Client, monkeypatch: pytest.MonkeyPatch, away: type[Exception]
) -> None:
    def gone() -> None:
        raise away("connection refused at postgres://ada:wordofmouth@10.0.0.1")

    monkeypatch.setattr(queries, "longest_waits", gone)

    answer = client.get("/healthz")

    assert answer.json() == [{"name": "database", "text": "the database cannot be reached"}]
    assert answer.status_code == 503


def test_the_ledger_is_asked_by_the_index_of_due_rows() -> None:
    make_delivery()

    with CaptureQueriesContext(connection) as seen:
        names(MORNING)

    asked = [query["sql"] for query in seen.captured_queries if '"delivery_delivery"' in query["sql"]]
    assert all("LIMIT 1" in sql and "\"status\" = 'planned'" in sql for sql in asked)
    assert len(asked) == 1


def test_on_a_day_off_nobody_waits_for_a_digest() -> None:
    digest = expecting(weekdays=TUESDAY)
    before = names()

    DayOff.objects.create(newsletter=digest.newsletter, day=digest.day)

    assert (len(before), names()) == (1, [])

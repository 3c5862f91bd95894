"""The timetable without a broker."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from celery.schedules import crontab
from django.conf import settings
from django.core.management import call_command

from newsletter.celery import QUEUES, app
from newsletter.management.commands.tick import run, timing
from tests.conftest import Outbox
from tests.factories import make_approved, make_digest, make_newsletter, make_subscription
from tests.subscribers.pages import ALICE, browser, filled, path_of


def queues_of(task: str) -> set[str]:
    """The queues that the timetable puts a task in."""
    entries = [entry for entry in app.conf.beat_schedule.values() if entry["task"].endswith(task)]
    return {app.amqp.router.route(entry["options"], entry["task"])["queue"].name for entry in entries}


def test_every_task_of_the_timetable_exists_and_has_a_queue_that_is_consumed() -> None:
    app.loader.import_default_modules()

    named = [entry["task"] for entry in app.conf.beat_schedule.values()]

    assert [task for task in named if task not in app.tasks] == []
    assert set().union(*map(queues_of, named)) == set(QUEUES)


def test_nothing_that_takes_long_stands_before_those_who_wake_others() -> None:
    entries = [entry["task"].rsplit(".", 1)[1] for entry in app.conf.beat_schedule.values()]

    assert {task for task in entries if "pulse" in queues_of(task)} == {"wake_senders", "wake_letters", "beat"}


def test_the_alarm_waits_neither_for_foreign_servers_nor_in_the_heartbeats_queue() -> None:
    assert queues_of("alarm") == {"watch"}
    assert queues_of("take_bounces") == queues_of("fetch_images") == {"imports"}


def test_what_visitors_wait_for_never_waits_for_a_digest_that_is_going_out() -> None:
    assert queues_of("answer_asks") == {"letters"}


def test_journals_are_swept_where_digests_and_where_letters_are_sent() -> None:
    assert queues_of(".sweep") == {"delivery", "letters"}


@pytest.mark.parametrize("name", app.conf.beat_schedule)
def test_a_message_of_the_timetable_is_good_until_the_next_one_comes(name: str) -> None:
    entry = app.conf.beat_schedule[name]
    period = 3600.0 if isinstance(entry["schedule"], crontab) else entry["schedule"]
    clocks_differ_by = 30

    assert entry["options"]["expires"] >= max(period, clocks_differ_by)


@pytest.mark.parametrize("page", ["README.md", "docs/operators.md"])
def test_the_workers_that_operators_are_told_to_start_work_off_every_queue(page: str) -> None:
    named = re.findall(r"--queues ([a-z,]+)", (settings.BASE_DIR / page).read_text())

    assert {queue for queues in named for queue in queues.split(",")} == set(QUEUES)


@pytest.mark.parametrize(
    ("when", "minutes", "expected"),
    [(60.0, 0.5, False), (60.0, 2, True), (crontab(minute="*"), 2, True)],
)
def test_a_task_runs_when_its_time_has_come(when: float | crontab, minutes: float, expected: bool) -> None:
    last_run = datetime.now(UTC) - timedelta(minutes=minutes)

    assert timing(when).is_due(last_run)[0] is expected


@pytest.mark.django_db(transaction=True)
def test_one_tick_carries_an_approved_digest_to_its_reader(outbox: Outbox) -> None:
    now = datetime.now(UTC)
    digest = make_approved(make_digest(day=now.date()), at=now - timedelta(days=1))
    reader = make_subscription(digest.newsletter, hour=now.hour)

    call_command("tick")
    call_command("tick")

    assert outbox.recipients() == [reader.subscriber.address]


@pytest.mark.django_db(transaction=True)
def test_one_tick_carries_the_letter_to_somebody_who_signs_up(outbox: Outbox) -> None:
    browser().post(path_of(make_newsletter()), filled())

    call_command("tick")

    assert outbox.recipients() == [ALICE]


@pytest.mark.django_db
def test_a_task_that_fails_is_logged_and_stops_nothing(caplog: pytest.LogCaptureFixture) -> None:
    run("there.is.no.such.task")

    assert "there.is.no.such.task failed" in caplog.text

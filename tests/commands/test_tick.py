"""The timetable without a broker."""

from datetime import UTC, datetime, timedelta

import pytest
from celery.schedules import crontab
from django.core.management import call_command

from newsletter.celery import app
from newsletter.management.commands.tick import run, timing
from tests.conftest import Outbox
from tests.factories import make_approved, make_digest, make_subscription


def test_every_task_of_the_timetable_exists_and_has_a_queue_that_is_consumed() -> None:
    app.loader.import_default_modules()

    named = [entry["task"] for entry in app.conf.beat_schedule.values()]

    assert [task for task in named if task not in app.tasks] == []
    assert {app.amqp.router.route({}, task)["queue"].name for task in named} <= {"delivery", "letters", "imports"}


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


@pytest.mark.django_db
def test_a_task_that_fails_is_logged_and_stops_nothing(caplog: pytest.LogCaptureFixture) -> None:
    run("there.is.no.such.task")

    assert "there.is.no.such.task failed" in caplog.text

"""The same with real workers: Redis wakes a Celery worker, which sends what the database says is due."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import redis
from django.db import connection
from pytest_django import Settings

from newsletter.celery import QUEUES
from newsletter.delivery import planning
from newsletter.delivery.models import Delivery
from newsletter.postbox.models import Letter
from tests import servers
from tests.factories import make_approved, make_delivery, make_digest, make_newsletter, make_subscription
from tests.sinks import SmtpSink
from tests.subscribers.pages import ALICE, browser, filled, path_of

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="session")
def redis_url() -> str:
    return servers.redis()


@pytest.fixture
def sink() -> Iterator[SmtpSink]:
    with SmtpSink() as running:
        yield running


@pytest.fixture
def worker(redis_url: str, sink: SmtpSink, settings: Settings, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A Celery worker with its own beat, on the test's database, for as long as the test runs."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "newsletter.settings",
        "DATABASE_URL": database_url(),
        "REDIS_URL": redis_url,
        "POSTBOX_URL": sink.url,
        "VAR_DIR": str(tmp_path),
    }
    command = [sys.executable, "-m", "celery", "-A", "newsletter", "worker", "--beat", "--concurrency", "2"]
    queues = ["--queues", ",".join(QUEUES), "--loglevel", "warning"]
    schedule = ["--schedule", str(tmp_path / "beat")]
    with subprocess.Popen([*command, *queues, *schedule], cwd=ROOT, env=environment) as process:
        yield process
        process.terminate()


def database_url() -> str:
    values = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{values['NAME']}"
    return f"postgres://{values['USER']}:{values['PASSWORD']}@{values['HOST']}:{values['PORT']}/{values['NAME']}"


def wait_until(is_true: Callable[[], bool], *, seconds: float = 40) -> None:
    deadline = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < deadline, "nothing came in time"
        time.sleep(0.1)


def test_a_worker_that_beat_wakes_sends_digests_and_letters(worker: subprocess.Popen[bytes], sink: SmtpSink) -> None:
    now = datetime.now(UTC)
    digest = make_approved(make_digest(day=now.date()), at=now - timedelta(days=1))
    readers = [make_subscription(digest.newsletter, hour=now.hour) for _reader in range(3)]
    sender = digest.newsletter.sender_assignment.sender
    Letter.objects.create(
        sender=sender, kind="link", to="alice@example.com", locale="en", subject="Your link", text="Here", ready_at=now
    )

    planning.plan(now=now)
    wait_until(lambda: Delivery.objects.filter(status="sent").count() == 3)
    wait_until(lambda: Letter.objects.get().status == "sent")

    addresses = [reader.subscriber.address for reader in readers]
    assert sorted(mail.recipient for mail in sink.mails) == sorted([*addresses, "alice@example.com"])


def test_who_signs_up_has_the_letter_within_seconds(worker: subprocess.Popen[bytes], sink: SmtpSink) -> None:
    path = path_of(make_newsletter())
    browser().post(path, filled(address="first@example.org"))
    wait_until(lambda: bool(sink.to("first@example.org")))  # the worker has started

    browser().post(path, filled())

    wait_until(lambda: bool(sink.to(ALICE)), seconds=10)


def test_nothing_is_lost_when_redis_forgets_everything(
    worker: subprocess.Popen[bytes], redis_url: str, sink: SmtpSink
) -> None:
    now = datetime.now(UTC)
    delivery = make_delivery(make_approved(make_digest(day=now.date())), due_at=now, ready_at=now)
    delivery.subscription.hour = now.hour
    delivery.subscription.save()

    redis.from_url(redis_url).flushall()

    wait_until(lambda: Delivery.objects.get().status == "sent")
    assert len(sink.mails) == 1

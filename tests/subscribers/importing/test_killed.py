"""A worker that is killed in the middle of an import, as the kernel kills it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.db import connection

from newsletter.staff import acting
from newsletter.subscribers.importing import starting
from newsletter.subscribers.models import Consent, ReaderImport, Subscription
from tests.factories import make_newsletter
from tests.subscribers.importing.lists import GROUND, alice, looked_at, report, work

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).parents[3]
READERS = 3000
WORKER = """
import django
django.setup()
from django.utils import timezone
from newsletter.subscribers.importing import working
working.CHUNK = 50
working.work(now=timezone.now())
"""


def database_url() -> str:
    """The test database, as another process names it."""
    said = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{said['NAME']}"
    return f"postgres://{said['USER']}@{said['HOST']}:{said['PORT']}/{said['NAME']}"


@pytest.fixture(autouse=True)
def no_acts(monkeypatch: pytest.MonkeyPatch) -> None:
    """The log of acts lets nobody empty its table after the test."""
    monkeypatch.setattr(acting, "record", lambda *_said, **_more: None)


def test_nothing_is_lost_and_nothing_doubled() -> None:
    newsletter = make_newsletter()
    looked = looked_at(newsletter, "email\n" + "".join(f"reader-{n}@example.com\n" for n in range(READERS)))
    starting.start(looked, asks=False, ground=GROUND, suppresses=False, by=alice())
    environment = os.environ | {
        "DATABASE_URL": database_url(),
        "VAR_DIR": str(configured.VAR_DIR),
        "DJANGO_SETTINGS_MODULE": "newsletter.settings",
    }
    connection.close()

    with subprocess.Popen([sys.executable, "-c", WORKER], cwd=ROOT, env=environment) as worker:
        while ReaderImport.objects.get().position < 200:
            assert worker.poll() is None
            time.sleep(0.02)
        worker.send_signal(signal.SIGKILL)
    killed_at = ReaderImport.objects.get().position
    work()

    assert 200 <= killed_at < READERS
    assert Subscription.objects.count() == Consent.objects.count() == READERS
    looked.refresh_from_db()
    assert (looked.state, looked.counts) == ("done", {"new": READERS})
    assert report(looked) == [(str(line), "new") for line in range(2, READERS + 2)]

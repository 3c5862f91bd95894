"""What every test can ask for."""

import gc
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.backends.postgresql.base import DatabaseWrapper as Postgres
from django.db.backends.sqlite3.base import DatabaseWrapper as Sqlite
from pytest_django import Settings

from digests import freshness, latest
from newsletter.delivery import preparing, series
from newsletter.subscribers import domains


def pytest_collection_finish() -> None:
    """Python's collector need not look through all of Django and all tests again and again."""
    gc.freeze()
    gc.set_threshold(20_000, 50, 50)


@pytest.fixture(autouse=True)
def var_folder(settings: Settings, tmp_path: Path) -> Path:
    """Each test has run-time files of its own: images, the file postbox, the journal."""
    settings.VAR_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.JOURNAL_DIR = tmp_path / "journal"
    settings.POSTBOX_URL = f"file://{tmp_path / 'outbox'}"
    return tmp_path


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    """Ids of rows that a test rolled back are given again; a process that keeps its database never sees that."""
    freshness.ASKED_AFTER = 0
    yield
    preparing.forget()
    series.forget()
    freshness.forget()
    latest.forget()
    domains.forget()


@pytest.fixture(autouse=True, scope="session")
def the_log_of_acts_can_be_flushed() -> Iterator[None]:
    """After a test that commits all tables are emptied, and the log's triggers refuse; not here."""
    with pytest.MonkeyPatch.context() as patch:
        for database, around in ((Sqlite, _without_trigger), (Postgres, _with_trigger_off)):
            patch.setattr(database.ops_class, "sql_flush", around(database.ops_class.sql_flush))
        yield


def _without_trigger(flush: Callable[..., list[str]]) -> Callable[..., list[str]]:
    def flushed(*args: Any, **values: Any) -> list[str]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT sql FROM sqlite_master WHERE name = 'staff_acts_not_deleted'")
            guard = [made for (made,) in cursor.fetchall()]
        away = ["DROP TRIGGER staff_acts_not_deleted"] if guard else []
        return [*away, *flush(*args, **values), *guard]

    return flushed


def _with_trigger_off(flush: Callable[..., list[str]]) -> Callable[..., list[str]]:
    def flushed(*args: Any, **values: Any) -> list[str]:
        trigger = "ALTER TABLE staff_act {} TRIGGER staff_acts_not_emptied"
        return [trigger.format("DISABLE"), *flush(*args, **values), trigger.format("ENABLE")]

    return flushed


class Outbox:
    """The mails that the file postbox has written, in the order of their names."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def mails(self) -> list[EmailMessage]:
        paths = sorted(self.folder.glob("*.eml"), key=lambda path: (path.stem[0], int(path.stem[1:])))
        return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in paths]

    def recipients(self) -> list[str]:
        return sorted(str(mail["To"]) for mail in self.mails())


@pytest.fixture
def outbox(var_folder: Path) -> Outbox:
    return Outbox(var_folder / "outbox")

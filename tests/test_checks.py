"""System checks that look at the machine."""

import sqlite3
from typing import Any

import pytest
from pytest_django import Settings

from newsletter.checks import words_can_be_looked_up


class WithoutFts5(sqlite3.Connection):
    """A SQLite that was built without the search."""

    def execute(self, sql: str, *_values: Any) -> sqlite3.Cursor:
        raise sqlite3.OperationalError("no such module: fts5")


@pytest.fixture
def no_fts5(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsletter.checks.sqlite3.connect", WithoutFts5)


@pytest.mark.usefixtures("no_fts5")
def test_a_sqlite_without_search_is_said_before_anything_is_migrated(settings: Settings) -> None:
    settings.DATABASE_URL = "sqlite:////tmp/paperboy.sqlite3"

    [problem] = words_can_be_looked_up(None)

    assert (problem.id, "DATABASE_URL" in str(problem.hint)) == ("paperboy.E004", True)


@pytest.mark.usefixtures("no_fts5")
def test_with_postgresql_no_sqlite_is_asked(settings: Settings) -> None:
    settings.DATABASE_URL = "postgres://127.0.0.1/paperboy"

    assert words_can_be_looked_up(None) == []


def test_the_sqlite_of_this_machine_has_search(settings: Settings) -> None:
    settings.DATABASE_URL = "sqlite:////tmp/paperboy.sqlite3"

    assert words_can_be_looked_up(None) == []

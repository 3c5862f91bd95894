"""The connection to the database, as an operator's DATABASE_URL makes it."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.test_deployment import PRODUCTION, manage

SHOWN = "import json; from django.conf import settings; print(json.dumps(settings.DATABASES['default']))"
URL = "postgres://paperboy:secret@127.0.0.1:1/paperboy"


def database(url: str, var: Path) -> dict[str, Any]:
    done = manage("shell", "-v0", "-c", SHOWN, var=var, **PRODUCTION | {"DATABASE_URL": url})
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_what_the_url_says_is_kept_and_counts_more(tmp_path: Path) -> None:
    url = f"{URL}?sslmode=require&keepalives_idle=60&options=-c%20idle_in_transaction_session_timeout%3D5min"

    options = database(url, tmp_path)["OPTIONS"]

    assert (options["sslmode"], options["keepalives_idle"], options["tcp_user_timeout"]) == ("require", 60, 30_000)
    assert options["options"].startswith("-c tcp_keepalives_idle=10 ")
    assert options["options"].endswith("_timeout=60s -c idle_in_transaction_session_timeout=5min")


def test_a_pooler_is_asked_for_nothing_that_it_refuses(tmp_path: Path) -> None:
    found = database(f"{URL}?pgbouncer=true", tmp_path)

    assert not {"options", "pgbouncer"} & set(found["OPTIONS"])
    assert found["OPTIONS"]["keepalives"] == 1
    assert found["DISABLE_SERVER_SIDE_CURSORS"] is True


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no server")
def test_postgresql_gives_up_a_worker_that_has_vanished() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW idle_in_transaction_session_timeout")

        assert cursor.fetchone() == ("1min",)


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL waits for the disk by itself")
def test_sqlite_keeps_what_it_has_said_at_a_power_cut() -> None:
    with connection.cursor() as cursor:
        found = [cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")]

    assert found == ["wal", 2]

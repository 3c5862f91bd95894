"""The stage: PostgreSQL as it comes, Redis, an empty database, folders, and the environment of every process."""

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import django
import psycopg
from django.core.management import call_command
from django.db import connection

from newsletter.environment import NAMES
from tests import servers

GUARD = "ALTER TABLE staff_act {} TRIGGER staff_acts_not_emptied"  # the log of acts lets nobody empty it


@contextmanager
def stage() -> Iterator[None]:
    """From here on Django is set up with an empty database of its own; afterwards nothing of it is left.

    BENCH_DATABASE_URL and BENCH_REDIS_URL name servers to use instead of private ones.
    """
    signal.signal(signal.SIGTERM, _leave)
    folder = Path(tempfile.mkdtemp(prefix="paperboy-bench-", dir="/tmp"))
    server = os.environ["BENCH_DATABASE_URL"] = os.environ.get("BENCH_DATABASE_URL") or servers.postgres(durable=True)
    redis = os.environ.get("BENCH_REDIS_URL") or servers.redis()
    try:
        with _database(server, name=f"paperboy_bench_{os.getpid()}") as database:
            _set_up(_environment(folder, database, redis))
            try:
                yield
            finally:
                connection.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def clear() -> None:
    """Every table is as after the first migration; ids go on, so that nothing kept in memory comes true again."""
    with connection.cursor() as cursor:
        names = connection.introspection.django_table_names(only_existing=True, include_views=False)
        emptied = [name for name in names if name not in {"django_content_type", "auth_permission"}]
        cursor.execute(GUARD.format("DISABLE"))
        cursor.execute(f"TRUNCATE {', '.join(map(connection.ops.quote_name, emptied))}")
        cursor.execute(GUARD.format("ENABLE"))


def tidy() -> None:
    """What autovacuum does to a real database in the half hour before rows are due; and nothing waits on the disk."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")


@contextmanager
def copied() -> Iterator[str]:
    """The URL of a second database that is as this one is now. Dropped afterwards."""
    connection.close()  # one that is in use cannot be copied
    name = str(connection.settings_dict["NAME"])
    with _database(os.environ["BENCH_DATABASE_URL"], name=f"{name}_copy", template=name) as copy:
        yield copy


@contextmanager
def _database(server: str, *, name: str, template: str = "template1") -> Iterator[str]:
    """A new database on the server, its URL; dropped afterwards."""
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
    finally:
        with psycopg.connect(server, autocommit=True) as admin:
            admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _environment(folder: Path, database: str, redis: str) -> Mapping[str, str]:
    """Every name is set, though to nothing, so that no .env file leads a run to real servers."""
    ours = {
        "DATABASE_URL": database,
        "REDIS_URL": redis,
        "VAR_DIR": str(folder),
        "JOURNAL_DIR": str(folder / "journal"),
        "LOG_LEVEL": "WARNING",
    }
    return dict.fromkeys(NAMES, "") | ours | {"DJANGO_SETTINGS_MODULE": "newsletter.settings"}


def _set_up(environment: Mapping[str, str]) -> None:
    os.environ.update(environment)
    django.setup()
    call_command("migrate", verbosity=0)


def _leave(_signal: int, _frame: object) -> None:
    """SIGTERM ends the run as Ctrl-C does: by way of every `finally`."""
    raise SystemExit(1)

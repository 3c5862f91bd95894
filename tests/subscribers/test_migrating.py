"""Migrations of tables that are large on sites that are there: nobody waits while they run."""

import pytest
from django.db import connection, migrations
from django.db.migrations.loader import MigrationLoader
from django.test.utils import CaptureQueriesContext

LARGE = {"subscription", "subscriber", "consent"}
FIRST = "0006"  # those before made the tables, or the columns that they index


def indexes_of_large_tables() -> list[tuple[migrations.Migration, migrations.AddIndex]]:
    loader = MigrationLoader(connection)
    return [
        (migration, operation)
        for (app, name), migration in sorted(loader.disk_migrations.items())
        if app == "subscribers" and name >= FIRST
        for operation in migration.operations
        if isinstance(operation, migrations.AddIndex) and operation.model_name_lower in LARGE
    ]


@pytest.mark.django_db(transaction=True)
def test_readers_sign_up_while_an_index_of_them_is_made() -> None:
    loader = MigrationLoader(connection)
    found = indexes_of_large_tables()

    for migration, operation in found:
        after = loader.project_state([(migration.app_label, migration.name)])
        with (
            CaptureQueriesContext(
                connection,
            ) as said,
            connection.schema_editor(atomic=migration.atomic) as editor,
        ):
            operation.database_backwards("subscribers", editor, after, after)
            operation.database_forwards("subscribers", editor, after, after)

        made = [query["sql"] for query in said if "CREATE INDEX" in query["sql"]]
        assert len(made) == 1
        assert ("CONCURRENTLY" in made[0]) == (connection.vendor == "postgresql")
    assert {operation.index.name for _migration, operation in found} >= {
        "subscription_languages",
        "subscription_leave_answers",
    }


@pytest.mark.django_db(transaction=True)
def test_an_index_that_was_half_made_is_made_anew() -> None:
    migration, operation = indexes_of_large_tables()[0]
    state = MigrationLoader(connection).project_state([(migration.app_label, migration.name)])
    if connection.vendor != "postgresql":
        pytest.skip("SQLite makes an index in one transaction")

    with connection.schema_editor(atomic=False) as editor:
        operation.database_forwards("subscribers", editor, state, state)

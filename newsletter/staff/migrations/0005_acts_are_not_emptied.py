"""What passes the triggers of 0003: TRUNCATE on PostgreSQL, and INSERT OR REPLACE on SQLite, which fires no DELETE."""

from django.db import migrations

POSTGRESQL = [
    """
    CREATE FUNCTION staff_acts_not_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'acts are neither changed nor deleted before they are 2 years old';
    END $$
    """,
    "CREATE TRIGGER staff_acts_not_emptied BEFORE TRUNCATE ON staff_act"
    " FOR EACH STATEMENT EXECUTE FUNCTION staff_acts_not_emptied()",
]
SQLITE = [
    "CREATE TRIGGER staff_acts_not_replaced BEFORE INSERT ON staff_act"
    " WHEN EXISTS (SELECT 1 FROM staff_act WHERE id = new.id)"
    " BEGIN SELECT RAISE(ABORT, 'acts are neither changed nor deleted before they are 2 years old'); END",
]
BACK = {
    "postgresql": ["DROP TRIGGER staff_acts_not_emptied ON staff_act", "DROP FUNCTION staff_acts_not_emptied()"],
    "sqlite": ["DROP TRIGGER staff_acts_not_replaced"],
}


def guard(apps, schema_editor):
    for statement in {"postgresql": POSTGRESQL, "sqlite": SQLITE}[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


def unguard(apps, schema_editor):
    for statement in BACK[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("staff", "0004_failed_log_ins")]
    operations = [migrations.RunPython(guard, unguard)]

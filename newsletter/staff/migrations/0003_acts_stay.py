"""The log of acts cannot be edited: the database refuses to change a row, and to delete one that is younger than KEPT.

SQLite: whoever changes the table of Act later makes the triggers again, for Django copies the table and drops the old
one, and its triggers with it. tests/staff/test_acts.py finds it out.
"""

from django.db import migrations

KEPT = "2 years"

POSTGRESQL = [
    f"""
    CREATE FUNCTION staff_acts_stay() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' AND OLD.at < now() - interval '{KEPT}' THEN
            RETURN OLD;
        END IF;
        RAISE EXCEPTION 'acts are neither changed nor deleted before they are {KEPT} old';
    END $$
    """,
    "CREATE TRIGGER staff_acts_stay BEFORE UPDATE OR DELETE ON staff_act"
    " FOR EACH ROW EXECUTE FUNCTION staff_acts_stay()",
]
SQLITE = [
    "CREATE TRIGGER staff_acts_not_changed BEFORE UPDATE ON staff_act"
    f" BEGIN SELECT RAISE(ABORT, 'acts are neither changed nor deleted before they are {KEPT} old'); END",
    "CREATE TRIGGER staff_acts_not_deleted BEFORE DELETE ON staff_act"
    f" WHEN old.at >= strftime('%Y-%m-%d %H:%M:%f', 'now', '-{KEPT}')"
    f" BEGIN SELECT RAISE(ABORT, 'acts are neither changed nor deleted before they are {KEPT} old'); END",
]
BACK = {
    "postgresql": ["DROP TRIGGER staff_acts_stay ON staff_act", "DROP FUNCTION staff_acts_stay()"],
    "sqlite": ["DROP TRIGGER staff_acts_not_changed", "DROP TRIGGER staff_acts_not_deleted"],
}


def guard(apps, schema_editor):
    for statement in {"postgresql": POSTGRESQL, "sqlite": SQLITE}[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


def unguard(apps, schema_editor):
    for statement in BACK[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("staff", "0002_desk")]
    operations = [migrations.RunPython(guard, unguard)]

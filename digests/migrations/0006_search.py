"""What PrintedText.terms is searched by. Each database has a way of its own; see digests/finding.py.

SQLite: whoever changes the table of PrintedText later makes the triggers again, for Django copies the table and drops
the old one, and its triggers with it. tests/digests/test_searching.py finds it out.
"""

from django.db import migrations

POSTGRESQL = [
    "CREATE INDEX digests_printedtext_terms ON digests_printedtext"
    " USING gin (array_to_tsvector(string_to_array(terms, ' ')))"
]
SQLITE = [
    "CREATE VIRTUAL TABLE digests_search"
    " USING fts5(terms, content='digests_printedtext', content_rowid='id', tokenize='ascii')",
    "CREATE TRIGGER digests_search_insert AFTER INSERT ON digests_printedtext BEGIN"
    " INSERT INTO digests_search(rowid, terms) VALUES (new.id, new.terms); END",
    "CREATE TRIGGER digests_search_delete AFTER DELETE ON digests_printedtext BEGIN"
    " INSERT INTO digests_search(digests_search, rowid, terms) VALUES ('delete', old.id, old.terms); END",
    "CREATE TRIGGER digests_search_update AFTER UPDATE ON digests_printedtext BEGIN"
    " INSERT INTO digests_search(digests_search, rowid, terms) VALUES ('delete', old.id, old.terms);"
    " INSERT INTO digests_search(rowid, terms) VALUES (new.id, new.terms); END",
    "INSERT INTO digests_search(digests_search) VALUES ('rebuild')",
]
BACK = {
    "postgresql": ["DROP INDEX digests_printedtext_terms"],
    "sqlite": [
        "DROP TRIGGER digests_search_insert",
        "DROP TRIGGER digests_search_delete",
        "DROP TRIGGER digests_search_update",
        "DROP TABLE digests_search",
    ],
}


def build(apps, schema_editor):
    for statement in {"postgresql": POSTGRESQL, "sqlite": SQLITE}[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def drop(apps, schema_editor):
    for statement in BACK[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("digests", "0005_weekly")]
    operations = [migrations.RunPython(build, drop)]

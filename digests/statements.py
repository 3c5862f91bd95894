"""SQL of editions, for PostgreSQL and for SQLite: the ORM takes three times as long for the same rows.

On a morning of choosy readers a worker makes hundreds of editions a second.
"""

import json
from collections.abc import Mapping

from django.db import connection

from digests.models import Revision
from digests.selection import EditionKey

# One that somebody else has just made is written over with the same: so the database tells its id too.
_MAKE = """
    INSERT INTO digests_edition (revision_id, key, locale, selection, total, detail, format, created_at)
    {rows}
    ON CONFLICT (revision_id, key) DO UPDATE SET locale = EXCLUDED.locale
    RETURNING key, id
"""
MAKE = {
    "postgresql": _MAKE.format(
        rows="""
        SELECT %s, e.key, e.locale, e.selection, e.total, e.detail, e.format, statement_timestamp()
        FROM jsonb_to_recordset(%s::jsonb)
            AS e (key text, locale text, selection jsonb, total int, detail text, format text)
        """
    ),
    "sqlite": _MAKE.format(
        rows="""
        SELECT %s, value ->> 'key', value ->> 'locale', value -> 'selection', value ->> 'total', value ->> 'detail',
            value ->> 'format', strftime('%%Y-%%m-%%d %%H:%%M:%%f', 'now')
        FROM json_each(%s) WHERE true
        """
    ),
}


def make_editions(revision: Revision, keys: Mapping[str, EditionKey]) -> dict[str, int]:
    """The ids of new editions by their fingerprints, made in the order that these have in `keys`."""
    rows = [
        {
            "key": mark,
            "locale": key.locale,
            "selection": key.selection,
            "total": key.total,
            "detail": key.detail,
            "format": key.format,
        }
        for mark, key in keys.items()
    ]
    with connection.cursor() as cursor:
        cursor.execute(MAKE[connection.vendor], [revision.pk, json.dumps(rows)])
        return dict(cursor.fetchall())

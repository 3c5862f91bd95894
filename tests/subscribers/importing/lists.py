"""Lists as other programs export them, and what brings them in."""

import csv
from datetime import UTC, datetime

from digests.models import Newsletter
from newsletter.staff.models import User
from newsletter.subscribers.importing import starting, working
from newsletter.subscribers.importing.folder import DONE, LOOKED, Folder
from newsletter.subscribers.models import ReaderImport
from tests.factories import make_publisher

NOW = datetime(2026, 4, 7, 12, tzinfo=UTC)
GROUND = "They signed up at our old newsletter, with double opt-in."


def alice() -> User:
    return User.objects.filter(username="alice").first() or make_publisher()


def bring(newsletter: Newsletter, text: str | bytes, *, file_name: str = "readers.csv") -> ReaderImport:
    """A list that was brought, and not looked at yet."""
    pieces = [text.encode() if isinstance(text, str) else text]
    return starting.bring(newsletter, pieces, file_name=file_name, by=alice(), now=NOW)


def looked_at(newsletter: Newsletter, text: str | bytes, *, file_name: str = "readers.csv") -> ReaderImport:
    """A list that was looked at, or found to be none."""
    brought = bring(newsletter, text, file_name=file_name)
    work()
    brought.refresh_from_db()
    return brought


def imported(
    newsletter: Newsletter,
    text: str | bytes,
    *,
    asks: bool = False,
    suppresses: bool = False,
    file_name: str = "readers.csv",
) -> ReaderImport:
    looked = looked_at(newsletter, text, file_name=file_name)
    starting.start(looked, asks=asks, ground="" if asks else GROUND, suppresses=suppresses, by=alice())
    work()
    looked.refresh_from_db()
    return looked


def work() -> None:
    while working.work(now=NOW):
        pass


def report(of: ReaderImport) -> list[tuple[str, str]]:
    """The lines and what becomes of each, by the last pass."""
    name = DONE if of.state in {"importing", "done"} else LOOKED
    with Folder(of.key).report(name).open(encoding="utf-8") as file:
        return [(lines, outcome) for lines, outcome, _why in csv.reader(file)]


def readers(newsletter: Newsletter) -> dict[str, str]:
    rows = newsletter.subscriptions.select_related("subscriber")
    return {row.subscriber.address: row.status for row in rows}

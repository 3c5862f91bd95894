"""`manage.py import_digest FILE...`: days of digest Markdown into the database, with a report."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from digests.importing import ImportReport, import_listing
from digests.management.reporting import check_offered, newsletter_named, print_report, problem_line
from digests.models import Newsletter
from digests.sources.digest_markdown import read
from digests.sources.listing import BrokenSource
from digests.sources.saved import read_text


class Command(BaseCommand):
    """Each file is imported whole or not at all; importing it again changes nothing."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE", type=Path)
        parser.add_argument("--newsletter", required=True, metavar="SLUG")
        parser.add_argument("--locale", required=True, help="the language of the summaries: ko")
        parser.add_argument("--votes-at", metavar="TIME", help="when the votes were counted: 2024-04-05T07:00Z")

    def handle(self, *args: Any, **options: Any) -> None:
        newsletter = newsletter_named(options["newsletter"])
        check_offered(newsletter, options["locale"])
        votes_at = moment(options["votes_at"]) if options["votes_at"] else None
        problems = []
        for path in options["files"]:
            try:
                report = import_file(path, newsletter, locale=options["locale"], votes_at=votes_at)
            except BrokenSource as problem:
                problems.append(problem_line(path, problem))
            else:
                print_report(self.stdout, path, report)
        if problems:
            raise CommandError("\n".join(problems))


def import_file(path: Path, newsletter: Newsletter, *, locale: str, votes_at: datetime | None) -> ImportReport:
    """Raises BrokenSource when the file cannot be read; nothing of it is stored then."""
    listing = read(read_text(path), locale=locale)
    return import_listing(listing, newsletter, votes_at=votes_at, base=path.parent)


def moment(text: str) -> datetime:
    """A time as ISO 8601 writes it; UTC where it names no zone. Raises CommandError."""
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        raise CommandError(f"'{text}' is no time such as 2024-04-05T07:00Z") from None
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)

"""`manage.py export_digest DATE`: a day's digest as Markdown, to the byte what an import has read."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from digests.exporting import NothingToExport, export
from digests.management.commands.import_daily import parsed_day
from digests.management.reporting import check_offered, newsletter_named


class Command(BaseCommand):
    """Writes to standard output, or to a file, which it replaces."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("date", help="2024-04-05")
        parser.add_argument("--newsletter", required=True, metavar="SLUG")
        parser.add_argument("--locale", required=True, help="the language of the summaries: ko")
        parser.add_argument("--output", metavar="FILE", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        newsletter = newsletter_named(options["newsletter"])
        check_offered(newsletter, options["locale"])
        try:
            text = export(newsletter, parsed_day(options["date"]), options["locale"])
        except NothingToExport as problem:
            raise CommandError(str(problem)) from None
        if options["output"] is None:
            self._print(text)
            return
        try:
            options["output"].write_bytes(text.encode())
        except OSError as problem:
            raise CommandError(f"{options['output']}: {problem.strerror}") from None

    def _print(self, text: str) -> None:
        """As bytes where standard output takes them: it may have another encoding, or other line ends."""
        buffer = getattr(self.stdout, "buffer", None)
        if buffer is None:
            self.stdout.write(text, ending="")
        else:
            buffer.write(text.encode())
            buffer.flush()

"""`manage.py check_summaries --newsletter SLUG [DATE]`: summaries are checked again, those of one day or of all."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from digests.check_queries import papers_of, papers_of_newsletter
from digests.checking import check
from digests.management.commands.import_daily import parsed_day
from digests.management.reporting import newsletter_named
from digests.queries import daily_digest


class Command(BaseCommand):
    """For what came in before there were checks, and after a check has learned something. Accepted findings stay."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("date", nargs="?", help="2024-04-05; without it, all days")
        parser.add_argument("--newsletter", required=True, metavar="SLUG")

    def handle(self, *args: Any, **options: Any) -> None:
        newsletter = newsletter_named(options["newsletter"])
        if options["date"] is None:
            papers = papers_of_newsletter(newsletter)
        elif digest := daily_digest(newsletter, parsed_day(options["date"])):
            papers = papers_of(digest)
        else:
            raise CommandError(f"{newsletter.slug} has no digest of {options['date']}")
        found = check(papers)
        self.stdout.write(f"papers: {len(papers)}, findings: {found} (accepted ones included)")

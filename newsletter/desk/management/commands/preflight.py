"""`manage.py preflight DATE`: what pre-flight says of a day's digests; ends with 1 where something blocks."""

import sys
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone, translation

from digests.management.commands.import_daily import parsed_day
from digests.management.reporting import newsletter_named
from digests.models import Digest
from newsletter.desk.preflight import learning, overruling, queries
from newsletter.desk.preflight.looking import look
from newsletter.desk.preflight.report import Level, Line


class Command(BaseCommand):
    """Looks at links, DNS and mails itself, within the limits that a worker has."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("date", help="2024-04-05")
        parser.add_argument("--newsletter", metavar="SLUG", help="one alone; else all that have a digest of the day")
        parser.add_argument("--locale", default="en", help="the language of the report: de")
        parser.add_argument("--known", action="store_true", help="ask nobody outside: say what is known already")

    def handle(self, *args: Any, **options: Any) -> None:
        slug = options["newsletter"]
        if slug:
            newsletter_named(slug)
        digests = queries.digests_of(parsed_day(options["date"]), slug=slug or "")
        if not digests:
            raise CommandError(f"there is no digest of {options['date']}")
        now, count = timezone.now(), 0
        with translation.override(options["locale"]):
            for digest in digests:
                if not options["known"]:
                    learning.learn(digest, now=now)
                count += self._print(digest, now=now)
        if count:
            sys.exit(1)

    def _print(self, digest: Digest, *, now: datetime) -> int:
        """One line for each thing; how many block."""
        report, overruled = look(digest, now=now), overruling.overruled_of(digest)
        self.stdout.write(str(digest))
        for level in Level:
            for line in report.of(level):
                self.stdout.write(f"  {_word(line, is_overruled=line.mark in overruled):<10} {line.words}")
                if said := overruled.get(line.mark):
                    self.stdout.write(f"  {'':<10} {said.by}: {said.reason}")
        return sum(line.mark not in overruled for line in report.blocking)


def _word(line: Line, *, is_overruled: bool) -> str:
    return "OVERRULED" if is_overruled else line.level.value.upper()

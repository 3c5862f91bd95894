"""`manage.py import_daily`: Hugging Face daily papers, from saved answers or from the live address."""

import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from digests.importing import ImportReport, agent, import_listing
from digests.management.reporting import newsletter_named, print_report, problem_line
from digests.models import Newsletter
from digests.sources import hf_daily
from digests.sources.http import SourceUnreachable
from digests.sources.listing import BrokenSource
from digests.sources.saved import read_json


class Command(BaseCommand):
    """With files: each whole or not at all, its day from the rows or from its name. With --date: asks the source."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="*", metavar="FILE", type=Path, help="saved answers: 2024-05-28.json")
        parser.add_argument("--date", help="the day to ask for, or the day of a file that does not name it")
        parser.add_argument("--newsletter", required=True, metavar="SLUG")

    def handle(self, *args: Any, **options: Any) -> None:
        newsletter = newsletter_named(options["newsletter"])
        day = parsed_day(options["date"]) if options["date"] else None
        if not options["files"] and day is None:
            raise CommandError("name files, or a day with --date")
        if options["files"]:
            self.import_files(options["files"], newsletter, day)
        elif day:
            self.import_live(newsletter, day)

    def import_files(self, paths: list[Path], newsletter: Newsletter, day: date | None) -> None:
        problems = []
        for path in paths:
            try:
                report = import_file(path, newsletter, day=day or day_in_name(path))
            except BrokenSource as problem:
                problems.append(problem_line(path, problem))
            else:
                print_report(self.stdout, path, report)
        if problems:
            raise CommandError("\n".join(problems))

    def import_live(self, newsletter: Newsletter, day: date) -> None:
        url = settings.HF_DAILY_URL
        hour = timezone.now().astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        try:
            report = import_listing(hf_daily.fetch(url, day, agent=agent()), newsletter, votes_at=hour)
        except BrokenSource as problem:
            raise CommandError(problem_line(url, problem)) from None
        except SourceUnreachable as problem:
            raise CommandError(f"{url}: {problem}") from None
        print_report(self.stdout, url, report)


def import_file(path: Path, newsletter: Newsletter, *, day: date | None) -> ImportReport:
    """Raises BrokenSource, with the line on which the row begins."""
    rows = read_json(path)
    try:
        listing = hf_daily.read(rows.data, day=day)
    except BrokenSource as problem:
        raise BrokenSource(problem.text, line=rows.line_of(problem.line) or problem.line) from None
    return import_listing(rows.located(listing), newsletter)


def day_in_name(path: Path) -> date | None:
    """The day that a file is named after: 2024-05-28.json."""
    match = re.search(r"(?<![0-9])[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9])", path.name)
    try:
        return date.fromisoformat(match[0]) if match else None
    except ValueError:
        return None


def parsed_day(text: str) -> date:
    """Raises CommandError."""
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC).date()
    except ValueError:
        raise CommandError(f"'{text}' is no day such as 2024-05-28") from None

"""What the import commands share: who it is for, and how a report is printed."""

from pathlib import Path

from django.core.management.base import CommandError, OutputWrapper

from digests.importing import ImportReport
from digests.models import Newsletter
from digests.queries import newsletter_by_slug, newsletter_slugs
from digests.sources.listing import BrokenSource


def newsletter_named(slug: str) -> Newsletter:
    """Raises CommandError, which lists those that there are."""
    newsletter = newsletter_by_slug(slug)
    if newsletter is None:
        known = ", ".join(newsletter_slugs()) or "none yet"
        raise CommandError(f"there is no newsletter '{slug}' (there is: {known})")
    return newsletter


def check_offered(newsletter: Newsletter, locale: str) -> None:
    """Raises CommandError for a language that the newsletter does not offer."""
    if locale not in newsletter.locales:
        offered = ", ".join(newsletter.locales)
        raise CommandError(f"'{locale}' is no language of {newsletter.slug} (it offers: {offered})")


def print_report(out: OutputWrapper, name: str | Path, report: ImportReport) -> None:
    """One line of numbers, then one for each note."""
    papers = report.new + report.changed + report.unchanged
    counts = f"{report.new} new, {report.changed} changed, {report.unchanged} unchanged"
    out.write(f"{name}: {report.day}, {papers} papers: {counts}")
    for note in report.notes:
        out.write(f"{place(name, note.line)}: {note.text}")


def problem_line(name: str | Path, problem: BrokenSource) -> str:
    return f"{place(name, problem.line)}: {problem.text}"


def place(name: str | Path, line: int | None) -> str:
    return f"{name}:{line}" if line else str(name)

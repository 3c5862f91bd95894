"""`manage.py after_restore`: after a backup was restored, makes sure that nothing goes out twice."""

from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from newsletter.delivery import restoring

BEFORE = "All workers and the beat have to be stopped: a worker that runs may be sending what is in doubt."
AFTER = """\
What to do now:
1. See what is in doubt: manage.py deliveries, and the mail provider's own log since the backup was taken.
2. Settle it, in the admin under Deliveries or by manage.py deliveries settle: what has left as sent, what has not to be
   sent again. A whole day: manage.py deliveries settle --newsletter SLUG --day DATE. What stays uncertain is sent to
   nobody.
3. Readers who left, and addresses that bounced, since the backup was taken are active again: end their subscriptions
   by the provider's list.
4. Import and approve again what the backup does not have. Readers whose morning is still to come get it.
5. Start the workers and the beat, and resume the senders in the admin.
"""


class Command(BaseCommand):
    """Pauses every sender, and makes all that may have left since the backup was taken uncertain."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--backup-taken",
            metavar="TIME",
            required=True,
            help="when the backup was taken: 2026-04-07T03:00+02:00; without a zone it is UTC",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        taken_at = moment(options["backup_taken"], now=now)
        self.stdout.write(BEFORE)
        try:
            report = restoring.restore(settings.JOURNAL_DIR, taken_at=taken_at, now=now)
        except PermissionError as problem:
            raise CommandError(f"{problem.filename}: {problem.strerror}. Run this as the workers' user.") from problem
        self.stdout.write(
            f"Paused senders: {report.senders}. Uncertain now: {report.rows} deliveries ({report.planned} of them not "
            f"in the backup), {report.letters} letters."
        )
        if report.journals:
            self.stdout.write(
                f"Journals removed from this machine, as they may be out of the backup: {report.journals}."
            )
        for digest in report.drafts:
            self.stdout.write(f"{digest} is not in the backup: it is an empty draft now, whose readers are uncertain.")
        self.stdout.write(AFTER)
        if report.left:
            raise CommandError(f"{report.left} deliveries are held by somebody. {BEFORE} Run this again then.")


def moment(text: str, *, now: datetime) -> datetime:
    """ISO 8601 as an aware moment. Raises CommandError for what is none, or is still to come."""
    try:
        taken = datetime.fromisoformat(text)
    except ValueError:
        raise CommandError(f"--backup-taken must look like 2026-04-07T03:00+02:00, not {text!r}") from None
    taken = taken if taken.tzinfo else taken.replace(tzinfo=UTC)
    if taken > now:
        raise CommandError(f"--backup-taken is still to come: it is {now:%Y-%m-%dT%H:%M%z} now")
    return taken

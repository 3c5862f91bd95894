"""`manage.py after_restore`: after a backup was restored, makes sure that nothing goes out twice."""

from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from newsletter.delivery import restoring

BEFORE = "Stop all workers and the beat first: a worker that runs may be sending what is in doubt."
AFTER = """\
What to do now:
1. See what is in doubt: manage.py deliveries, and the mail provider's own log since the backup was taken.
2. Settle it, in the admin under Deliveries or by manage.py deliveries settle: what has left as sent, what has not to be
   sent again. What stays uncertain is sent to nobody.
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
        report = restoring.restore(taken_at=moment(options["backup_taken"], now=now), now=now)
        self.stdout.write(
            f"{report.senders} senders are paused. {report.rows} deliveries and {report.letters} letters are uncertain "
            f"now; {report.planned} of the deliveries were not in the backup."
        )
        for digest in report.drafts:
            self.stdout.write(f"{digest} is not in the backup: it is an empty draft now, whose readers are uncertain.")
        self.stdout.write(AFTER)
        if report.left:
            raise CommandError(f"{report.left} deliveries are held by somebody. {BEFORE} Then run this again.")


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

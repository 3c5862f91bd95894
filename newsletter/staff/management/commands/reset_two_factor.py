"""`manage.py reset_two_factor NAME`: somebody has lost the phone and the recovery codes."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from newsletter.staff import verifying
from newsletter.staff.models import User


class Command(BaseCommand):
    """The user logs in by the password alone, and may turn two-factor log-in on anew. It stands in the log of acts."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="the user's name")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["name"]).first()
        if user is None:
            raise CommandError(f"there is no user {options['name']!r}")
        if not verifying.reset(user, by=None):
            raise CommandError(f"{user} has no second factor")
        self.stdout.write(f"{user} logs in by the password alone now, and can turn two-factor log-in on anew.")

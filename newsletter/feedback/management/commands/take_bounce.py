"""`manage.py take_bounce < MAIL`: records what a mail that came back reports; for a pipe of the mail server."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from newsletter.feedback.bounces import LARGEST
from newsletter.feedback.taking import take


class Command(BaseCommand):
    """Says what became of the mail: recorded, known already, or ignored. Ends with 0 in each case."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("recipient", nargs="*", help="whom the mail came to, where its headers do not say so")

    def handle(self, *args: Any, recipient: list[str], **options: Any) -> None:
        mail = sys.stdin.buffer.read(LARGEST)
        while sys.stdin.buffer.read(LARGEST):
            pass  # a mail server takes a pipe that closes early for a failure, and tries again
        self.stdout.write(take(mail, now=timezone.now(), recipients=recipient))

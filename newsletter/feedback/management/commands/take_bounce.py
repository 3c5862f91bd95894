"""`manage.py take_bounce < MAIL`: acts on a mail that came back, or says goodbye; for a pipe of the mail server."""

import os
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, InterfaceError
from django.utils import timezone

from newsletter.feedback.bounces import LARGEST
from newsletter.feedback.taking import take


class Command(BaseCommand):
    """Says what became of the mail: recorded, known already, left, or ignored. Ends with 0 in each case.

    Where the database is away it ends with 75 (EX_TEMPFAIL of sysexits.h): the mail server keeps the mail, and tries
    again. After any other code it would send the report back for good.
    """

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("recipient", nargs="*", help="whom the mail came to, where its headers do not say so")

    def handle(self, *args: Any, recipient: list[str], **options: Any) -> None:
        mail = sys.stdin.buffer.read(LARGEST)
        while sys.stdin.buffer.read(LARGEST):
            pass  # a mail server takes a pipe that closes early for a failure, and tries again
        try:
            taken = take(mail, now=timezone.now(), recipients=recipient)
        except (DatabaseError, InterfaceError) as problem:
            raise CommandError("the database is away; bring it again", returncode=os.EX_TEMPFAIL) from problem
        self.stdout.write(taken)

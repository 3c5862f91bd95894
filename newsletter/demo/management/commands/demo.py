"""`manage.py demo`: the whole service on one machine, with sample readers, while a day of 26 hours passes."""

import contextlib
import logging
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from wcwidth import wcswidth

from newsletter.demo import day, stage

ADDRESS = ("127.0.0.1", 8000)


class Command(BaseCommand):
    """Prints the table, then serves the site, the admin and the inbox until Ctrl-C. --once ends after the table."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="end after the table; exit 0 if it is right")

    def handle(self, *args: Any, once: bool, **options: Any) -> None:
        logging.getLogger().setLevel(logging.WARNING)
        call_command("migrate", verbosity=0)
        user, password = stage.editor()
        digest = stage.import_sample(stage.set_up())
        day.run(digest, by=user)
        rows = day.table(digest)
        self.print_table(rows)
        if not all(row.is_right for row in rows):
            raise CommandError("A reader who was due has not exactly one mail.")
        self.stdout.write(f"\nEvery reader has exactly one mail. Admin: user {user.username}, password {password}")
        if not once:
            self.serve()

    def print_table(self, rows: Sequence[day.Row]) -> None:
        lines = [("reader", "language", "papers", "due there", "status")]
        lines += [(row.reader, row.language, row.papers, row.due, row.status) for row in rows]
        widths = [max(wcswidth(line[column]) for line in lines) for column in range(5)]
        for line in lines:
            cells = (cell + " " * (width - wcswidth(cell)) for cell, width in zip(line, widths, strict=True))
            self.stdout.write("  ".join(cells).rstrip())

    def serve(self) -> None:
        """The web server and the timetable beside each other; if one ends, both do."""
        if is_taken():
            raise CommandError(f"Port {ADDRESS[1]} is in use: stop what runs there, then run make demo again.")
        site = settings.SITE_URL
        self.stdout.write(f"\nSign up   {site}/\nInbox     {site}/inbox/\nAdmin     {site}/admin/\n\nCtrl-C ends it.")
        manage = [sys.executable, "manage.py", "tick", "--forever"]
        gunicorn = [sys.executable, "-m", "gunicorn", "newsletter.wsgi", "--bind", "{}:{}".format(*ADDRESS)]
        environment = {**os.environ, "LOG_LEVEL": "WARNING"}
        # In groups of their own: Ctrl-C reaches this process alone, which then ends them in order.
        servers = [
            subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment, process_group=0)  # noqa: S603  (our own commands)
            for command in (manage, [*gunicorn, "--threads", "4", "--log-level", "warning"])
        ]
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            while all(server.poll() is None for server in servers):
                time.sleep(0.5)
        except KeyboardInterrupt:
            self.stdout.write("")
        finally:
            stop(servers)


def is_taken() -> bool:
    with contextlib.closing(socket.socket()) as probe:
        return probe.connect_ex(ADDRESS) == 0


def stop(servers: Sequence[subprocess.Popen[bytes]]) -> None:
    for server in servers:
        with contextlib.suppress(ProcessLookupError):
            server.send_signal(signal.SIGTERM)
    for server in servers:
        try:
            server.wait(timeout=30)
        except subprocess.TimeoutExpired:
            server.kill()

"""`manage.py deliveries`: where each digest stands, what is uncertain, and settling that on purpose."""

from argparse import SUPPRESS
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from digests import days
from digests.models import Digest
from digests.queries import newsletter_by_slug, newsletter_slugs
from newsletter.delivery import queries, settling
from newsletter.delivery.models import Delivery
from newsletter.delivery.settling import Settled
from newsletter.postbox.queries import paused_senders
from newsletter.staff.models import User

Verb = Callable[..., Settled]

MOST = 50  # uncertain rows that are listed
DONE: dict[Verb, str] = {settling.it_arrived: "settled as sent", settling.send_again: "settled as to be sent again"}


class Command(BaseCommand):
    """Shows running digests; `deliveries settle ID [ID ...] --sent|--again --by USERNAME` settles all or none.

    With --newsletter SLUG --day DATE in place of the numbers: what is uncertain of that digest, as far as possible.
    """

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--newsletter", metavar="SLUG", default="", help="the digests of this one alone")
        parser.add_argument("--all", action="store_true", help="also digests that are over")
        acts = parser.add_subparsers(dest="act")
        settle = acts.add_parser("settle", help="decide what has become of uncertain (or failed) rows")
        settle.add_argument("ids", metavar="ID", type=int, nargs="*", help="the numbers of the rows")
        settle.add_argument("--newsletter", metavar="SLUG", default=SUPPRESS, help="with --day, in place of numbers")
        settle.add_argument("--day", metavar="DATE", type=named, help="every uncertain row of that digest")
        word = settle.add_mutually_exclusive_group(required=True)
        word.add_argument("--sent", action="store_true", help="the mail has arrived")
        word.add_argument("--again", action="store_true", help="send it again: the reader may get it twice")
        settle.add_argument("--by", metavar="USERNAME", required=True, help="who says so; it is recorded")

    def handle(self, *args: Any, **options: Any) -> None:
        newsletter, day = options["newsletter"], options.get("day")
        if newsletter and newsletter_by_slug(newsletter) is None:
            there_are = ", ".join(newsletter_slugs()) or "none"
            raise CommandError(f"There is no newsletter {newsletter}. There are: {there_are}.")
        if options["act"] != "settle":
            self.show(newsletter=newsletter, older=options["all"], now=timezone.now())
        elif bool(options["ids"]) == bool(newsletter and day):
            raise CommandError("Nothing was changed. Say either the numbers of rows, or --newsletter and --day.")
        else:
            verb = settling.it_arrived if options["sent"] else settling.send_again
            by = user_called(options["by"])
            if day:
                self.settle_day(newsletter, day, verb, by=by)
            else:
                self.settle_rows(options["ids"], verb, by=by)

    @transaction.atomic
    def settle_rows(self, ids: Collection[int], verb: Verb, *, by: User) -> None:
        """All of them, or none."""
        done = verb(sorted(set(ids)), by=by, now=timezone.now())
        if done.refused:
            reasons = "; ".join(f"{number}: {why}" for number, why in done.refused.items())
            raise CommandError(f"Nothing was changed. {reasons}")
        self.stdout.write(f"{done.changed} {DONE[verb]}, by {by}.")

    def settle_day(self, newsletter: str, digest: days.Named, verb: Verb, *, by: User) -> None:
        """As many as can be; what was done stays when it is interrupted."""
        day = days.name(*digest)
        digests = queries.digests_in_the_ledger(newsletter=newsletter, older=True).filter(**digest._asdict())
        ids = list(queries.uncertain_of(digests).values_list("pk", flat=True))
        if not ids:
            raise CommandError(f"Nothing was changed. {newsletter} {day} has no uncertain row.")
        self.stdout.write(f"{newsletter} {day}: {len(ids)} uncertain.")
        done = verb(sorted(ids), by=by, now=timezone.now())
        self.stdout.write(f"{done.changed} {DONE[verb]}, by {by}.")
        for why, count in Counter(done.refused.values()).items():
            self.stdout.write(f"{count} left as they were ({why}).")

    def show(self, *, newsletter: str, older: bool, now: datetime) -> None:
        digests = list(queries.digests_in_the_ledger(newsletter=newsletter, older=older))
        counts = queries.counts_of(digests)
        for digest in digests:
            self.show_digest(digest, counts.get(digest.pk, {}), now=now)
        if not digests:
            self.stdout.write("No digest is going out.")
        for sender in paused_senders():
            self.stdout.write(
                f"sender {sender.slug} has been paused since {moment(sender.paused_at)}: {sender.pause_reason}"
            )
        total = sum(row.get("uncertain", 0) for row in counts.values())
        self.show_uncertain(list(queries.uncertain_of(digests)[:MOST]), total)

    def show_digest(self, digest: Digest, counts: dict[str, int], *, now: datetime) -> None:
        figures = "  ".join(f"{status} {counts.get(status, 0)}" for status in Delivery.Status.values)
        oldest = queries.oldest_due(digest, now)
        waiting = (
            f"the oldest due row has been waiting since {moment(oldest)} ({age(now - oldest)})"
            if oldest
            else "no row is due"
        )
        name = days.name(digest.day, digest.kind, digest.slug)
        self.stdout.write(f"{digest.newsletter.slug} {name}, {digest.status}\n  {figures}\n  {waiting}")

    def show_uncertain(self, rows: Sequence[Delivery], total: int) -> None:
        if rows:
            self.stdout.write("uncertain:")
        for row in rows:
            self.stdout.write(f"  {row.pk}  {moment(row.claimed_at)}  {row.worker or '-'}  {row.reason or '-'}")
        if total > len(rows):
            self.stdout.write(f"  and {total - len(rows)} more")


def named(text: str) -> days.Named:
    """The digest that is called 2026-04-07 or 2026-04-11-weekly. Raises ValueError for anything else."""
    found = days.named(text)
    if found is None:
        raise ValueError(text)
    return found


def user_called(name: str) -> User:
    """Raises CommandError where nobody is called so."""
    found = User.objects.filter(username=name).first()
    if found is None:
        raise CommandError(f"Nothing was changed. There is no user {name}.")
    return found


def moment(value: datetime | None) -> str:
    return f"{value:%Y-%m-%d %H:%M:%S} UTC" if value else "-"


def age(span: timedelta) -> str:
    return str(timedelta(seconds=int(span.total_seconds())))

"""`manage.py create_newsletter`: a newsletter with its Sender, ready to import a digest into."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from digests.models import Newsletter, Source
from newsletter.postbox.models import Sender, SenderAssignment


class Command(BaseCommand):
    """Creates one; says what is wrong with a value and creates nothing."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="stands in addresses, for ever: daily-papers")
        parser.add_argument("--name", required=True, help="what readers see: Daily Papers")
        parser.add_argument("--from", dest="address", required=True, help="the From address of its mails")
        parser.add_argument("--postal-address", required=True, help="for the footer of every mail")
        parser.add_argument("--locales", default="en", help="languages on offer, the default first: en,ko,de")
        parser.add_argument("--time-zone", default="UTC", help="the editors' zone: Europe/Berlin")
        parser.add_argument("--source", choices=Source.Kind.values, help="where papers come from each morning")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        locales = [locale.strip() for locale in options["locales"].split(",")]
        newsletter = Newsletter(
            slug=options["slug"],
            name=options["name"],
            default_locale=locales[0],
            locales=locales,
            time_zone=options["time_zone"],
            postal_address=options["postal_address"],
        )
        sender = Sender(slug=options["slug"], name=options["name"], address=options["address"])
        try:
            for row in (newsletter, sender):
                row.full_clean()
                row.save()
        except ValidationError as problem:
            raise CommandError(
                "; ".join(f"{name}: {' '.join(words)}" for name, words in problem.message_dict.items())
            ) from None
        SenderAssignment.objects.create(newsletter=newsletter, sender=sender)
        if options["source"]:
            Source.objects.create(newsletter=newsletter, kind=options["source"])
        self.stdout.write(f"{newsletter} is there: sign-up at /join/{newsletter.slug}/, curation in /admin/.")

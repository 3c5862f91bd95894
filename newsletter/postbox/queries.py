"""Questions to the outbox, by name."""

from datetime import datetime
from uuid import UUID

from django.core.exceptions import ImproperlyConfigured
from django.db.models import QuerySet

from digests.models import Newsletter
from newsletter.postbox.models import Letter, Sender


def sender(sender_id: int) -> Sender:
    return Sender.objects.get(pk=sender_id)


def assigned_sender(newsletter: Newsletter) -> Sender | None:
    """The Sender that the newsletter's mails leave under, if it has one."""
    return Sender.objects.filter(assignments__newsletter=newsletter).first()


def sender_of(newsletter: Newsletter) -> Sender:
    """The same. Raises ImproperlyConfigured when none is assigned."""
    found = assigned_sender(newsletter)
    if found is None:
        raise ImproperlyConfigured(f"No sender is assigned to {newsletter.slug}: add one in the admin, under Postbox")
    return found


def paused_senders() -> QuerySet[Sender]:
    return Sender.objects.filter(paused_at__isnull=False).order_by("slug")


def due_letters(sender: Sender, now: datetime) -> QuerySet[Letter]:
    """Letters to be sent now, oldest first: none while the Sender is paused."""
    due = Letter.objects.filter(
        sender=sender, sender__paused_at__isnull=True, status=Letter.Status.PLANNED, ready_at__lte=now
    )
    return due.order_by("ready_at", "pk")


def claimed_letters(claim: UUID) -> QuerySet[Letter]:
    return Letter.objects.filter(claim=claim, status=Letter.Status.SENDING).order_by("ready_at", "pk")


def letters_in_the_air(claim: UUID) -> QuerySet[Letter]:
    """The letters of a claim that nobody has said anything final about."""
    return Letter.objects.filter(claim=claim, status__in=[Letter.Status.SENDING, Letter.Status.UNCERTAIN])


def senders_with_due_letters(now: datetime) -> QuerySet[Sender]:
    due = Letter.objects.filter(status=Letter.Status.PLANNED, ready_at__lte=now)
    return Sender.objects.filter(paused_at__isnull=True, pk__in=due.values("sender"))


def letters_written_before(moment: datetime) -> QuerySet[Letter]:
    return Letter.objects.filter(created_at__lt=moment)

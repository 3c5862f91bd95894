"""What workers are woken for: an id in, one verb called."""

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from newsletter.delivery import ledger, planning, sending, sweeping
from newsletter.delivery.queries import senders_with_due_mail
from newsletter.postbox.queries import sender

WAKES = 3  # seconds between two calls of wake_senders: one that no worker was free for is out of date


@shared_task
def plan() -> None:
    planning.plan(now=timezone.now())


@shared_task
def wake_senders() -> None:
    for due in senders_with_due_mail(timezone.now()):
        send_due.apply_async((due.pk,), expires=WAKES)


@shared_task
def send_due(sender_id: int) -> None:
    sending.send_due(sender(sender_id), now=timezone.now())


@shared_task
def settle() -> None:
    sweeping.sweep(settings.JOURNAL_DIR, now=timezone.now())
    ledger.settle_leases()


@shared_task
def close_past() -> None:
    planning.close_past(now=timezone.now())

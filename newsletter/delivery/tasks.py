"""What workers are woken for: an id in, one verb called."""

import random

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from newsletter.delivery import cancelling, ledger, planning, sending, sweeping
from newsletter.delivery.queries import is_much_due, senders_with_due_mail
from newsletter.postbox.queries import sender

# Seconds. The timetable wakes long before again; but the clocks of two machines may differ by some, and a worker whose
# clock is ahead by more never sends.
EXPIRES = 15
# Processes that a Sender with much to do can get at each call. A turn lasts for five calls: after it, five times so
# many are at work for the Sender, on however many machines.
WAKES = 6


@shared_task
def plan() -> None:
    planning.plan(now=timezone.now())


@shared_task
def wake_senders() -> None:
    now = timezone.now()
    calls = [due.pk for due in senders_with_due_mail(now) for _process in range(WAKES if is_much_due(due, now) else 1)]
    # By chance, or a process that becomes free would find the same Sender first each time, and the others starve.
    random.shuffle(calls)
    for sender_id in calls:
        send_due.apply_async((sender_id,), expires=EXPIRES)


@shared_task
def send_due(sender_id: int) -> None:
    sending.send_due(sender(sender_id), now=timezone.now())


@shared_task
def sweep() -> None:
    sweeping.sweep(settings.JOURNAL_DIR, now=timezone.now())


@shared_task
def settle() -> None:
    ledger.settle_leases()


@shared_task
def follow_cancelling() -> None:
    cancelling.follow_all()


@shared_task
def close_past() -> None:
    planning.close_past(now=timezone.now())

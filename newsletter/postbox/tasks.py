"""What workers are woken for: an id in, one verb called."""

from celery import shared_task
from django.utils import timezone

from newsletter.postbox import letters, quota
from newsletter.postbox.queries import sender, senders_with_due_letters


@shared_task
def wake_letters() -> None:
    for due in senders_with_due_letters(timezone.now()):
        send_letters.delay(due.pk)


@shared_task
def send_letters(sender_id: int) -> None:
    letters.send_due(sender(sender_id), now=timezone.now())


@shared_task
def settle_letters() -> None:
    letters.settle_letters()


@shared_task
def forget_letters() -> None:
    letters.forget(now=timezone.now())


@shared_task
def forget_hours() -> None:
    quota.forget_hours(timezone.now())

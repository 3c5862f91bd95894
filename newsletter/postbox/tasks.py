"""What workers are woken for: an id in, one verb called."""

from celery import shared_task
from django.utils import timezone

from newsletter.postbox import letters, quota
from newsletter.postbox.queries import sender, senders_with_due_letters

EXPIRES = 15  # seconds: the timetable calls again long before, but another Sender's turn is waited for


@shared_task
def wake_letters() -> None:
    # By chance, or a Sender with very many letters could come first each time, and the others never.
    for due in senders_with_due_letters(timezone.now()).order_by("?"):
        send_letters.apply_async((due.pk,), expires=EXPIRES)


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

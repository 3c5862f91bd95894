"""Periodic work on subscribers; the timetable is in newsletter/celery.py."""

from celery import shared_task
from django.utils import timezone

from newsletter.postbox.tasks import wake_letters
from newsletter.subscribers import asking, erasing, limits


@shared_task
def answer_asks() -> None:
    if asking.answer(now=timezone.now()):
        wake_letters.delay()  # somebody sits before an empty inbox: not when the timetable comes by


@shared_task
def forget_unconfirmed() -> int:
    return erasing.forget_unconfirmed(now=timezone.now())


@shared_task
def forget_asks() -> int:
    return asking.forget(now=timezone.now())


@shared_task
def forget_knocks() -> int:
    return limits.forget(now=timezone.now())

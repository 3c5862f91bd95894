"""Periodic work on subscribers; the timetable is in newsletter/celery.py."""

from celery import shared_task
from django.utils import timezone

from newsletter.postbox.tasks import wake_letters
from newsletter.subscribers import asking, counting, erasing, inviting, limits
from newsletter.subscribers.importing import starting, working


@shared_task
def answer_asks() -> None:
    if asking.answer(now=timezone.now()):
        wake_letters.delay()  # somebody sits before an empty inbox: not when the timetable comes by


@shared_task
def forget_unconfirmed() -> int:
    return erasing.forget_unconfirmed(now=timezone.now())


@shared_task
def forget_left() -> int:
    return erasing.forget_left(now=timezone.now())


@shared_task
def forget_moves() -> int:
    return erasing.forget_moves(now=timezone.now())


@shared_task
def forget_asks() -> int:
    return asking.forget(now=timezone.now())


@shared_task
def forget_knocks() -> int:
    return limits.forget(now=timezone.now())


@shared_task
def work_on_imports() -> int:
    return working.work(now=timezone.now())


@shared_task
def forget_imports() -> None:
    starting.forget(now=timezone.now())
    inviting.forget(now=timezone.now())


@shared_task
def invite() -> int:
    return inviting.invite(now=timezone.now())


@shared_task
def count_readers() -> int:
    return counting.count(now=timezone.now())

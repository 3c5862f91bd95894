"""What the timetable does for the staff: one verb called."""

from celery import shared_task
from django.utils import timezone

from newsletter.staff import acting, entering, locking


@shared_task
def forget_acts() -> None:
    acting.forget(now=timezone.now())


@shared_task
def forget_attempts() -> None:
    locking.forget(now=timezone.now())


@shared_task
def say_failures() -> None:
    entering.say_failures(now=timezone.now())

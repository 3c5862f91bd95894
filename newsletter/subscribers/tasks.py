"""Periodic work on subscribers; the timetable is in newsletter/celery.py."""

from celery import shared_task
from django.utils import timezone

from newsletter.subscribers import erasing


@shared_task
def forget_unconfirmed() -> int:
    return erasing.forget_unconfirmed(now=timezone.now())


@shared_task
def forget_left() -> int:
    return erasing.forget_left(now=timezone.now())


@shared_task
def forget_moves() -> int:
    return erasing.forget_moves(now=timezone.now())

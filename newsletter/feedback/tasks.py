"""What workers are woken for: one verb called."""

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from newsletter.feedback import counting, events, taking


@shared_task
def forget_payloads() -> None:
    events.forget_payloads(now=timezone.now())


@shared_task
def take_bounces() -> None:
    taking.take_new(settings.BOUNCE_MAILBOX, now=timezone.now())


@shared_task
def count_days() -> None:
    counting.count_days(now=timezone.now())

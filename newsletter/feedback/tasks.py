"""What workers are woken for: an id in, one verb called."""

from celery import shared_task
from django.utils import timezone

from newsletter.feedback import events


@shared_task
def forget_payloads() -> None:
    events.forget_payloads(now=timezone.now())

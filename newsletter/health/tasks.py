"""What workers are woken for: one verb called."""

from celery import shared_task
from django.utils import timezone

from newsletter.health import alarming, checking


@shared_task
def beat() -> None:
    checking.beat()


@shared_task
def alarm() -> None:
    now = timezone.now()
    alarming.alarm(checking.check(now=now), now=now)

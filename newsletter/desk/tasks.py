"""What workers are woken for: one verb called."""

from celery import shared_task
from django.utils import timezone

from newsletter.desk import cutting
from newsletter.desk.preflight import learning


@shared_task
def take_up_looks() -> None:
    learning.take_up(now=timezone.now())


@shared_task
def forget_known() -> None:
    learning.forget(now=timezone.now())


@shared_task
def cut_off() -> None:
    cutting.cut_off(now=timezone.now())

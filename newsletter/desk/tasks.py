"""What workers are woken for: one verb called."""

from celery import shared_task

from newsletter.delivery import cancelling


@shared_task
def follow_cancelling() -> None:
    cancelling.follow_all()

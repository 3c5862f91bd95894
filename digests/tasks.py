"""Celery tasks of the digests: what comes in, and what the public may read."""

from celery import shared_task
from django.utils import timezone

from digests import carrying, composing, images, importing, publishing
from digests.queries import enabled_sources, source_by_id


@shared_task
def import_daily(source_id: int) -> None:
    importing.import_source(source_by_id(source_id), now=timezone.now())


@shared_task
def import_daily_sources() -> None:
    for source in enabled_sources():
        import_daily.delay(source.pk)


@shared_task
def fetch_images() -> None:
    images.fetch_missing(now=timezone.now())


@shared_task
def publish_missing() -> None:
    publishing.publish_missing()


@shared_task
def compose_weeks() -> None:
    composing.compose_weeks(now=timezone.now())


@shared_task
def carry_over() -> None:
    carrying.carry_all(now=timezone.now())

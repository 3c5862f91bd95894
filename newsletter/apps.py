"""The project itself, as an app: system checks, Celery, and the commands that drive the whole."""

from importlib import import_module

from django.apps import AppConfig


class NewsletterConfig(AppConfig):
    """Makes the Celery app the current one in every process, so that `.delay()` finds it."""

    name = "newsletter"
    verbose_name = "Paperboy"

    def ready(self) -> None:
        for name in ("celery", "checks"):  # importing them registers them
            import_module(f"newsletter.{name}")

"""The project itself, as an app: system checks and the commands that drive the whole."""

from django.apps import AppConfig


class NewsletterConfig(AppConfig):
    name = "newsletter"
    verbose_name = "Paperboy"

    def ready(self) -> None:
        from newsletter import checks  # noqa: F401  (registers the checks)

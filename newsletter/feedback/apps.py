"""The app of what comes back from the mail provider."""

from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    name = "newsletter.feedback"
    label = "feedback"
    verbose_name = "Feedback"

    def ready(self) -> None:
        from newsletter.feedback import webhooks

        webhooks.connect()

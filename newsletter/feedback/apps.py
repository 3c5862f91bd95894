"""The app of what comes back from the mail provider."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FeedbackConfig(AppConfig):
    name = "newsletter.feedback"
    label = "feedback"
    verbose_name = _("Feedback")

    def ready(self) -> None:
        from newsletter.feedback import webhooks

        webhooks.connect()

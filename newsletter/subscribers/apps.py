"""The app of readers and what they asked for."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SubscribersConfig(AppConfig):
    name = "newsletter.subscribers"
    label = "subscribers"
    verbose_name = _("Subscribers")

    def ready(self) -> None:
        from newsletter.subscribers import following

        following.guard()

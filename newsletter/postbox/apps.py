"""The app of the door to the mail provider."""

from django.apps import AppConfig


class PostboxConfig(AppConfig):
    name = "newsletter.postbox"
    label = "postbox"
    verbose_name = "Postbox"

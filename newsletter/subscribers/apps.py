"""The app of readers and what they asked for."""

from django.apps import AppConfig


class SubscribersConfig(AppConfig):
    name = "newsletter.subscribers"
    label = "subscribers"
    verbose_name = "Subscribers"

"""The app in which readers see, take away and erase what is known of them."""

from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "newsletter.privacy"
    label = "privacy"
    verbose_name = "Privacy"

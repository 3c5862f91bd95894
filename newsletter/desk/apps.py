"""The app of the editors' morning."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "newsletter.desk"
    label = "desk"
    verbose_name = "Desk"

"""The app of the demonstration (DEMO=1 alone)."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "newsletter.demo"
    label = "demo"
    verbose_name = "Demo"

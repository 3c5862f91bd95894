"""The app that watches the others: is everything alive that a morning needs?"""

from django.apps import AppConfig


class HealthConfig(AppConfig):
    name = "newsletter.health"
    label = "health"
    verbose_name = "Health"

"""The app of who gets which digest when."""

from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    name = "newsletter.delivery"
    label = "delivery"
    verbose_name = "Delivery"

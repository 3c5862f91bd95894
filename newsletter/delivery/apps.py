"""The app of who gets which digest when."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeliveryConfig(AppConfig):
    name = "newsletter.delivery"
    label = "delivery"
    verbose_name = _("Delivery")

    def ready(self) -> None:
        from newsletter.delivery import queries
        from newsletter.subscribers import received

        received.tell_by(queries.last_day)

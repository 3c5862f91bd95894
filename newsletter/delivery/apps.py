"""The app of who gets which digest when."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeliveryConfig(AppConfig):
    name = "newsletter.delivery"
    label = "delivery"
    verbose_name = _("Delivery")

    def ready(self) -> None:
        from newsletter.delivery.coming import next_digest
        from newsletter.subscribers import coming

        coming.tell_by(next_digest)

"""What came back: Event, a fact that a mail provider or a reader reported about a mail."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from newsletter.delivery.models import Delivery


class Event(models.Model):
    """One report, recorded once however often it is delivered. `source` and `external_id` identify it."""

    class Kind(models.TextChoices):
        DELIVERED = "delivered", _("delivered")
        DEFERRED = "deferred", _("deferred")
        BOUNCED_HARD = "bounced_hard", _("bounced: the address does not exist")
        BOUNCED_SOFT = "bounced_soft", _("bounced for now")
        COMPLAINED = "complained", _("complained")
        LEFT = "left", _("left")

    delivery = models.ForeignKey(Delivery, null=True, blank=True, on_delete=models.SET_NULL, related_name="events")
    kind = models.CharField(max_length=15, choices=Kind)
    source = models.CharField(max_length=40, help_text=_("The provider that reported it."))
    external_id = models.CharField(max_length=200)
    at = models.DateTimeField(help_text=_("When it happened, as the provider says."))
    received_at = models.DateTimeField(auto_now_add=True)
    payload = models.JSONField(null=True, blank=True, help_text=_("As it came; deleted after 7 days."))

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["received_at"], name="event_payloads", condition=models.Q(payload__isnull=False))
        ]
        constraints = [
            models.UniqueConstraint(fields=["source", "external_id"], name="event_recorded_once"),
            models.CheckConstraint(
                condition=models.Q(
                    kind__in=["delivered", "deferred", "bounced_hard", "bounced_soft", "complained", "left"]
                ),
                name="event_kind_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

"""Heartbeat: when a part of the service last showed that it is alive."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Heartbeat(models.Model):
    """One part (the beat) and its last sign of life, by the database's clock; or an alarm (`alarm:...`).

    Of an alarm `at` is when somebody began to tell it. Until `told_at` is set nobody knows whether it was heard.
    """

    name = models.CharField(max_length=100, unique=True)
    at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")

    def __str__(self) -> str:
        return f"{self.name} {self.at:%Y-%m-%d %H:%M:%S}"

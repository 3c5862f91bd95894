"""What came back: Event, which a provider or a reader reported; DailyCount and LinkCount, numbers that name nobody."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from digests.locales import check_locale
from digests.models import Digest, Newsletter, Paper
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


class DailyCount(models.Model):
    """How often something happened to a newsletter's readers of one language on one day (UTC). It names nobody."""

    class Kind(models.TextChoices):
        JOINED = "joined", _("joined")
        LEFT = "left", _("left")
        SENT = "sent", _("sent")
        DELIVERED = "delivered", _("delivered")
        FAILED = "failed", _("failed")
        UNCERTAIN = "uncertain", _("uncertain")
        BOUNCED = "bounced", _("bounced")
        COMPLAINED = "complained", _("complained")

    newsletter = models.ForeignKey(Newsletter, on_delete=models.CASCADE, related_name="daily_counts")
    day = models.DateField()
    locale = models.CharField(max_length=15, validators=[check_locale])
    kind = models.CharField(max_length=12, choices=Kind)
    number = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("daily count")
        verbose_name_plural = _("daily counts")
        ordering = ["-day", "kind"]
        constraints = [models.UniqueConstraint(fields=["newsletter", "day", "kind", "locale"], name="daily_count_once")]

    def __str__(self) -> str:
        return f"{self.day} {self.kind}: {self.number}"


class LinkCount(models.Model):
    """How often a paper was opened from a digest in one language. It names nobody."""

    digest = models.ForeignKey(Digest, on_delete=models.CASCADE, related_name="link_counts")
    paper = models.ForeignKey(Paper, on_delete=models.CASCADE, related_name="link_counts")
    locale = models.CharField(max_length=15, validators=[check_locale])
    number = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("count of a link")
        verbose_name_plural = _("counts of links")
        constraints = [models.UniqueConstraint(fields=["digest", "paper", "locale"], name="link_count_once")]

    def __str__(self) -> str:
        return f"{self.digest_id}, {self.paper_id}, {self.locale}: {self.number}"

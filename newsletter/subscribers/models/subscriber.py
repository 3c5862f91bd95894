"""A person with one address, and addresses that get nothing more."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from digests.models import Newsletter


class Subscriber(models.Model):
    """A person with one address. Erasing blanks the row; nothing cascades and the numbers stay."""

    address = models.EmailField(max_length=254, blank=True, help_text=_("Normal form: NFC, IDNA, lower case."))
    address_hash = models.CharField(max_length=64, null=True, blank=True, unique=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    erased_at = models.DateTimeField(null=True, blank=True)
    moved_at = models.DateTimeField(null=True, blank=True, help_text=_("When its address was changed last."))

    class Meta:
        verbose_name = _("subscriber")
        verbose_name_plural = _("subscribers")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(address="", address_hash__isnull=True, erased_at__isnull=False)
                | (~models.Q(address="") & models.Q(address_hash__isnull=False, erased_at__isnull=True)),
                name="subscriber_has_an_address_or_is_erased",
            )
        ]

    def __str__(self) -> str:
        return f"subscriber {self.pk}"


class Suppression(models.Model):
    """An address that gets nothing more, as a keyed hash: from one newsletter, or from all (none named)."""

    class Reason(models.TextChoices):
        BOUNCED = "bounced", _("address does not exist")
        COMPLAINED = "complained", _("complained")
        ERASED = "erased", _("erased")
        ASKED = "asked", _("asked never to be written to")

    address_hash = models.CharField(max_length=64)
    newsletter = models.ForeignKey(Newsletter, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(max_length=10, choices=Reason)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("suppression")
        verbose_name_plural = _("suppressions")
        constraints = [
            models.UniqueConstraint(
                fields=["address_hash"], condition=models.Q(newsletter__isnull=True), name="suppression_once_for_all"
            ),
            models.UniqueConstraint(fields=["address_hash", "newsletter"], name="suppression_once_per_newsletter"),
            models.CheckConstraint(
                condition=models.Q(reason__in=["bounced", "complained", "erased", "asked"]),
                name="suppression_reason_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reason} {self.address_hash[:8]}"

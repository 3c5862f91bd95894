"""What pre-flight remembers: looks at what is far, what was learned there, and what a publisher overruled."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from digests.models import Digest


class Look(models.Model):
    """When links, DNS and the size of mails were last asked for, for one digest. A worker takes up what is asked."""

    digest = models.OneToOneField(Digest, on_delete=models.CASCADE, related_name="+")
    asked_at = models.DateTimeField()
    began_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("look")
        verbose_name_plural = _("looks")

    def __str__(self) -> str:
        return f"look {self.pk}"


class Known(models.Model):
    """What was learned about something far, such as an address or a domain, when it was asked last."""

    mark = models.CharField(max_length=64, unique=True, help_text=_("SHA-256 of what was asked."))
    said = models.JSONField()
    at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("thing that is known")
        verbose_name_plural = _("things that are known")

    def __str__(self) -> str:
        return f"known {self.pk}"


class Overruling(models.Model):
    """A line of pre-flight that blocks, and does not for this digest, because a publisher said why."""

    digest = models.ForeignKey(Digest, on_delete=models.CASCADE, related_name="+")
    mark = models.CharField(max_length=64, help_text=_("SHA-256 of the line: another line blocks anew."))
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("overruling")
        verbose_name_plural = _("overrulings")
        constraints = [
            models.UniqueConstraint(fields=["digest", "mark"], name="overruling_once_per_line"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="overruling_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"overruling {self.pk}"

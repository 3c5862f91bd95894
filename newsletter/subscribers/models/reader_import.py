"""A list of readers that somebody brings along, and the readers of it that are still to be asked."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from digests.models import Newsletter
from newsletter.subscribers.models.subscription import Subscription


class ReaderImport(models.Model):
    """A list on its way in: first looked at from beginning to end, then, if somebody says so, imported.

    `position` counts the records that the pass at hand has done; it changes in one transaction with what they did.
    """

    class State(models.TextChoices):
        LOOKING = "looking", _("is being looked at")
        LOOKED = "looked", _("waits for you")
        IMPORTING = "importing", _("is being imported")
        DONE = "done", _("imported")
        CANCELLED = "cancelled", _("cancelled")
        FAILED = "failed", _("cannot be read")

    newsletter = models.ForeignKey(Newsletter, on_delete=models.PROTECT, related_name="reader_imports")
    key = models.UUIDField(default=uuid4, unique=True, editable=False)
    file_name = models.CharField(max_length=150)
    state = models.CharField(max_length=10, choices=State, default=State.LOOKING)
    kind = models.CharField(max_length=12, blank=True, help_text=_("Whose export it is, once that is known."))
    encoding = models.CharField(max_length=20, blank=True)
    problem = models.CharField(max_length=20, blank=True)
    problem_line = models.PositiveIntegerField(null=True, blank=True)
    records = models.PositiveIntegerField(null=True, blank=True, help_text=_("How many the list has, once it is read."))
    position = models.PositiveIntegerField(default=0)
    place = models.CharField(
        max_length=60, blank=True, help_text=_("Where the next record begins, as the file tells it.")
    )
    line = models.PositiveIntegerField(default=0, help_text=_("The lines before that place."))
    report_size = models.PositiveBigIntegerField(default=0, help_text=_("Octets of the report that are certain."))
    counts = models.JSONField(default=dict, blank=True)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    asks = models.BooleanField(default=True, help_text=_("Whether its readers get a letter that asks them to confirm."))
    ground = models.TextField(blank=True, help_text=_("Where they agreed, if they are not asked."))
    suppresses = models.BooleanField(default=False, help_text=_("Whether who left there is never written to here."))
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("import of readers")
        verbose_name_plural = _("imports of readers")
        ordering = ["-pk"]
        indexes = [
            models.Index(
                fields=["id"], name="reader_import_at_work", condition=models.Q(state__in=["looking", "importing"])
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["looking", "looked", "importing", "done", "cancelled", "failed"]),
                name="reader_import_state_is_known",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["importing", "done"]) | models.Q(asks=True) | ~models.Q(ground=""),
                name="reader_import_asks_or_has_a_ground",
            ),
        ]

    def __str__(self) -> str:
        return f"import {self.pk}"


class Invitation(models.Model):
    """A reader of a list who is asked to confirm. It waits for its letter, and then for an answer: 30 days each."""

    subscription = models.OneToOneField(Subscription, on_delete=models.CASCADE, related_name="invitation")
    since = models.DateTimeField(db_index=True)
    written_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        indexes = [
            models.Index(fields=["id"], name="invitation_unwritten", condition=models.Q(written_at__isnull=True))
        ]

    def __str__(self) -> str:
        return f"invitation {self.pk}"


class Readership(models.Model):
    """How many active readers a newsletter has by language, zone and so on, as it was counted last."""

    newsletter = models.OneToOneField(Newsletter, on_delete=models.CASCADE, related_name="readership")
    at = models.DateTimeField()
    counts = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("readership")
        verbose_name_plural = _("readerships")

    def __str__(self) -> str:
        return f"readership of {self.newsletter_id}"

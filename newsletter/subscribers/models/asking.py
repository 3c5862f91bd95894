"""What visitors asked for and is not answered yet, and how often somebody was at a door."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from digests.models import Newsletter


class Ask(models.Model):
    """What somebody typed on a page: acted on in a moment, and then gone."""

    class Kind(models.TextChoices):
        JOIN = "join", _("wants a newsletter")
        LINK = "link", _("wants the link to the preferences")
        DATA = "data", _("wants to see what is kept")

    kind = models.CharField(max_length=10, choices=Kind)
    address = models.EmailField(max_length=254, help_text=_("Normal form: NFC, IDNA, lower case."))
    newsletter = models.ForeignKey(Newsletter, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    preferences = models.JSONField(default=dict, blank=True)
    wording = models.TextField(blank=True)
    page = models.CharField(max_length=300, blank=True)
    network = models.CharField(max_length=50, blank=True)
    locale = models.CharField(max_length=15, blank=True)
    at = models.DateTimeField(db_index=True)
    ready_at = models.DateTimeField(db_index=True, help_text=_("Later than asked where an answer failed."))

    class Meta:
        verbose_name = _("ask")
        verbose_name_plural = _("asks")
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=["join", "link", "data"]), name="ask_kind_is_known"),
            models.CheckConstraint(
                condition=~models.Q(kind="join") | models.Q(newsletter__isnull=False), name="ask_to_join_names_what"
            ),
        ]

    def __str__(self) -> str:
        return f"ask {self.pk}"


class Knock(models.Model):
    """How often a network or an address asked for something since a moment, under a key that names neither."""

    key = models.CharField(max_length=64)
    since = models.DateTimeField(db_index=True)
    count = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("knock")
        verbose_name_plural = _("knocks")
        constraints = [models.UniqueConstraint(fields=["key", "since"], name="knock_once_per_window")]

    def __str__(self) -> str:
        return f"{self.count} since {self.since:%Y-%m-%d %H:%M}"

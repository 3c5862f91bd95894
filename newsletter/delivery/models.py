"""The ledger: Delivery, one row per reader and digest. Its status changes in ledger.py and planned.py."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from digests.models import Digest, Edition
from newsletter.postbox.models import Sender
from newsletter.subscribers.models import Subscription


class Delivery(models.Model):
    """One digest for one reader, at most one mail. Correction 0 is the digest itself."""

    class Status(models.TextChoices):
        PLANNED = "planned", _("planned")
        SENDING = "sending", _("sending")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")
        UNCERTAIN = "uncertain", _("uncertain")
        SKIPPED = "skipped", _("skipped")

    class Skip(models.TextChoices):
        LEFT = "left", _("the reader left")
        SUPPRESSED = "suppressed", _("the address is suppressed")
        NOTHING = "nothing", _("nothing for this reader")
        RESTS = "rests", _("no day for this reader")
        LATE = "late", _("too late")
        CANCELLED = "cancelled", _("the digest was cancelled")

    # No index on a foreign key that another index begins with, or that nobody asks by: each mail changes its row
    # twice, and every index is written again each time.
    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT, related_name="deliveries", db_index=False)
    digest = models.ForeignKey(Digest, on_delete=models.PROTECT, related_name="deliveries", db_index=False)
    correction = models.PositiveSmallIntegerField(default=0)
    sender = models.ForeignKey(Sender, on_delete=models.PROTECT, related_name="deliveries", db_index=False)
    status = models.CharField(max_length=10, choices=Status, default=Status.PLANNED)
    skip = models.CharField(max_length=10, choices=Skip, blank=True, help_text=_("Why it was skipped."))
    reason = models.CharField(max_length=300, blank=True, help_text=_("What the provider said, or a person."))
    due_at = models.DateTimeField(help_text=_("The reader's hour on the digest's day."))
    ready_at = models.DateTimeField(help_text=_("Not to be sent before: later than due after a busy answer."))
    attempts = models.PositiveSmallIntegerField(default=0)
    edition = models.ForeignKey(  # the claim looks whether it is there: docs/decisions/0023
        Edition,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="deliveries",
        db_index=False,
        db_constraint=False,
    )
    claim = models.UUIDField(null=True, blank=True, editable=False, help_text=_("The slice it was claimed with."))
    worker = models.CharField(max_length=100, blank=True, help_text=_("Who claimed it last: host and process."))
    claimed_at = models.DateTimeField(null=True, blank=True, help_text=_("By the database's clock."))
    lease_until = models.DateTimeField(null=True, blank=True, help_text=_("By the database's clock."))
    sent_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
        help_text=_("Who decided what had become of it."),
    )
    settled_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["-pk"]
        indexes = [
            # With the id, so that the claim reads its rows in order, however many are due at the same moment.
            models.Index(
                fields=["sender", "ready_at", "id"], name="delivery_due", condition=models.Q(status="planned")
            ),
            models.Index(
                fields=["claim"], name="delivery_air", condition=models.Q(status__in=["sending", "uncertain"])
            ),
            models.Index(fields=["digest", "status"], name="delivery_counts"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["subscription", "digest", "correction"], name="delivery_one_per_reader_and_digest"
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=["planned", "sending", "sent", "failed", "uncertain", "skipped"]),
                name="delivery_status_is_known",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="sending") | models.Q(claim__isnull=False, lease_until__isnull=False),
                name="delivery_sending_is_claimed",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="planned") | models.Q(claim__isnull=True, lease_until__isnull=True),
                name="delivery_planned_is_free",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="sent") | models.Q(sent_at__isnull=False, edition__isnull=False),
                name="delivery_sent_has_time_and_edition",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    status="skipped", skip__in=["left", "suppressed", "nothing", "rests", "late", "cancelled"]
                )
                | (~models.Q(status="skipped") & models.Q(skip="")),
                name="delivery_skipped_says_why",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="failed") | ~models.Q(reason=""), name="delivery_failed_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"delivery {self.pk}"

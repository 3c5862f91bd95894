"""A change of address, for as long as it waits for both mailboxes."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from newsletter.subscribers.models.subscriber import Subscriber


class Move(models.Model):
    """A subscriber's new address until both mailboxes have agreed. Personal: deleted after 7 days, done or not.

    Once it is done the row names no address any more; it stays so that its two links can say so.
    """

    subscriber = models.OneToOneField(Subscriber, on_delete=models.PROTECT, related_name="move")
    address = models.EmailField(max_length=254, blank=True, help_text=_("The new one, in normal form."))
    address_hash = models.CharField(max_length=64, blank=True, editable=False)
    asked_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True, help_text=_("When the old mailbox agreed."))
    arrived_at = models.DateTimeField(null=True, blank=True, help_text=_("When the new mailbox agreed."))
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("change of address")
        verbose_name_plural = _("changes of address")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    done_at__isnull=False, left_at__isnull=False, arrived_at__isnull=False, address="", address_hash=""
                )
                | (models.Q(done_at__isnull=True) & ~models.Q(address="") & ~models.Q(address_hash="")),
                name="move_has_an_address_or_is_done",
            )
        ]

    def __str__(self) -> str:
        return f"move {self.pk}"

"""Sender (an identity that mails leave under) and Letter (the outbox of service mails)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from digests.models import Newsletter
from digests.names import check_name
from newsletter.postbox.returns import check_bounce_address, check_leave_address


class Sender(models.Model):
    """One sending identity with its quota. Newsletters that share a domain and account share a Sender."""

    slug = models.SlugField(_("Short name"), unique=True)
    name = models.CharField(
        _("Name"), max_length=100, validators=[check_name], help_text=_("Stands before the address in From.")
    )
    address = models.EmailField(_("Address"), help_text=_("From address, at a domain with SPF, DKIM and DMARC."))
    reply_to = models.EmailField(_("Replies go to"), blank=True)
    dkim_selector = models.CharField(_("DKIM selector"), max_length=63, blank=True)
    postbox_url = models.CharField(
        max_length=500, blank=True, help_text=_("Another mail provider than POSTBOX_URL, for this Sender alone.")
    )
    per_second = models.PositiveIntegerField(
        _("Mails a second"), null=True, blank=True, help_text=_("At most so many mails a second.")
    )
    per_day = models.PositiveIntegerField(
        _("Mails a day"), null=True, blank=True, help_text=_("At most so many mails in 24 hours.")
    )
    warm_up_from = models.DateField(
        _("First day"),
        null=True,
        blank=True,
        help_text=_("First day of a warm-up: a new domain or address begins with few mails."),
    )
    warm_up_first = models.PositiveIntegerField(
        _("Mails then"), null=True, blank=True, help_text=_("Mails on the first day.")
    )
    warm_up_more = models.PositiveIntegerField(
        _("More each day"),
        null=True,
        blank=True,
        help_text=_("How many more on each further day, up to the daily limit."),
    )
    bounce_address = models.EmailField(
        _("Return address"),
        blank=True,
        validators=[check_bounce_address],
        help_text=_("Where undeliverable mails come back (plain SMTP only): bounces@papers.example.org."),
    )
    leave_address = models.EmailField(
        _("Address for leaving"),
        blank=True,
        validators=[check_leave_address],
        help_text=_("Where mails that ask to leave come in, if somebody reads them: leave@papers.example.org."),
    )
    paced_until = models.DateTimeField(null=True, editable=False)  # mails a second: when the last one taken is paid for
    paused_at = models.DateTimeField(_("Paused since"), null=True, blank=True)
    pause_reason = models.CharField(_("Reason"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("sender")
        verbose_name_plural = _("senders")
        constraints = [
            models.CheckConstraint(
                condition=(models.Q(per_second__isnull=True) | models.Q(per_second__gte=1))
                & (models.Q(per_day__isnull=True) | models.Q(per_day__gte=1)),
                name="sender_quota_allows_something",
            ),
            models.CheckConstraint(
                condition=models.Q(warm_up_from__isnull=True)
                | models.Q(warm_up_first__gte=1, warm_up_more__isnull=False),
                name="sender_warm_up_is_whole",
                violation_error_message=_(
                    "A warm-up needs its first day, the mails on it, and how many more each day."
                ),
            ),
            models.CheckConstraint(
                condition=models.Q(paused_at__isnull=True, pause_reason="")
                | (models.Q(paused_at__isnull=False) & ~models.Q(pause_reason="")),
                name="sender_pause_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>"


class SenderHour(models.Model):
    """How many mails were taken from a Sender's quota in one hour (UTC): what its mails a day are counted by."""

    sender = models.ForeignKey(Sender, on_delete=models.CASCADE, related_name="hours")
    hour = models.DateTimeField()
    mails = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("hourly count of a sender")
        verbose_name_plural = _("hourly counts of senders")
        constraints = [models.UniqueConstraint(fields=["sender", "hour"], name="sender_hour_once")]

    def __str__(self) -> str:
        return f"{self.sender_id} {self.hour:%Y-%m-%d %H}: {self.mails}"


class SenderAssignment(models.Model):
    """Which Sender a newsletter's mails leave under. (digests does not know of Senders, so it stands here.)"""

    newsletter = models.OneToOneField(
        Newsletter, verbose_name=_("newsletter"), on_delete=models.CASCADE, related_name="sender_assignment"
    )
    sender = models.ForeignKey(Sender, on_delete=models.PROTECT, related_name="assignments")

    class Meta:
        verbose_name = _("sender of a newsletter")
        verbose_name_plural = _("senders of newsletters")

    def __str__(self) -> str:
        return f"{self.newsletter}: {self.sender}"


class Letter(models.Model):
    """One service mail (confirm, your link), as it will be sent. Personal: deleted after 7 days."""

    class Kind(models.TextChoices):
        CONFIRM = "confirm", _("confirm your subscription")
        LINK = "link", _("your link")
        TEST = "test", _("test of a digest")
        EDITOR = "editor", _("mail to an editor")
        DATA = "data", _("the link to your data")
        MOVE = "move", _("a new address, to the old one")
        ARRIVE = "arrive", _("a new address, to the new one")
        TAKEN = "taken", _("an address that reads already")

    class Status(models.TextChoices):
        PLANNED = "planned", _("planned")
        SENDING = "sending", _("sending")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")
        UNCERTAIN = "uncertain", _("uncertain")

    sender = models.ForeignKey(Sender, on_delete=models.PROTECT, related_name="letters")
    kind = models.CharField(max_length=10, choices=Kind)
    to = models.EmailField(max_length=254)
    locale = models.CharField(max_length=15)
    subject = models.CharField(max_length=300)
    text = models.TextField()
    html = models.TextField(blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.PLANNED)
    reason = models.CharField(max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    ready_at = models.DateTimeField(help_text=_("Not to be sent before."))
    claim = models.UUIDField(null=True, blank=True, editable=False)
    lease_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["sender", "ready_at"], name="letter_due", condition=models.Q(status="planned")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=["planned", "sending", "sent", "failed", "uncertain"]),
                name="letter_status_is_known",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=["confirm", "link", "test", "editor", "data", "move", "arrive", "taken"]),
                name="letter_kind_is_known",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="sending") | models.Q(claim__isnull=False, lease_until__isnull=False),
                name="letter_sending_is_claimed",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="sent") | models.Q(sent_at__isnull=False), name="letter_sent_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

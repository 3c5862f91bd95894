"""A subscriber's reading of one newsletter, and the proof of what was agreed to."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from digests.locales import check_locale, check_zone
from digests.models import Newsletter, Topic
from newsletter.subscribers.models.subscriber import Subscriber

EVERY_DAY = 0b1111111


class Subscription(models.Model):
    """A subscriber's reading of one newsletter: its state and what was asked for."""

    class Status(models.TextChoices):
        PENDING = "pending", _("waits for confirmation")
        ACTIVE = "active", _("active")
        ENDED = "ended", _("ended")

    class EndReason(models.TextChoices):
        LEFT = "left", _("left")
        BOUNCED = "bounced", _("address does not exist")
        COMPLAINED = "complained", _("complained")
        ERASED = "erased", _("erased")
        REMOVED = "removed", _("removed by staff")

    class LeaveAnswer(models.TextChoices):
        OFTEN = "often", _("too many mails")
        TOPICS = "topics", _("not my subjects")
        LANGUAGE = "language", _("not in my language")
        QUALITY = "quality", _("the summaries are not good enough")
        TIME = "time", _("no time to read it")
        NEVER_ASKED = "never_asked", _("I never asked for it")

    class Rhythm(models.TextChoices):
        DAILY = "daily", _("each chosen day")
        WEEKLY = "weekly", _("once a week")

    class WhenEmpty(models.TextChoices):
        SKIP = "skip", _("send nothing")
        TELL = "tell", _("send a short mail that says so")

    class Detail(models.TextChoices):
        TITLES = "titles", _("titles alone")
        SHORT = "short", _("the main point of each paper")
        FULL = "full", _("full summaries")

    class Format(models.TextChoices):
        HTML = "html", _("with pictures (HTML)")
        TEXT = "text", _("plain text")

    subscriber = models.ForeignKey(Subscriber, on_delete=models.PROTECT, related_name="subscriptions")
    newsletter = models.ForeignKey(Newsletter, on_delete=models.PROTECT, related_name="subscriptions")
    status = models.CharField(max_length=10, choices=Status, default=Status.PENDING)
    created_at = models.DateTimeField(auto_now_add=True)
    asked_at = models.DateTimeField(null=True, blank=True, help_text=_("When the last service mail was sent to it."))
    confirmed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=10, choices=EndReason, blank=True)
    leave_answer = models.CharField(
        max_length=12, choices=LeaveAnswer, blank=True, db_default="", help_text=_("Why its reader left, if they said.")
    )
    # Preferences
    locale = models.CharField(_("language"), max_length=15, default="en", validators=[check_locale])
    second_locale = models.CharField(_("second language"), max_length=15, blank=True, validators=[check_locale])
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC", validators=[check_zone])
    hour = models.PositiveSmallIntegerField(_("hour"), default=7, validators=[MaxValueValidator(23)])
    weekdays = models.PositiveSmallIntegerField(
        _("weekdays"),
        default=EVERY_DAY,
        validators=[MinValueValidator(1), MaxValueValidator(EVERY_DAY)],
        help_text=_("Bits: Monday is 1, Tuesday 2, ... Sunday 64."),
    )
    topics = models.ManyToManyField(Topic, verbose_name=_("topics"), blank=True, related_name="+")
    least_votes = models.PositiveIntegerField(_("least votes"), default=0)
    most_papers = models.PositiveSmallIntegerField(
        _("most papers"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    detail = models.CharField(_("detail"), max_length=10, choices=Detail, default=Detail.FULL)
    format = models.CharField(_("format"), max_length=10, choices=Format, default=Format.HTML)
    rhythm = models.CharField(_("rhythm"), max_length=10, choices=Rhythm, default=Rhythm.DAILY, db_default=Rhythm.DAILY)
    # A reader's own words, one a line: free text, blank once the reader is erased.
    authors = models.TextField(_("followed authors"), blank=True, default="", db_default="")
    words = models.TextField(_("followed words"), blank=True, default="", db_default="")
    avoided = models.TextField(_("words to avoid"), blank=True, default="", db_default="")
    paused_until = models.DateField(
        _("paused until"), null=True, blank=True, help_text=_("The day of the first digest after the pause.")
    )
    when_empty = models.CharField(
        _("a day without papers"), max_length=10, choices=WhenEmpty, default=WhenEmpty.SKIP, db_default=WhenEmpty.SKIP
    )

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        permissions = [("export_subscription", "Can export readers")]
        indexes = [
            models.Index(
                fields=["newsletter", "time_zone", "hour"],
                name="subscription_mornings",
                condition=models.Q(status="active"),
            ),
            # Today counts the readers of each language: a million of them in the index, not in the table.
            models.Index(
                fields=["newsletter", "rhythm", "locale"],
                name="subscription_languages",
                condition=models.Q(status="active"),
            ),
            # Whoever looks for one answer among a million readers, the newest first.
            models.Index(
                fields=["leave_answer", "-id", "newsletter"],
                name="subscription_leave_answers",
                condition=~models.Q(leave_answer=""),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["subscriber", "newsletter"], name="subscription_once_per_newsletter"),
            models.CheckConstraint(
                condition=models.Q(status__in=["pending", "active", "ended"]), name="subscription_status_is_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(status="active") | models.Q(confirmed_at__isnull=False, ended_at__isnull=True),
                name="subscription_active_is_confirmed",
            ),
            models.CheckConstraint(
                condition=models.Q(status="ended", ended_at__isnull=False)
                & models.Q(end_reason__in=["left", "bounced", "complained", "erased", "removed"])
                | (~models.Q(status="ended") & models.Q(ended_at__isnull=True, end_reason="")),
                name="subscription_end_has_time_and_reason",
            ),
            models.CheckConstraint(
                condition=~models.Q(locale="") & ~models.Q(time_zone=""), name="subscription_has_language_and_zone"
            ),
            models.CheckConstraint(condition=models.Q(hour__lte=23), name="subscription_hour_of_a_day"),
            models.CheckConstraint(
                condition=models.Q(weekdays__gte=1, weekdays__lte=EVERY_DAY), name="subscription_some_weekday"
            ),
            models.CheckConstraint(
                condition=models.Q(most_papers__isnull=True) | models.Q(most_papers__gte=1),
                name="subscription_some_paper",
            ),
            models.CheckConstraint(
                condition=models.Q(detail__in=["titles", "short", "full"]), name="subscription_detail_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(format__in=["html", "text"]), name="subscription_format_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(rhythm="daily") | models.Q(rhythm="weekly", weekdays__in=[1, 2, 4, 8, 16, 32, 64]),
                name="subscription_weekly_has_one_day",
            ),
            models.CheckConstraint(
                condition=models.Q(when_empty__in=["skip", "tell"]), name="subscription_when_empty_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(leave_answer="")
                | models.Q(
                    status="ended",
                    end_reason="left",
                    leave_answer__in=["often", "topics", "language", "quality", "time", "never_asked"],
                ),
                name="subscription_leave_answer_of_who_left",
            ),
        ]

    def __str__(self) -> str:
        return f"subscription {self.pk}"


class Consent(models.Model):
    """What a reader agreed to or took back: never changed, kept as proof."""

    class Act(models.TextChoices):
        ASKED = "asked", _("asked for the newsletter")
        CONFIRMED = "confirmed", _("confirmed")
        LEFT = "left", _("left")
        RETURNED = "returned", _("took leaving back")
        MOVED = "moved", _("changed the address")

    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT, related_name="consents")
    act = models.CharField(max_length=10, choices=Act)
    at = models.DateTimeField()
    wording = models.TextField(blank=True, help_text=_("The text that stood beside the button."))
    locale = models.CharField(max_length=15, blank=True)
    page = models.CharField(max_length=300, blank=True, help_text=_("The path of the page, without tokens."))
    network = models.CharField(
        max_length=50, blank=True, help_text=_("The caller's network (/24 or /48), not the address.")
    )
    entered_by = models.PositiveBigIntegerField(
        null=True, blank=True, help_text=_("The id of the user who entered it. Empty: its reader did.")
    )

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["-at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(act__in=["asked", "confirmed", "left", "returned", "moved"]),
                name="consent_act_is_known",
            )
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.at:%Y-%m-%d}"

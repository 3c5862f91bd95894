"""Newsletter, and what belongs to it from the start: its Sources and Topics."""

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from digests.locales import check_locale, check_locales, check_zone, in_chain
from digests.names import check_name


class Newsletter(models.Model):
    """One publication with its own readers, languages and editors; several live side by side."""

    class Late(models.TextChoices):
        SKIP = "skip", _("is skipped")
        NEXT_DAY = "next_day", _("waits for the next morning")

    slug = models.SlugField(unique=True, help_text=_("Stands in addresses of pages, for ever."))
    name = models.CharField(max_length=120, validators=[check_name])
    tagline = models.CharField(max_length=200, blank=True, validators=[check_name])
    default_locale = models.CharField(max_length=15, default="en", validators=[check_locale])
    locales = models.JSONField(
        default=list, validators=[check_locales], help_text=_('Languages on offer, for example ["en", "ko"].')
    )
    time_zone = models.CharField(
        max_length=64, default="UTC", validators=[check_zone], help_text=_("The editors' zone: whose today it is.")
    )
    accent = models.CharField(
        max_length=7,
        default="#B4451F",
        validators=[RegexValidator(r"^#[0-9A-Fa-f]{6}\Z", _("A colour such as #B4451F."))],
        help_text=_("Colour of links and of the one button."),
    )
    postal_address = models.TextField(help_text=_("Stands in the footer of every mail, as the law asks."))
    last_hour = models.PositiveSmallIntegerField(
        default=20,
        validators=[MaxValueValidator(24)],
        help_text=_("A digest approved late goes out until this hour of the reader's day."),
    )
    late = models.CharField(
        max_length=10, choices=Late, default=Late.NEXT_DAY, help_text=_("What is approved after the last hour ...")
    )
    weekly_day = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        choices=sorted(WEEKDAYS.items()),
        help_text=_("The day of the weekly digest, which has the papers of the seven days before it. Empty: none."),
    )
    weekly_papers = models.PositiveSmallIntegerField(
        default=20,
        db_default=20,
        validators=[MinValueValidator(1)],
        help_text=_("How many papers a weekly digest has: those with the most votes."),
    )
    cut_off = models.TimeField(
        null=True,
        blank=True,
        help_text=_("By then a day's digest is to be approved, by the editors' clock. Empty: none."),
    )
    approves_itself = models.BooleanField(
        default=False,
        db_default=False,
        help_text=_("At the cut-off a digest is approved by itself if nothing blocks; else editors get a mail."),
    )
    counts_links = models.BooleanField(
        default=False,
        db_default=False,
        help_text=_("Counts how often papers are opened from mails. It adds one to a number, and names nobody."),
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("newsletter")
        verbose_name_plural = _("newsletters")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(default_locale="") & ~models.Q(time_zone="") & ~models.Q(postal_address=""),
                name="newsletter_has_language_zone_and_address",
            ),
            models.CheckConstraint(condition=models.Q(last_hour__lte=24), name="newsletter_last_hour_of_a_day"),
            models.CheckConstraint(condition=models.Q(late__in=["skip", "next_day"]), name="newsletter_late_is_known"),
            models.CheckConstraint(
                condition=models.Q(weekly_day__isnull=True) | models.Q(weekly_day__lte=6),
                name="newsletter_weekly_day_of_a_week",
            ),
            models.CheckConstraint(condition=models.Q(weekly_papers__gte=1), name="newsletter_weekly_has_papers"),
            models.CheckConstraint(
                condition=models.Q(approves_itself=False) | models.Q(cut_off__isnull=False),
                name="newsletter_approves_itself_at_a_time",
                violation_error_message=_("A newsletter that approves by itself needs a cut-off."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class DayOff(models.Model):
    """A day on which a newsletter has no daily digest, so that nobody waits for one."""

    newsletter = models.ForeignKey(Newsletter, on_delete=models.CASCADE, related_name="days_off")
    day = models.DateField()
    reason = models.CharField(max_length=100, blank=True, help_text=_("For the desk, such as a holiday's name."))

    class Meta:
        verbose_name = _("day without a digest")
        verbose_name_plural = _("days without a digest")
        ordering = ["day"]
        constraints = [models.UniqueConstraint(fields=["newsletter", "day"], name="day_off_once")]

    def __str__(self) -> str:
        return f"{self.newsletter} {self.day}"


class Source(models.Model):
    """Where a newsletter's papers come from; `digests.sources` has a module for each kind."""

    class Kind(models.TextChoices):
        HF_DAILY = "hf_daily", _("Hugging Face daily papers")

    newsletter = models.ForeignKey(Newsletter, on_delete=models.CASCADE, related_name="sources")
    kind = models.CharField(_("Kind"), max_length=30, choices=Kind)
    enabled = models.BooleanField(_("In use"), default=True)
    last_success_at = models.DateTimeField(_("Last came in"), null=True, blank=True, editable=False)
    last_error = models.TextField(_("Last error"), blank=True, editable=False)

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        constraints = [
            models.UniqueConstraint(fields=["newsletter", "kind"], name="source_one_per_newsletter_and_kind"),
            models.CheckConstraint(condition=models.Q(kind__in=["hf_daily"]), name="source_kind_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.newsletter}: {self.get_kind_display()}"


class Topic(models.Model):
    """A subject that readers can choose. A paper has it when one of its terms stands in the paper."""

    newsletter = models.ForeignKey(Newsletter, on_delete=models.CASCADE, related_name="topics")
    slug = models.SlugField()
    names = models.JSONField(default=dict, help_text=_('Name per locale, for example {"en": "Agents"}.'))
    terms = models.JSONField(
        default=list, blank=True, help_text=_("Words that give a paper this topic when it comes in, in English.")
    )

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["slug"]
        constraints = [models.UniqueConstraint(fields=["newsletter", "slug"], name="topic_slug_once_per_newsletter")]

    def __str__(self) -> str:
        return self.name_in("en")

    def name_in(self, locale: str) -> str:
        """The topic's name in `locale` or the nearest language that has one."""
        names: dict[str, str] = self.names
        return in_chain(names, locale, self.newsletter.default_locale) or self.slug

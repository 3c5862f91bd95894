"""Digest (a newsletter's day), its Entries and words, and what approval makes of it: Revision, Edition."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from digests import days
from digests.locales import check_locale
from digests.models.newsletter import Newsletter
from digests.models.paper import Paper


class Digest(models.Model):
    """The papers of one day (or week, or special issue) for one newsletter."""

    class Kind(models.TextChoices):
        DAILY = "daily", _("daily")
        WEEKLY = "weekly", _("weekly")
        SPECIAL = "special", _("special issue")

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        APPROVED = "approved", _("approved")
        PAUSED = "paused", _("paused")
        CANCELLED = "cancelled", _("cancelled")
        CLOSED = "closed", _("closed")

    class Ordering(models.TextChoices):
        VOTES = "votes", _("by votes")
        EDITOR = "editor", _("as the editor ordered")

    newsletter = models.ForeignKey(Newsletter, on_delete=models.PROTECT, related_name="digests")
    day = models.DateField()
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.DAILY)
    slug = models.SlugField(blank=True, help_text=_("Tells special issues of one day apart."))
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT, editable=False)
    ordering = models.CharField(max_length=10, choices=Ordering, default=Ordering.VOTES)
    approved_at = models.DateTimeField(null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=0, db_default=0, editable=False)  # one more with each editor's change
    created_at = models.DateTimeField(auto_now_add=True)
    papers: "models.ManyToManyField[Paper, Entry]" = models.ManyToManyField(Paper, through="Entry")

    class Meta:
        verbose_name = _("digest")
        verbose_name_plural = _("digests")
        ordering = ["-day", "newsletter"]
        constraints = [
            models.UniqueConstraint(fields=["newsletter", "day", "kind", "slug"], name="digest_once_per_day"),
            models.CheckConstraint(
                condition=models.Q(day__gte=days.FIRST, day__lte=days.LAST),
                name="digest_day_is_of_our_time",
                violation_error_message=_("A day from 2000 to 2100."),
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=["daily", "weekly"], slug="")
                | (models.Q(kind="special") & ~models.Q(slug="")),
                name="digest_slug_is_for_special_issues",
                violation_error_message=_("A special issue needs a slug; a daily or weekly digest has none."),
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=["draft", "approved", "paused", "cancelled", "closed"]),
                name="digest_status_is_known",
            ),
            models.CheckConstraint(
                condition=~models.Q(status__in=["approved", "paused"]) | models.Q(approved_at__isnull=False),
                name="digest_approved_at_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(ordering__in=["votes", "editor"]), name="digest_ordering_is_known"
            ),
        ]
        permissions = [("approve_digest", "Can approve digests")]

    def __str__(self) -> str:
        return f"{self.newsletter} {days.name(self.day, self.kind, self.slug)}"

    def clean(self) -> None:
        """A special issue has an address of its own."""
        if self.kind == self.Kind.SPECIAL and self.slug in days.KINDS:
            raise ValidationError({"slug": _("Addresses of other digests end so.")})


class DigestText(models.Model):
    """An editor's words around one digest in one language; what is empty is proposed by us."""

    digest = models.ForeignKey(Digest, on_delete=models.CASCADE, related_name="texts")
    locale = models.CharField(max_length=15, validators=[check_locale])
    subject = models.CharField(max_length=150, blank=True)
    preheader = models.CharField(max_length=200, blank=True)
    note = models.TextField(blank=True, help_text=_("The editor's note above the papers (Markdown)."))
    correction = models.TextField(
        blank=True,
        db_default="",
        help_text=_("What was corrected since it went out first (Markdown): stands above the papers from then on."),
    )

    class Meta:
        verbose_name = _("words of the editor")
        verbose_name_plural = _("words of the editor")
        constraints = [models.UniqueConstraint(fields=["digest", "locale"], name="digest_text_one_per_locale")]

    def __str__(self) -> str:
        return f"{self.digest}, {self.locale}"


class Entry(models.Model):
    """A paper's place in a digest."""

    digest = models.ForeignKey(Digest, on_delete=models.CASCADE, related_name="entries")
    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, related_name="entries")
    position = models.PositiveIntegerField(default=0, help_text=_("Counts when the digest is ordered by the editor."))
    votes = models.PositiveIntegerField(null=True, blank=True)
    votes_at = models.DateTimeField(null=True, blank=True, help_text=_("When the votes were counted, if known (UTC)."))
    included = models.BooleanField(default=True)
    pinned = models.BooleanField(
        default=False, db_default=False, help_text=_("Stands before the others, and in every reader's digest.")
    )
    again = models.BooleanField(
        default=False, db_default=False, help_text=_("Goes out although an earlier digest had the paper.")
    )
    carried_from = models.DateField(
        null=True, blank=True, editable=False, help_text="The day whose digest it came too late for."
    )
    listing = models.JSONField(
        default=dict,
        blank=True,
        editable=False,
        help_text="What each source said of the paper on this day; see digests/listed.py.",
    )

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["digest", "paper"], name="entry_once_per_digest")]

    def __str__(self) -> str:
        return f"{self.position}: {self.paper}"


class Revision(models.Model):
    """A digest's content as it was approved, frozen. A correction is the next revision."""

    digest = models.ForeignKey(Digest, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    content = models.JSONField(help_text=_("See digests.content.Content."))
    correction = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text=_("Counted from 1 where it also went to readers who had an earlier one.")
    )
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    approved_at = models.DateTimeField()

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering = ["digest", "-number"]
        constraints = [models.UniqueConstraint(fields=["digest", "number"], name="revision_number_once_per_digest")]

    def __str__(self) -> str:
        return f"{self.digest}, {self.number}"


class Edition(models.Model):
    """What one group of readers gets: the key to it, never the body, which is rendered again from the key."""

    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="editions")
    locale = models.CharField(max_length=15)
    key = models.CharField(max_length=64, help_text=_("SHA-256 of what it contains."))
    selection = models.JSONField(help_text=_("[[entry, summary's locale, reason], ...] in order."))
    total = models.PositiveIntegerField(help_text=_("Papers of the day, of which these are some."))
    detail = models.CharField(max_length=10)
    format = models.CharField(max_length=10)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        constraints = [models.UniqueConstraint(fields=["revision", "key"], name="edition_once_per_content")]

    def __str__(self) -> str:
        return f"{self.revision}, {self.locale}: {len(self.selection)}"

"""Paper, and what it says per language: Summary, with the Findings of the checks."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from digests.locales import check_locale
from digests.models.newsletter import Topic


class Paper(models.Model):
    """One research paper, shared by all newsletters. Titles and authors stand as their source wrote them."""

    key = models.CharField(
        max_length=400, unique=True, help_text=_("arxiv:2404.03592, or url:https://... for papers elsewhere.")
    )
    url = models.URLField(max_length=1000, help_text=_("The abstract's page."))
    title = models.TextField()
    abstract = models.TextField(blank=True)
    authors = models.JSONField(default=list, blank=True, help_text=_("Names, in order."))
    media = models.JSONField(
        default=list, blank=True, help_text=_("Images and videos as the source links them: [{kind, url, alt}].")
    )
    published_on = models.DateField(null=True, blank=True)
    keywords = models.JSONField(default=list, blank=True)
    code_url = models.URLField(max_length=1000, blank=True)
    project_url = models.URLField(max_length=1000, blank=True)
    topics = models.ManyToManyField(Topic, blank=True, related_name="papers")
    image = models.FileField(blank=True, max_length=200, help_text=_("Our own copy, named by its content."))
    image_tries = models.PositiveSmallIntegerField(default=0, editable=False)
    image_tried_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("paper")
        verbose_name_plural = _("papers")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(title=""), name="paper_has_a_title"),
            models.CheckConstraint(
                condition=models.Q(key__startswith="arxiv:") | models.Q(key__startswith="url:"),
                name="paper_key_says_its_kind",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def arxiv_id(self) -> str:
        """`2404.03592`, or nothing for a paper that is not on arXiv."""
        return self.key.removeprefix("arxiv:") if self.key.startswith("arxiv:") else ""


class Summary(models.Model):
    """What we say of one paper in one language: Markdown, usually bullets, kept as it was written."""

    class Origin(models.TextChoices):
        ORIGINAL = "original", _("the paper's own abstract")
        IMPORTED = "imported", _("imported")
        MACHINE = "machine", _("drafted by a machine")
        HUMAN = "human", _("written by an editor")

    paper = models.ForeignKey(Paper, on_delete=models.CASCADE, related_name="summaries")
    locale = models.CharField(max_length=15, validators=[check_locale])
    text = models.TextField()
    origin = models.CharField(max_length=10, choices=Origin)
    model = models.CharField(max_length=100, blank=True, help_text=_("The machine that drafted it."))
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    checked_at = models.DateTimeField(null=True, blank=True)
    updated_at = models.DateTimeField(auto_now=True)
    version = models.PositiveIntegerField(default=0, db_default=0, editable=False)  # one more with each change

    class Meta:
        verbose_name = _("summary")
        verbose_name_plural = _("summaries")
        ordering = ["paper", "locale"]
        constraints = [
            models.UniqueConstraint(fields=["paper", "locale"], name="summary_one_per_paper_and_locale"),
            models.CheckConstraint(condition=~models.Q(text=""), name="summary_says_something"),
            models.CheckConstraint(
                condition=models.Q(origin__in=["original", "imported", "machine", "human"]),
                name="summary_origin_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.locale}: {self.paper}"


class Finding(models.Model):
    """Something that a check found in a summary. digests.faithfulness says what kinds there are."""

    class Level(models.TextChoices):
        ERROR = "error", _("error")
        WARNING = "warning", _("warning")

    summary = models.ForeignKey(Summary, on_delete=models.CASCADE, related_name="findings")
    kind = models.CharField(max_length=30, help_text=_("See digests.faithfulness."))
    level = models.CharField(max_length=10, choices=Level)
    bullet = models.PositiveSmallIntegerField(null=True, blank=True, help_text=_("Counted from 0; empty: all of it."))
    detail = models.JSONField(default=dict, blank=True, help_text=_("The words or numbers that it is about."))
    mark = models.CharField(max_length=64, help_text=_("SHA-256 of the kind, the bullet's text and the detail."))
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    accepted_at = models.DateTimeField(null=True, blank=True, help_text=_("When somebody said that it is right so."))

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        ordering = ["summary", "bullet", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["summary", "mark"], name="finding_once_per_summary"),
            models.CheckConstraint(condition=models.Q(level__in=["error", "warning"]), name="finding_level_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.summary}"

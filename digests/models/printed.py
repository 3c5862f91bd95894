"""Printed: what the public may read and find of a published digest, paper by paper and language by language."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from digests.locales import check_locale
from digests.models.digest import Digest, Revision
from digests.models.paper import Paper


class Printed(models.Model):
    """A paper of a digest as its newest revision has it. Made from the revision, and made again whenever it is lost."""

    digest = models.ForeignKey(Digest, on_delete=models.CASCADE, related_name="printed")
    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="printed")
    paper = models.ForeignKey(Paper, on_delete=models.CASCADE, related_name="printed")
    entry = models.PositiveBigIntegerField(help_text=_("The entry's id in the revision."))
    place = models.PositiveIntegerField(help_text=_("Counted from 1, as it stands in the digest."))
    title = models.TextField()
    topics = models.TextField(blank=True, help_text=_("Slugs, each between spaces, as they were approved."))

    class Meta:
        verbose_name = _("printed paper")
        verbose_name_plural = _("printed papers")
        ordering = ["digest", "place"]
        constraints = [models.UniqueConstraint(fields=["digest", "entry"], name="printed_once_per_digest")]

    def __str__(self) -> str:
        return self.title


class PrintedText(models.Model):
    """What is said of a printed paper in one language; `locale` is empty where nothing is said in any."""

    printed = models.ForeignKey(Printed, on_delete=models.CASCADE, related_name="texts")
    locale = models.CharField(max_length=15, blank=True, validators=[check_locale])
    point = models.TextField(blank=True, help_text=_("The main point, as plain text."))
    terms = models.TextField(help_text=_("Title, authors, keywords and summary, cut by digests.terms."))

    class Meta:
        verbose_name = _("printed text")
        verbose_name_plural = _("printed texts")
        constraints = [models.UniqueConstraint(fields=["printed", "locale"], name="printed_text_once_per_locale")]

    def __str__(self) -> str:
        return f"{self.locale}: {self.printed}"

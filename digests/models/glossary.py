"""GlossaryTerm: how a newsletter renders a term of the field in one language."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from digests.locales import check_locale
from digests.models.newsletter import Newsletter


class GlossaryTerm(models.Model):
    """A term as papers write it, the rendering that is wanted, and those that are not."""

    newsletter = models.ForeignKey(Newsletter, on_delete=models.CASCADE, related_name="glossary")
    locale = models.CharField(max_length=15, validators=[check_locale])
    term = models.CharField(max_length=100, help_text=_("As it stands in papers, in English."))
    wanted = models.CharField(max_length=100, help_text=_("As it stands in summaries."))
    forbidden = models.JSONField(default=list, blank=True, help_text=_("Renderings that a check complains of."))

    class Meta:
        verbose_name = _("glossary term")
        verbose_name_plural = _("glossary")
        ordering = ["locale", "term"]
        constraints = [
            models.UniqueConstraint(fields=["newsletter", "locale", "term"], name="glossary_term_once_per_language")
        ]

    def __str__(self) -> str:
        return f"{self.term}: {self.wanted}"

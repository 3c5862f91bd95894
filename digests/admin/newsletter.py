"""Newsletters with their sources and topics."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from digests.admin.lines import LinesField, NamesField
from digests.admin.scope import ByRole, OwnNewsletters
from digests.models import Newsletter, Source, Topic

LABELS = {
    "slug": _("Name in addresses"),
    "name": _("Name"),
    "tagline": _("Tagline"),
    "default_locale": _("Default language"),
    "time_zone": _("Time zone"),
    "accent": _("Colour"),
    "postal_address": _("Postal address"),
    "last_hour": _("Last hour"),
    "late": _("After the last hour"),
    "weekly_day": _("Weekly day"),
    "weekly_papers": _("Papers of a week"),
    "cut_off": _("Cut-off"),
    "approves_itself": _("Approves by itself"),
    "counts_links": _("Counts links"),
}
TERMS = _("English words that give a paper this topic when it comes in, each on its own line.")


class SourceInline(ByRole, admin.StackedInline[Source, Newsletter]):
    """Where papers come from, with the last success and the last error."""

    model = Source
    extra = 0
    readonly_fields = ["last_success_at", "last_error"]


class TopicForm(forms.ModelForm[Topic]):
    """A topic keeps its slug: approved digests that are still going out know it by that, and feeds' addresses too."""

    class Meta:
        labels: ClassVar = {"slug": _("Name in addresses")}

    names = NamesField(label=_("Names"), help_text=_("For each language a line, such as “ko: 에이전트”."))
    terms = LinesField(label=_("Words"), required=False, help_text=TERMS)

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        if self.instance.pk and "slug" in self.fields:
            self.fields["slug"].disabled = True


class TopicInline(ByRole, admin.StackedInline[Topic, Newsletter]):
    model = Topic
    form = TopicForm
    extra = 0


class NewsletterForm(forms.ModelForm[Newsletter]):
    """Languages stand on lines of their own; what fields are called is said in the editor's language."""

    class Meta:
        labels = LABELS

    locales = LinesField(label=_("Languages"), help_text=_("On offer, each on its own line, such as ko or zh-hans."))


@admin.register(Newsletter)
class NewsletterAdmin(OwnNewsletters):
    """One newsletter on one page."""

    path = "pk"
    form = NewsletterForm
    list_display = ["name", "slug", "default_locale", "time_zone"]
    inlines = [SourceInline, TopicInline]

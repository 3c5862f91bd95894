"""Papers with what is said of them in each language."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from digests.models import Paper, Summary


class SummaryInline(admin.StackedInline[Summary, Paper]):
    """The summaries of one paper, below its abstract."""

    model = Summary
    extra = 0
    fields = ["locale", "text", "origin", "model", "checked_by", "checked_at"]
    readonly_fields = ["origin", "model", "checked_by", "checked_at"]


@admin.register(Paper)
class PaperAdmin(admin.ModelAdmin[Paper]):
    """A paper's page: an editor who changes a summary has checked it."""

    list_display = ["title", "key", "languages", "published_on"]
    search_fields = ["title", "key"]
    filter_horizontal = ["topics"]
    readonly_fields = ["key", "media", "keywords"]
    inlines = [SummaryInline]
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}

    @admin.display(description=_("summaries"))
    def languages(self, paper: Paper) -> str:
        return ", ".join(sorted(summary.locale for summary in paper.summaries.all()))

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("summaries")

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        for summary_form in formset.forms:
            if isinstance(summary_form, ModelForm) and isinstance(summary_form.instance, Summary):
                mark_checked(summary_form, request)
        super().save_formset(request, form, formset, change)


@admin.register(Summary)
class SummaryAdmin(admin.ModelAdmin[Summary]):
    """All summaries, to find those in one language."""

    list_display = ["paper", "locale", "origin", "checked_by", "updated_at"]
    list_filter = ["locale", "origin"]
    search_fields = ["paper__title"]
    fields = ["paper", "locale", "text", "origin", "model", "checked_by", "checked_at"]
    readonly_fields = ["origin", "model", "checked_by", "checked_at"]
    autocomplete_fields = ["paper"]

    def save_model(self, request: HttpRequest, obj: Summary, form: Any, change: bool) -> None:
        mark_checked(form, request)
        super().save_model(request, obj, form, change)


def mark_checked(form: Any, request: HttpRequest) -> None:
    """A summary whose text was changed here is human work, and checked by who changed it."""
    if "text" in form.changed_data:
        form.instance.origin = Summary.Origin.HUMAN
        form.instance.checked_by = request.user
        form.instance.checked_at = timezone.now()

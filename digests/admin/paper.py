"""Papers with what is said of them in each language."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from digests.admin.large import Large, NewestValues
from digests.admin.scope import ByRole, OwnNewsletters, newsletters_for
from digests.check_queries import hold_papers
from digests.checking import check
from digests.models import Paper, Summary
from digests.queries import newest_papers

FOUND = 1000  # papers
SPOKEN = models.Prefetch("summaries", Summary.objects.only("paper_id", "locale"))


class SeenForm(forms.ModelForm[Summary]):
    """Refuses to overwrite what somebody else has written since the page was opened."""

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.initial["seen"] = self.instance.version if self.instance.pk else None

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        seen = cleaned.get("seen")
        if self.instance.pk and seen is not None and "text" in self.changed_data:
            hold_papers([self.instance.paper_id])  # until it is saved
            if Summary.objects.filter(pk=self.instance.pk).exclude(version=seen).exists():
                self.add_error("text", gettext("Somebody has changed this text since you opened the page."))
        return cleaned


class SummaryInline(ByRole, admin.StackedInline[Summary, Paper]):
    """The summaries of one paper, below its abstract."""

    model = Summary
    form = SeenForm
    extra = 0
    fields = ["locale", "text", "origin", "model", "checked_by", "checked_at", "seen"]
    readonly_fields = ["origin", "model", "checked_by", "checked_at"]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("paper", "checked_by")


class PaperAdmin(Large, OwnNewsletters):
    """A paper's page: an editor who changes a summary has checked it.

    The desk registers it, with what leads to the summary desk.
    A paper belongs to the newsletters that have it in a digest. Where several share it, only who may change papers
    of all of them may change it here; others write summaries on the summary's own page.
    """

    path = "entries__digest__newsletter"
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
        return super().get_queryset(request).prefetch_related(SPOKEN)

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        return _of_papers_found(queryset, search_term, path="pk"), False

    def has_add_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Papers come from sources and files, which give them their key and their place in a digest."""
        return False

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: Any) -> None:
        """Topics that the form did not offer stay."""
        own = newsletters_for(request.user, self.permission("add"))
        kept = list(form.instance.topics.exclude(newsletter__in=own))
        super().save_related(request, form, formsets, change)
        form.instance.topics.add(*kept)
        check([form.instance.pk])

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        for summary_form in formset.forms:
            if isinstance(summary_form, ModelForm) and isinstance(summary_form.instance, Summary):
                mark_checked(summary_form, request)
        super().save_formset(request, form, formset, change)


class SummaryForm(SeenForm):
    """Refuses a new summary that the user's role does not cover: in a language of others, or of others' paper."""

    user: Any

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        paper, locale = cleaned.get("paper"), cleaned.get("locale")
        if paper and locale and not self.user.has_perm("digests.add_summary", Summary(paper=paper, locale=locale)):
            self.add_error("locale", gettext("Your role does not cover this language of this paper."))
        return cleaned


@admin.register(Summary)
class SummaryAdmin(Large, OwnNewsletters):
    """All summaries, to find those in one language. A summary keeps its paper and its language."""

    path = "paper__entries__digest__newsletter"
    form = SummaryForm
    list_display = ["paper", "locale", "origin", "checked_by", "updated_at"]
    list_filter = [("locale", NewestValues), "origin"]
    list_select_related = ["paper", "checked_by"]
    search_fields = ["paper__title", "paper__key"]
    fields = ["paper", "locale", "text", "origin", "model", "checked_by", "checked_at", "seen"]
    readonly_fields = ("origin", "model", "checked_by", "checked_at")
    autocomplete_fields = ["paper"]

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        return _of_papers_found(queryset, search_term, path="paper"), False

    def get_readonly_fields(self, request: HttpRequest, obj: Summary | None = None) -> list[str]:
        return [*self.readonly_fields, *(["paper", "locale"] if obj else [])]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change, **kwargs)
        form.user = request.user  # the class is made for this request
        return form

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        hold_papers([obj.paper_id])
        mark_checked(form, request)
        super().save_model(request, obj, form, change)
        check([obj.paper_id])

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """The others need its links no more."""
        super().delete_model(request, obj)
        check([obj.paper_id])

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        papers = list(queryset.values_list("paper", flat=True))
        super().delete_queryset(request, queryset)
        check(papers)


def _of_papers_found(rows: models.QuerySet[Any], search_term: str, *, path: str) -> models.QuerySet[Any]:
    """The rows of the newest papers that match: with the condition itself, PostgreSQL reads every row there is."""
    words = search_term.split()
    return rows.filter(**{f"{path}__in": newest_papers(words, most=FOUND)}) if words else rows


def mark_checked(form: Any, request: HttpRequest) -> None:
    """A summary whose text was changed here is human work, and checked by who changed it."""
    if "text" in form.changed_data:
        form.instance.origin = Summary.Origin.HUMAN
        form.instance.checked_by = request.user
        form.instance.checked_at = timezone.now()
        form.instance.version += 1

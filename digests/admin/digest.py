"""Digests: the entries in their order, in or out, and the editor's words in each language."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Model, Prefetch, prefetch_related_objects
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from digests.admin.scope import ByRole, NewsletterFilter, OwnNewsletters, ReadOnly
from digests.composing import in_order, reorder
from digests.models import Digest, DigestText, Entry, Paper, Revision, Summary

# What a line of the list shows of a digest: neither abstracts nor summaries are read for it.
COUNTED = (
    Prefetch("entries", Entry.objects.only("digest_id", "paper_id", "included")),
    Prefetch("entries__paper", Paper.objects.only("pk")),
    Prefetch("entries__paper__summaries", Summary.objects.only("paper_id", "locale")),
)


class EntryForm(forms.ModelForm[Entry]):
    """`place` is the entry's rank in the digest as it stands; changing one makes the order the editor's."""

    place = forms.IntegerField(label=_("place"), min_value=1, widget=forms.NumberInput(attrs={"style": "width: 4em"}))

    class Meta:
        model = Entry
        fields = ["place", "included", "votes"]


class EntryFormSet(forms.BaseInlineFormSet[Entry, Digest, forms.ModelForm[Entry]]):
    """Entries in the order readers get them."""

    _ordered: list[Entry]

    def get_queryset(self) -> Any:
        if not hasattr(self, "_ordered"):
            entries = super().get_queryset().select_related("paper").prefetch_related("paper__summaries")
            self._ordered = in_order(entries, ordering=self.instance.ordering)
        return self._ordered

    def add_fields(self, form: forms.ModelForm[Entry], index: int | None) -> None:
        super().add_fields(form, index)
        form.initial["place"] = (index or 0) + 1

    def places(self) -> dict[int, int]:
        """The places that were changed, by entry id."""
        changed = [form for form in self.forms if "place" in form.changed_data and form.instance.pk]
        return {form.instance.pk: form.cleaned_data["place"] for form in changed}


class EntryInline(ByRole, admin.TabularInline[Entry, Digest]):
    """One line per paper: place, in or out, votes, and a way to its summaries."""

    model = Entry
    form = EntryForm
    formset = EntryFormSet
    extra = 0
    can_delete = False
    fields = ["place", "included", "paper_link", "votes", "languages"]
    readonly_fields = ["paper_link", "languages"]
    verbose_name_plural = _("entries")

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    @admin.display(description=_("paper"))
    def paper_link(self, entry: Entry) -> str:
        return format_html(
            '<a href="{}">{}</a>', reverse("admin:digests_paper_change", args=[entry.paper_id]), entry.paper
        )

    @admin.display(description=_("summaries"))
    def languages(self, entry: Entry) -> str:
        return ", ".join(sorted(summary.locale for summary in entry.paper.summaries.all()))


class DigestTextInline(ByRole, admin.StackedInline[DigestText, Digest]):
    model = DigestText
    extra = 0


class DigestAdmin(OwnNewsletters):
    """A digest's content on one page. The desk adds what leads to readers."""

    path = "newsletter"
    list_display = ["day", "newsletter", "status", "papers_included", "languages"]
    list_filter = [("newsletter", NewsletterFilter), "status", "kind"]
    list_select_related = ["newsletter"]
    date_hierarchy = "day"
    readonly_fields = ("status", "approved_at")
    fields = [("newsletter", "day", "kind"), ("ordering", "slug"), ("status", "approved_at")]
    inlines = [EntryInline, DigestTextInline]

    def get_readonly_fields(self, request: HttpRequest, obj: Digest | None = None) -> list[str]:
        """A digest stays with its newsletter and day: readers have links to it."""
        return [*self.readonly_fields, *(["newsletter", "day", "kind"] if obj else [])]

    @admin.display(description=_("papers"))
    def papers_included(self, digest: Digest) -> int:
        return sum(entry.included for entry in digest.entries.all())

    @admin.display(description=_("languages"))
    def languages(self, digest: Digest) -> str:
        """How many of the included papers have a summary, per language that is offered."""
        papers = [entry.paper for entry in digest.entries.all() if entry.included]
        done = [summary.locale for paper in papers for summary in paper.summaries.all()]
        return ", ".join(f"{locale} {done.count(locale)}" for locale in digest.newsletter.locales)

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        page = super().get_changelist_instance(request)
        prefetch_related_objects(list(page.result_list), *COUNTED)
        return page

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        super().save_formset(request, form, formset, change)
        if isinstance(formset, EntryFormSet) and (places := formset.places()):
            reorder(form.instance, places)


@admin.register(Revision)
class RevisionAdmin(ReadOnly, OwnNewsletters):
    """What was approved, when and by whom: to look at, not to change."""

    path = "digest__newsletter"
    list_display = ["digest", "number", "approved_by", "approved_at"]
    list_select_related = ["digest__newsletter", "approved_by"]

    def get_queryset(self, request: HttpRequest) -> Any:
        """A line of the list says nothing of the content, which has hundreds of kilobytes."""
        return super().get_queryset(request).defer("content")

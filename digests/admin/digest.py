"""Digests: the entries in their order, in or out, and the editor's words in each language."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from digests.composing import in_order, reorder
from digests.models import Digest, DigestText, Entry, Revision


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


class EntryInline(admin.TabularInline[Entry, Digest]):
    """One line per paper: place, in or out, votes, and a way to its summaries."""

    model = Entry
    form = EntryForm
    formset = EntryFormSet
    extra = 0
    can_delete = False
    fields = ["place", "included", "paper_link", "votes", "languages"]
    readonly_fields = ["paper_link", "languages"]
    verbose_name_plural = _("entries")

    def has_add_permission(self, request: HttpRequest, obj: Digest | None = None) -> bool:
        return False

    @admin.display(description=_("paper"))
    def paper_link(self, entry: Entry) -> str:
        return format_html(
            '<a href="{}">{}</a>', reverse("admin:digests_paper_change", args=[entry.paper_id]), entry.paper
        )

    @admin.display(description=_("summaries"))
    def languages(self, entry: Entry) -> str:
        return ", ".join(sorted(summary.locale for summary in entry.paper.summaries.all()))


class DigestTextInline(admin.StackedInline[DigestText, Digest]):
    model = DigestText
    extra = 0


class DigestAdmin(admin.ModelAdmin[Digest]):
    """A digest's content on one page. The desk adds what leads to readers."""

    list_display = ["day", "newsletter", "status", "papers_included"]
    list_filter = ["newsletter", "status", "kind"]
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

    def get_queryset(self, request: HttpRequest) -> QuerySet[Digest]:
        return super().get_queryset(request).select_related("newsletter").prefetch_related("entries")

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        super().save_formset(request, form, formset, change)
        if isinstance(formset, EntryFormSet) and (places := formset.places()):
            reorder(form.instance, places)


@admin.register(Revision)
class RevisionAdmin(admin.ModelAdmin[Revision]):
    """What was approved, when and by whom: to look at, not to change."""

    list_display = ["digest", "number", "approved_by", "approved_at"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Revision | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Revision | None = None) -> bool:
        return False

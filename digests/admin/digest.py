"""Digests: the entries in their order, in or out, and the editor's words in each language."""

from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from digests.admin.entries import EntryFormSet, EntryInline
from digests.admin.scope import NewsletterFilter, OwnNewsletters, ReadOnly
from digests.admin.words import DigestTextFormSet, DigestTextInline
from digests.composing import arrange
from digests.locales import city, clock, long_date
from digests.models import Digest, Revision
from digests.queries import languages_of, papers_of


class DigestAdmin(OwnNewsletters):
    """A digest's content on one page. The desk adds what leads to readers."""

    path = "newsletter"
    list_display = ["day", "newsletter", "status", "papers_included", "languages"]
    list_filter = [("newsletter", NewsletterFilter), "status", "kind"]
    list_select_related = ["newsletter"]
    date_hierarchy = "day"
    readonly_fields = ("state", "approved")

    def get_inlines(self, request: HttpRequest, obj: Digest | None) -> list[Any]:
        """What stands in a digest is asked once it is there."""
        return [EntryInline, DigestTextInline] if obj else []

    def get_fields(self, request: HttpRequest, obj: Digest | None = None) -> list[Any]:
        """A digest stays with its newsletter and day, which its name says: readers have links to it."""
        if obj is None:
            return [("newsletter", "day"), ("kind", "slug"), "ordering"]
        return [("state", *(["approved"] if obj.approved_at else []), "ordering")]

    @admin.display(description=_("State"))
    def state(self, digest: Digest) -> str:
        return digest.get_status_display()

    @admin.display(description=_("Approved"))
    def approved(self, digest: Digest) -> str:
        """When, by the editors' clock."""
        if digest.approved_at is None:
            return ""
        zone, locale = digest.newsletter.time_zone, get_language() or "en"
        at = digest.approved_at.astimezone(ZoneInfo(zone))
        return f"{long_date(at.date(), locale)}, {clock(at, ZoneInfo(zone), locale)} ({city(zone, locale)})"

    @admin.display(description=_("papers"))
    def papers_included(self, digest: Any) -> int:
        return int(digest.papers_counted)

    @admin.display(description=_("languages"))
    def languages(self, digest: Any) -> str:
        """How many of the included papers have a summary, per language that is offered."""
        return ", ".join(f"{locale} {digest.languages_counted.get(locale, 0)}" for locale in digest.newsletter.locales)

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        page = super().get_changelist_instance(request)
        shown: list[Any] = list(page.result_list)
        papers, languages = papers_of(shown), languages_of(shown)
        for digest in shown:
            digest.papers_counted = papers.get(digest.pk, 0)
            digest.languages_counted = languages.get(digest.pk, {})
        return page

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """The page; the words that we propose are of the papers as they stand on it."""
        formsets = [inline.formset for inline in context["inline_admin_formsets"]]
        lines = [line for one in formsets if isinstance(one, EntryFormSet) for line in one.lines]
        for words in formsets:
            if isinstance(words, DigestTextFormSet):
                words.titles = tuple(line.entry.paper.title for line in lines if line.is_in)
        return super().render_change_form(request, context, *args, **kwargs)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        if isinstance(formset, EntryFormSet):
            arrange(form.instance, places=formset.places(), marked=formset.marked())
        else:
            super().save_formset(request, form, formset, change)


@admin.register(Revision)
class RevisionAdmin(ReadOnly, OwnNewsletters):
    """What was approved, when and by whom: to look at, not to change."""

    path = "digest__newsletter"
    list_display = ["digest", "number", "approved_by", "approved_at"]
    list_select_related = ["digest__newsletter", "approved_by"]

    def get_queryset(self, request: HttpRequest) -> Any:
        """A line of the list says nothing of the content, which has hundreds of kilobytes."""
        return super().get_queryset(request).defer("content")

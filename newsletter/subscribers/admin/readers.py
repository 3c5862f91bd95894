"""Readers in the admin: looked up and seen. What they chose and agreed to is changed by their own acts alone.

A newsletter's page does not take away what its readers chose either.
"""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from digests.admin.large import Large, NewestValues
from digests.admin.newsletter import NewsletterAdmin, NewsletterForm, SourceInline, TopicInline
from digests.admin.scope import ByRole, NewsletterFilter, OwnNewsletters, ReadOnly
from digests.models import Newsletter, Topic
from newsletter.staff import acting
from newsletter.staff.models import User
from newsletter.staff.recording import editor
from newsletter.subscribers import addresses, following, queries
from newsletter.subscribers.admin import imports, pages
from newsletter.subscribers.forms import AddressField
from newsletter.subscribers.models import Consent, Subscriber, Subscription, Suppression


class FoundByAddress(Large):
    """Finds a row by one whole address, through its hash: nobody browses addresses."""

    hash_field: str
    search_fields = ("pk",)  # shows the search box; get_search_results does the search
    search_help_text = _("One whole e-mail address.")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        if not search_term.strip():
            return queryset, False
        try:
            address = addresses.normal(search_term.strip())
        except ValueError:
            return queryset.none(), False
        address_hash = addresses.hashed(address, key=settings.SUPPRESSION_KEY)
        return queryset.filter(**{self.hash_field: address_hash}), False


@admin.register(Subscriber)
class SubscriberAdmin(FoundByAddress, ReadOnly, ByRole):
    hash_field = "address_hash"
    list_display = ("id", "created_at", "erased_at")
    fields = ("address", "created_at", "erased_at")


@admin.register(Subscription)
class SubscriptionAdmin(FoundByAddress, ReadOnly, OwnNewsletters):
    path = "newsletter"
    hash_field = "subscriber__address_hash"
    list_display = ("id", "newsletter", "status", "locale", "time_zone", "hour", "created_at")
    list_filter = (("newsletter", NewsletterFilter), "status", "leave_answer", ("locale", NewestValues))
    list_select_related = ("newsletter",)
    exclude = ("authors", "words", "avoided")  # a reader's own words are nobody else's business
    change_list_template = "admin/subscribers/subscription/change_list.html"

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        newsletters = [one for one in queries.newsletters() if request.user.has_perm("digests.view_newsletter", one)]
        return super().changelist_view(request, {**(extra_context or {}), "newsletters": newsletters})


@admin.register(Consent)
class ConsentAdmin(Large, ReadOnly, OwnNewsletters):
    path = "subscription__newsletter"
    list_display = ("id", "subscription", "act", "at", "locale", "page")
    list_filter = ("act",)
    list_select_related = ("subscription",)


class SuppressionForm(forms.ModelForm[Suppression]):
    """Takes an address and keeps its hash alone."""

    address = AddressField()

    class Meta:
        model = Suppression
        fields = ("newsletter", "reason")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if "address" in cleaned:
            self.instance.address_hash = addresses.hashed(cleaned["address"], key=settings.SUPPRESSION_KEY)
            if queries.suppressions_of(self.instance.address_hash, cleaned.get("newsletter")).exists():
                self.add_error("address", _("This address is suppressed there already."))
        return cleaned


@admin.register(Suppression)
class SuppressionAdmin(FoundByAddress, OwnNewsletters):
    """An administrator suppresses for the own newsletters; for all of them, who may do everything."""

    path = "newsletter"
    hash_field = "address_hash"
    list_display = ("id", "address_hash", "newsletter", "reason", "created_at")
    list_filter = (("newsletter", NewsletterFilter), "reason")
    list_select_related = ("newsletter",)
    form = SuppressionForm
    fields = ("address", "newsletter", "reason")

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        return self.fields if obj is None else ("address_hash", "newsletter", "reason", "created_at")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field is not None and db_field.name == "newsletter":
            field.required = not request.user.is_superuser
        return field

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        return () if obj is None else ("address_hash", "created_at")

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        _say("suppress", obj, by=editor(request))

    def delete_model(self, request: HttpRequest, obj: Suppression) -> None:
        _say("lift suppression", obj, by=editor(request))
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Suppression]) -> None:
        for row in queryset.select_related("newsletter"):
            _say("lift suppression", row, by=editor(request))
        super().delete_queryset(request, queryset)


def _say(verb: str, row: Suppression, *, by: User) -> None:
    """The log says it of the newsletter, or of who did it for all of them: a reader's row has no place there."""
    acting.record(verb, row.newsletter or by, by=by, after={"reason": row.reason})


class ChosenTopics(forms.BaseInlineFormSet[Topic, Newsletter, forms.ModelForm[Topic]]):
    """Lets topics go that nobody follows alone: those readers would get every paper from then on."""

    def clean(self) -> None:
        super().clean()
        going = [form.instance.pk for form in self.deleted_forms if form.instance.pk]
        if count := following.readers_of(going).count():
            words = ngettext(
                "%(count)s reader follows nothing else, and would get every paper without it: no topic was deleted.",
                "%(count)s readers follow nothing else, and would get every paper without it: no topic was deleted.",
                count,
            )
            raise ValidationError(words % {"count": count})


class ChosenTopicInline(TopicInline):
    formset = ChosenTopics


class ReadNewsletterForm(NewsletterForm):
    """Keeps the weekly digest as long as somebody reads it: nothing else would come to those readers."""

    def clean_weekly_day(self) -> int | None:
        day: int | None = self.cleaned_data["weekly_day"]
        count = queries.weekly_readers(self.instance).count() if day is None and self.instance.pk else 0
        if count:
            words = ngettext(
                "%(count)s reader reads weekly, and would get nothing any more.",
                "%(count)s readers read weekly, and would get nothing any more.",
                count,
            )
            raise ValidationError(words % {"count": count})
        return day


admin.site.unregister(Newsletter)


@admin.register(Newsletter)
class ReadNewsletterAdmin(NewsletterAdmin):
    form = ReadNewsletterForm
    inlines = [SourceInline, ChosenTopicInline]
    change_form_template = "admin/digests/newsletter/change_form.html"

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view
        return [
            path("<int:newsletter_id>/readers/", page(pages.readers), name="newsletter_readers"),
            path("<int:newsletter_id>/readers/add/", page(pages.enter), name="newsletter_enter"),
            path("<int:newsletter_id>/readers/import/", page(imports.bring), name="newsletter_bring"),
            path("<int:newsletter_id>/readers/export/", page(pages.export), name="newsletter_export"),
            path(
                "<int:newsletter_id>/readers/suppressions/",
                page(pages.export_suppressions),
                name="newsletter_export_suppressions",
            ),
            *super().get_urls(),
        ]

"""Newsletters with their sources and topics."""

from django import forms
from django.contrib import admin

from digests.admin.scope import ByRole, OwnNewsletters
from digests.models import Newsletter, Source, Topic
from digests.names import check_name


class SourceInline(ByRole, admin.TabularInline[Source, Newsletter]):
    """Where papers come from, with the last success and the last error."""

    model = Source
    extra = 0
    readonly_fields = ["last_success_at", "last_error"]


class TopicInline(ByRole, admin.TabularInline[Topic, Newsletter]):
    model = Topic
    extra = 0


class NewsletterForm(forms.ModelForm[Newsletter]):
    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        check_name(name)
        return name


@admin.register(Newsletter)
class NewsletterAdmin(OwnNewsletters):
    """One newsletter on one page."""

    path = "pk"
    form = NewsletterForm
    list_display = ["name", "slug", "default_locale", "time_zone"]
    inlines = [SourceInline, TopicInline]

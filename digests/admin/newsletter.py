"""Newsletters with their sources and topics."""

from typing import Any

from django import forms
from django.contrib import admin

from digests.admin.scope import ByRole, OwnNewsletters
from digests.models import Newsletter, Source, Topic


class SourceInline(ByRole, admin.TabularInline[Source, Newsletter]):
    """Where papers come from, with the last success and the last error."""

    model = Source
    extra = 0
    readonly_fields = ["last_success_at", "last_error"]


class TopicForm(forms.ModelForm[Topic]):
    """A topic keeps its slug: approved digests that are still going out know it by that, and feeds' addresses too."""

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        if self.instance.pk and "slug" in self.fields:
            self.fields["slug"].disabled = True


class TopicInline(ByRole, admin.TabularInline[Topic, Newsletter]):
    model = Topic
    form = TopicForm
    extra = 0


@admin.register(Newsletter)
class NewsletterAdmin(OwnNewsletters):
    """One newsletter on one page."""

    path = "pk"
    list_display = ["name", "slug", "default_locale", "time_zone"]
    inlines = [SourceInline, TopicInline]

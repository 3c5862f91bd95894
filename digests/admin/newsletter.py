"""Newsletters with their sources and topics."""

from django.contrib import admin

from digests.admin.scope import ByRole, OwnNewsletters
from digests.models import Newsletter, Source, Topic


class SourceInline(ByRole, admin.TabularInline[Source, Newsletter]):
    """Where papers come from, with the last success and the last error."""

    model = Source
    extra = 0
    readonly_fields = ["last_success_at", "last_error"]


class TopicInline(ByRole, admin.TabularInline[Topic, Newsletter]):
    model = Topic
    extra = 0


@admin.register(Newsletter)
class NewsletterAdmin(OwnNewsletters):
    """One newsletter on one page."""

    path = "pk"
    list_display = ["name", "slug", "default_locale", "time_zone"]
    inlines = [SourceInline, TopicInline]

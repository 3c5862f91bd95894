"""Newsletters with their sources and topics."""

from django.contrib import admin

from digests.models import Newsletter, Source, Topic


class SourceInline(admin.TabularInline[Source, Newsletter]):
    """Where papers come from, with the last success and the last error."""

    model = Source
    extra = 0
    readonly_fields = ["last_success_at", "last_error"]


class TopicInline(admin.TabularInline[Topic, Newsletter]):
    model = Topic
    extra = 0


@admin.register(Newsletter)
class NewsletterAdmin(admin.ModelAdmin[Newsletter]):
    """One newsletter on one page."""

    list_display = ["name", "slug", "default_locale", "time_zone"]
    inlines = [SourceInline, TopicInline]

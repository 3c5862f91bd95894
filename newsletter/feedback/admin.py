"""What came back, in the admin: to look at."""

from django.contrib import admin

from digests.admin.scope import OwnNewsletters, ReadOnly
from newsletter.feedback.models import Event


@admin.register(Event)
class EventAdmin(ReadOnly, OwnNewsletters):
    """Events by id; the payload is left out, for it names the reader."""

    path = "delivery__digest__newsletter"
    list_display = ["id", "kind", "delivery", "source", "at", "received_at"]
    list_filter = ["kind", "source"]
    fields = ["kind", "delivery", "source", "external_id", "at", "received_at"]
    list_select_related = ["delivery"]
    date_hierarchy = "at"
    show_full_result_count = False

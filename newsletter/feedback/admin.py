"""What came back, in the admin: to look at."""

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from digests.admin.scope import OwnNewsletters
from newsletter.feedback.models import Event


@admin.register(Event)
class EventAdmin(OwnNewsletters):
    """Events by id; the payload is left out, for it names the reader."""

    path = "delivery__digest__newsletter"
    list_display = ["id", "kind", "delivery", "source", "at", "received_at"]
    list_filter = ["kind", "source"]
    fields = ["kind", "delivery", "source", "external_id", "at", "received_at"]
    list_select_related = ["delivery"]
    date_hierarchy = "at"
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

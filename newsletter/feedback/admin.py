"""What came back, in the admin: to look at."""

from django.contrib import admin

from digests.admin.large import Large, NewestValues
from digests.admin.scope import OwnNewsletters, ReadOnly
from newsletter.feedback.models import Event


@admin.register(Event)
class EventAdmin(Large, ReadOnly, OwnNewsletters):
    """Events by id; the payload is left out, for it names the reader."""

    path = "delivery__digest__newsletter"
    list_display = ["id", "kind", "delivery", "source", "at", "received_at"]
    list_filter = ["kind", ("source", NewestValues)]
    fields = ["kind", "delivery", "source", "external_id", "at", "received_at"]
    list_select_related = ["delivery"]

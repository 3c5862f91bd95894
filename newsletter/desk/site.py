"""The admin's site: who gets in, what stands on its first page, and in which order its rooms are listed."""

from typing import Any

from django.contrib.admin import AdminSite, ModelAdmin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

# In the order of the flow; what is not named comes last.
ROOMS = ("digests", "subscribers", "delivery", "feedback", "postbox", "staff")


class Desk(AdminSite):
    """Django's admin in the order of an editor's morning."""

    site_header = site_title = "Paperboy"
    index_title = _("The desk")

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Every page is recorded in the log of acts: none can forget it."""
        from newsletter.staff.recording import Recorded  # the models are ready once something is registered

        own = admin_class or ModelAdmin
        if not issubclass(own, Recorded):
            own = type(own.__name__, (Recorded, own), {"__module__": own.__module__, "__doc__": own.__doc__})
        super().register(model_or_iterable, own, **options)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        rooms = {name: place for place, name in enumerate(ROOMS)}
        return sorted(super().get_app_list(request, app_label), key=lambda app: rooms.get(app["app_label"], len(rooms)))

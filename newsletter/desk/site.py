"""The admin's site: who gets in, what stands on its first page, and in which order its rooms are listed."""

from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from newsletter.desk.stages import WAY

FIGURES = (("sent", _("sent")), ("failed", _("failed")), ("uncertain", _("uncertain")), ("skipped", _("skipped")))
PAGES = (("index", _("Today")), ("desk_statistics", _("Statistics")))
# In the order of the flow; what is not named comes last.
ROOMS = ("digests", "subscribers", "delivery", "feedback", "postbox", "staff")


class Desk(AdminSite):
    """Django's admin in the order of an editor's morning."""

    site_header = site_title = "Paperboy"
    index_title = _("Today")

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """Today at each of the user's newsletters, and all tables below it."""
        from newsletter.desk.today import desks, newsletters_seen_by  # models are ready by now

        today = {
            "desks": desks(newsletters_seen_by(request.user), now=timezone.now()),
            "way": WAY,
            "statuses": FIGURES,
        }
        return super().index(request, {**today, **(extra_context or {})})

    def get_urls(self) -> list[Any]:
        from newsletter.desk import statistics_page  # its models are ready by now

        pages = [path("statistics/", self.admin_view(statistics_page.page), name="desk_statistics")]
        return [*pages, *super().get_urls()]

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """With the desk's own pages, which stand in the header."""
        pages = [(reverse(f"admin:{name}"), label) for name, label in PAGES] if self.has_permission(request) else []
        return {**super().each_context(request), "desk_pages": pages}

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        rooms = {name: place for place, name in enumerate(ROOMS)}
        return sorted(super().get_app_list(request, app_label), key=lambda app: rooms.get(app["app_label"], len(rooms)))

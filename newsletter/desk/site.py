"""The admin's site: who gets in, what stands on its first page, and in which order its rooms are listed."""

from typing import Any

from django.contrib.admin import AdminSite, ModelAdmin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect

from newsletter.desk.stages import WAY

FOUND = 302
FIGURES = (("sent", _("sent")), ("failed", _("failed")), ("uncertain", _("uncertain")), ("skipped", _("skipped")))
# Pages in the header, each with the permission that it takes at any newsletter.
PAGES = (
    ("index", _("Today"), ""),
    ("desk_calendar", _("Calendar"), "digests.view_digest"),
    ("digests_digest_changelist", _("Digests"), "digests.view_digest"),
    ("digests_glossaryterm_changelist", _("Glossary"), "digests.view_glossaryterm"),
    ("desk_statistics", _("Statistics"), "feedback.view_dailycount"),
    ("staff_act_changelist", _("Log"), "staff.view_act"),
)
# In the order of the flow; what is not named comes last.
ROOMS = ("digests", "subscribers", "delivery", "feedback", "postbox", "staff")
# What libraries would show of their tables: secrets of two-factor log-in, and who has to wait.
WITHOUT_PAGES = {"otp_totp", "otp_static", "axes"}


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

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """With the desk's own pages, which stand in the header."""
        user = request.user
        own = [(name, label) for name, label, needed in PAGES if not needed or user.has_perm(needed)]
        pages = [(reverse(f"admin:{name}"), label) for name, label in own] if self.has_permission(request) else []
        return {**super().each_context(request), "desk_pages": pages}

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Every page is recorded in the log of acts: none can forget it."""
        from newsletter.staff.recording import Recorded  # the models are ready once something is registered

        if getattr(getattr(model_or_iterable, "_meta", None), "app_label", "") in WITHOUT_PAGES:
            return
        own = admin_class or ModelAdmin
        if not issubclass(own, Recorded):
            own = type(own.__name__, (Recorded, own), {"__module__": own.__module__, "__doc__": own.__doc__})
        super().register(model_or_iterable, own, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        """Whether somebody is in: with the second factor, where there is one or the operator asks for it."""
        from newsletter.staff.entrance import Gate, gate

        return gate(request) is Gate.OPEN

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        from newsletter.staff import entering, views
        from newsletter.staff.recording import editor

        if on := views.way_on(request):
            return on
        response: HttpResponse = super().login(request, extra_context)
        if request.method == "POST" and self.has_permission(request) and response.status_code == FOUND:
            entering.logged_in(editor(request), by_code=False)
        return response

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        from newsletter.staff import acting
        from newsletter.staff.recording import editor

        response = super().password_change(request, extra_context)
        if request.method == "POST" and response.status_code == FOUND:
            acting.record("change", editor(request), by=editor(request), after={"password": ""})
        return response

    def get_urls(self) -> list[Any]:
        """The entrance comes first: who stands there has no permission for the rest."""
        from newsletter.desk import statistics_page  # its models are ready by now
        from newsletter.staff import views

        return [
            path("login/code/", views.second_step, name="second_step"),
            path("welcome/<uidb64>/<token>/", views.Welcome.as_view(), name="welcome"),
            path("logout/", never_cache(csrf_protect(self.logout)), name="logout"),
            path("two-factor/", views.two_factor, name="two_factor"),
            path("two-factor/codes/", views.two_factor_codes, name="two_factor_codes"),
            path("two-factor/off/", views.two_factor_off, name="two_factor_off"),
            path("statistics/", self.admin_view(statistics_page.page), name="desk_statistics"),
            *super().get_urls(),
        ]

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        rooms = {name: place for place, name in enumerate(ROOMS)}
        return sorted(super().get_app_list(request, app_label), key=lambda app: rooms.get(app["app_label"], len(rooms)))

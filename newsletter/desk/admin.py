"""The editors' desk: the digest's page with preview, approval and the ledger's figures beside the content."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from digests import composing
from digests.admin.digest import DigestAdmin
from digests.models import Digest, Paper
from newsletter.delivery.queries import statuses_of
from newsletter.desk import calendar_views, preview_views, reading_views, views
from newsletter.desk.curating import curate
from newsletter.desk.digest_form import DigestForm
from newsletter.desk.paper_admin import PaperDesk
from newsletter.desk.preflight import views as checks
from newsletter.desk.progress import LABELS, goes_on, labels, look, sample_in, words
from newsletter.desk.queries import hold
from newsletter.staff.models import User

admin.site.register(Paper, PaperDesk)


@admin.register(Digest)
class DigestDesk(DigestAdmin):
    """What the content's page has, and what leads from there to readers."""

    list_display = ["day", "newsletter", "status", "papers_included", "languages", "going_out"]
    form = DigestForm
    change_form_template = "admin/digests/digest/change_form.html"
    records_itself = True  # desk/curating.py

    def changeform_view(self, request: HttpRequest, object_id: str | None = None, *args: Any, **kwargs: Any) -> Any:
        """Nobody else changes the digest between the look at its version and what is saved."""
        with transaction.atomic():
            if request.method == "POST" and object_id:
                hold(object_id)
            return super().changeform_view(request, object_id, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Digest, form: Any, change: bool) -> None:
        """A digest that was there is saved with all that belongs to it."""
        if not change:
            super().save_model(request, obj, form, change)
        elif not self.may(request, "change", obj):
            raise PermissionDenied

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        digest = form.instance

        def save() -> None:
            if "ordering" in form.changed_data:
                super(DigestDesk, self).save_model(request, digest, form, change)
            super(DigestDesk, self).save_related(request, form, formsets, change)
            if papers := form.cleaned_data["papers"]:
                composing.add(digest, papers)

        if not change:
            super().save_related(request, form, formsets, change)
        elif isinstance(request.user, User):
            curate(digest, seen=digest.version, by=request.user, change=save)

    def response_change(self, request: HttpRequest, obj: Digest) -> HttpResponse:
        if "_preview" in request.POST:
            return redirect("admin:digest_preview", obj.pk)
        return super().response_change(request, obj)

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        page = super().get_changelist_instance(request)
        statuses = statuses_of(page.result_list)
        for digest in page.result_list:
            digest.statuses = statuses[digest.pk]
        return page

    @admin.display(description=_("ledger"))
    def going_out(self, digest: Any) -> str:
        """Of what sorts its rows are; the digest's own page counts them, for there may be a million."""
        return ", ".join(str(label) for status, label in LABELS.items() if status in digest.statuses)

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """The page, with what has become of the digest's rows where there are some, or will be."""
        if isinstance(digest := kwargs.get("obj"), Digest):
            context |= self._going_out(request, digest)
        return super().render_change_form(request, context, *args, **kwargs)

    def _going_out(self, request: HttpRequest, digest: Digest) -> dict[str, Any]:
        seen = look(digest, before=sample_in(request.GET), now=timezone.now())
        shown = words(seen, digest)
        return {
            "progress": seen if seen.total or goes_on(digest, seen) else None,
            "goes_on": goes_on(digest, seen),
            "state": shown["state"],
            "bar": shown["bar"],
            "figures": [(name, label, shown[name]) for name, label in labels().items()],
            "may_approve": request.user.has_perm("digests.approve_digest", digest),
        }

    def get_urls(self) -> list[URLPattern]:
        def page(view: Any) -> Any:
            return self.admin_site.admin_view(view)

        return [
            path("calendar/", page(calendar_views.show), name="desk_calendar"),
            path("calendar/<slug:slug>/off/", page(calendar_views.take_off), name="desk_take_off"),
            path("calendar/<int:number>/back/", page(calendar_views.put_back), name="desk_put_back"),
            path("calendar/<slug:slug>/special/", page(calendar_views.begin_special), name="desk_begin_special"),
            path("<int:digest_id>/preview/", page(preview_views.preview), name="digest_preview"),
            path("<int:digest_id>/preview/mail/", page(preview_views.preview_mail), name="digest_preview_mail"),
            path("<int:digest_id>/preview/reader/", page(preview_views.find_reader), name="digest_preview_reader"),
            path("<int:digest_id>/read/<slug:locale>/", page(reading_views.read_through), name="digest_read"),
            path("<int:digest_id>/test/", page(preview_views.send_test), name="digest_test"),
            path("<int:digest_id>/preflight/", page(checks.preflight), name="digest_preflight"),
            path("<int:digest_id>/preflight/state/", page(checks.state), name="digest_preflight_state"),
            path("<int:digest_id>/preflight/look/", page(checks.look_again), name="digest_preflight_look"),
            path("<int:digest_id>/preflight/overrule/", page(checks.overrule), name="digest_preflight_overrule"),
            path("<int:digest_id>/approve/", page(views.approve), name="digest_approve"),
            path("<int:digest_id>/unapprove/", page(views.unapprove), name="digest_unapprove"),
            path("<int:digest_id>/pause/", page(views.pause), name="digest_pause"),
            path("<int:digest_id>/resume/", page(views.resume), name="digest_resume"),
            path("<int:digest_id>/cancel/", page(views.cancel), name="digest_cancel"),
            path("<int:digest_id>/progress/", page(views.progress), name="digest_progress"),
            *super().get_urls(),
        ]

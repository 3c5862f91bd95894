"""The editors' desk: the digest's page with preview, approval and the ledger's figures beside the content."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from digests.admin.digest import DigestAdmin
from digests.models import Digest, Paper
from newsletter.delivery.queries import counts_of
from newsletter.desk import views
from newsletter.desk.paper_admin import PaperDesk
from newsletter.desk.progress import LABELS, goes_on, labels, look, sample_in, words

admin.site.register(Paper, PaperDesk)


@admin.register(Digest)
class DigestDesk(DigestAdmin):
    """What the content's page has, and what leads from there to readers."""

    list_display = ["day", "newsletter", "status", "papers_included", "languages", "going_out"]
    change_form_template = "admin/digests/digest/change_form.html"

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        page = super().get_changelist_instance(request)
        rows = counts_of(page.result_list)
        for digest in page.result_list:
            digest.rows_by_status = rows.get(digest.pk, {})
        return page

    @admin.display(description=_("ledger"))
    def going_out(self, digest: Any) -> str:
        rows = digest.rows_by_status
        return ", ".join(f"{label} {rows[status]}" for status, label in LABELS.items() if status in rows)

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
            path("<int:digest_id>/preview/", page(views.preview), name="digest_preview"),
            path("<int:digest_id>/preview/mail/", page(views.preview_mail), name="digest_preview_mail"),
            path("<int:digest_id>/approve/", page(views.approve), name="digest_approve"),
            path("<int:digest_id>/unapprove/", page(views.unapprove), name="digest_unapprove"),
            path("<int:digest_id>/pause/", page(views.pause), name="digest_pause"),
            path("<int:digest_id>/resume/", page(views.resume), name="digest_resume"),
            path("<int:digest_id>/cancel/", page(views.cancel), name="digest_cancel"),
            path("<int:digest_id>/progress/", page(views.progress), name="digest_progress"),
            *super().get_urls(),
        ]

"""The editors' desk: the digest's page with preview, approval and the ledger's figures beside the content."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from digests.admin.digest import DigestAdmin
from digests.models import Digest
from newsletter.delivery.queries import counts_of
from newsletter.desk import views

admin.site.site_header = admin.site.site_title = "Paperboy"
admin.site.index_title = _("The desk")


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
        return ", ".join(f"{status} {rows}" for status, rows in sorted(digest.rows_by_status.items()))

    def get_urls(self) -> list[URLPattern]:
        def page(view: Any) -> Any:
            return self.admin_site.admin_view(view)

        return [
            path("<int:digest_id>/preview/", page(views.preview), name="digest_preview"),
            path("<int:digest_id>/preview/mail/", page(views.preview_mail), name="digest_preview_mail"),
            path("<int:digest_id>/approve/", page(views.approve), name="digest_approve"),
            path("<int:digest_id>/unapprove/", page(views.unapprove), name="digest_unapprove"),
            path("<int:digest_id>/cancel/", page(views.cancel), name="digest_cancel"),
            *super().get_urls(),
        ]

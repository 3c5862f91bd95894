"""The editors' desk: the digest's page with preview, approval and the ledger's figures beside the content."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from digests.admin.digest import DigestAdmin
from digests.models import Digest
from newsletter.delivery.queries import counts
from newsletter.desk import views

admin.site.site_header = admin.site.site_title = "Paperboy"
admin.site.index_title = _("The desk")


@admin.register(Digest)
class DigestDesk(DigestAdmin):
    """What the content's page has, and what leads from there to readers."""

    list_display = ["day", "newsletter", "status", "papers_included", "languages", "going_out"]
    change_form_template = "admin/digests/digest/change_form.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Digest]:
        return super().get_queryset(request).prefetch_related("entries__paper__summaries")

    @admin.display(description=_("languages"))
    def languages(self, digest: Digest) -> str:
        """How many of the included papers have a summary, per language that is offered."""
        papers = [entry.paper for entry in digest.entries.all() if entry.included]
        done = [summary.locale for paper in papers for summary in paper.summaries.all()]
        return ", ".join(f"{locale} {done.count(locale)}" for locale in digest.newsletter.locales)

    @admin.display(description=_("ledger"))
    def going_out(self, digest: Digest) -> str:
        return ", ".join(f"{status} {rows}" for status, rows in sorted(counts(digest).items()))

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

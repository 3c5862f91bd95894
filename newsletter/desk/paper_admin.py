"""A paper in the admin, with its way to the summary desk."""

from typing import Any

from django.contrib import admin
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from digests.admin.paper import PaperAdmin
from digests.models import Paper
from newsletter.desk import summary_pages


class PaperDesk(PaperAdmin):
    """What the content's page has, and the desk of each summary."""

    readonly_fields = [*PaperAdmin.readonly_fields, "languages"]

    @admin.display(description=_("summary desk"))
    def languages(self, paper: Paper) -> str:
        """The languages that there is a summary in, each a way to its desk."""
        codes = sorted(summary.locale for summary in paper.summaries.all())
        return format_html_join(
            ", ",
            '<a href="{}">{}</a>',
            ((reverse("admin:summary_desk", args=[paper.pk, code]), code) for code in codes),
        )

    def get_urls(self) -> list[URLPattern]:
        def page(view: Any) -> Any:
            return self.admin_site.admin_view(view)

        return [
            path("<int:paper_id>/desk/<slug:locale>/", page(summary_pages.summary_desk), name="summary_desk"),
            path(
                "<int:paper_id>/desk/<slug:locale>/finding/<int:finding_id>/",
                page(summary_pages.summary_finding),
                name="summary_finding",
            ),
            *super().get_urls(),
        ]

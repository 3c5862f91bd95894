"""The ledger in the admin: to watch, and to settle what is uncertain on purpose."""

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from digests.admin.scope import NewsletterFilter, OwnNewsletters
from newsletter.delivery import ledger
from newsletter.delivery.models import Delivery


@admin.register(Delivery)
class DeliveryAdmin(OwnNewsletters):
    """Rows by id, never by address."""

    path = "digest__newsletter"
    list_display = ["id", "digest", "status", "reason", "due_at", "sent_at", "attempts"]
    list_filter = ["status", ("digest__newsletter", NewsletterFilter), ("digest__day", admin.DateFieldListFilter)]
    list_select_related = ["digest__newsletter"]
    show_full_result_count = False
    actions = ["it_arrived", "send_again"]

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Delivery | None = None) -> list[str]:
        return [field.name for field in Delivery._meta.fields]

    @admin.action(description=_("Uncertain: it arrived"), permissions=["change"])
    def it_arrived(self, request: HttpRequest, rows: QuerySet[Delivery]) -> None:
        count = ledger.settle_as_sent(self._ids(request, rows), at=timezone.now())
        self._tell(request, count)

    @admin.action(description=_("Uncertain or failed: send again (a reader may get it twice)"), permissions=["change"])
    def send_again(self, request: HttpRequest, rows: QuerySet[Delivery]) -> None:
        count = ledger.plan_again(self._ids(request, rows), ready_at=timezone.now())
        self._tell(request, count)

    def _ids(self, request: HttpRequest, rows: QuerySet[Delivery]) -> list[int]:
        return [row.pk for row in self.changeable(request, rows)]

    def _tell(self, request: HttpRequest, count: int) -> None:
        text = ngettext("%(count)d row was changed.", "%(count)d rows were changed.", count) % {"count": count}
        messages.success(request, text)

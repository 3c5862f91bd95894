"""The ledger in the admin: to watch, and to settle what is uncertain on purpose."""

from collections import Counter
from collections.abc import Callable

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from digests.admin.scope import NewsletterFilter, OwnNewsletters
from newsletter.delivery import settling
from newsletter.delivery.models import Delivery
from newsletter.delivery.settling import Settled
from newsletter.staff.recording import editor


@admin.register(Delivery)
class DeliveryAdmin(OwnNewsletters):
    """Rows by id, never by address."""

    path = "digest__newsletter"
    list_display = ["id", "digest", "status", "reason", "due_at", "sent_at", "attempts", "settled_by"]
    list_filter = ["status", ("digest__newsletter", NewsletterFilter), ("digest__day", admin.DateFieldListFilter)]
    list_select_related = ["digest__newsletter", "settled_by"]
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
        self._settle(request, rows, settling.it_arrived)

    @admin.action(
        description=_("Uncertain or failed: send again, if it is not too late (a reader may get it twice)"),
        permissions=["change"],
    )
    def send_again(self, request: HttpRequest, rows: QuerySet[Delivery]) -> None:
        self._settle(request, rows, settling.send_again)

    def _settle(self, request: HttpRequest, rows: QuerySet[Delivery], verb: Callable[..., Settled]) -> None:
        """Settles the chosen rows; says how many, and why the others were left as they are."""
        done = verb(list(rows.values_list("pk", flat=True)), by=editor(request), now=timezone.now())
        if done.changed:
            text = ngettext("%(count)d row was changed.", "%(count)d rows were changed.", done.changed)
            messages.success(request, text % {"count": done.changed})
        for why, count in Counter(done.refused.values()).items():
            text = ngettext(
                "%(count)d row was left as it is (%(why)s).", "%(count)d rows were left as they are (%(why)s).", count
            )
            messages.warning(request, text % {"count": count, "why": why})

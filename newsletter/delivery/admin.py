"""The ledger in the admin: to watch, and to settle what is uncertain on purpose."""

import re
from collections import Counter
from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from digests.admin.large import Large
from digests.admin.scope import OwnNewsletters, newsletters_for
from newsletter.delivery import settling
from newsletter.delivery.models import Delivery
from newsletter.delivery.queries import newest_approved
from newsletter.delivery.settling import Settled
from newsletter.staff.recording import editor

OFFERED = 30  # digests


class LedgerList(ChangeList):
    """By digest, the newest first, and by status: in the order of an index, for a digest has a million rows."""

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> list[Any]:
        return ["-digest_id", "-status"]


class DigestFilter(admin.SimpleListFilter):
    """One digest: of the newest that the user sees."""

    title = _("digest")
    parameter_name = "digest__id__exact"  # as the digest's own page and Today link to it

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        own = newsletters_for(request.user, model_admin.permission("view"))
        return [(str(digest.pk), str(digest)) for digest in newest_approved(own, most=OFFERED)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> QuerySet[Delivery]:
        chosen = self.value()
        return queryset.filter(digest=int(chosen)) if chosen and re.fullmatch("[0-9]{1,18}", chosen) else queryset


@admin.register(Delivery)
class DeliveryAdmin(Large, OwnNewsletters):
    """Rows by id, never by address."""

    path = "digest__newsletter"
    list_display = ["id", "digest", "status", "reason", "due_at", "sent_at", "attempts", "settled_by"]
    list_filter = ["status", DigestFilter]
    list_select_related = ["digest__newsletter", "settled_by"]
    actions = ["it_arrived", "send_again"]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return LedgerList

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

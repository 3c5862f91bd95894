"""Erasing in the admin, for readers who ask one of us instead of doing it themselves at /data/."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from newsletter.privacy.forgetting import forget_for, may_forget
from newsletter.staff.models import User
from newsletter.subscribers.admin.readers import SubscriptionAdmin
from newsletter.subscribers.models import Subscription

admin.site.unregister(Subscription)


@admin.register(Subscription)
class ErasingAdmin(SubscriptionAdmin):
    """Finds a reader by the whole address, and erases one at a time: a slip could not be taken back."""

    actions = ["erase"]

    def has_erase_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("subscribers.delete_subscriber")

    @admin.action(description=gettext_lazy("Erase the reader, who asked for it"), permissions=["erase"])
    def erase(self, request: HttpRequest, rows: QuerySet[Subscription]) -> HttpResponse | None:
        """Asks once, with what is about to happen, and erases."""
        if not isinstance(request.user, User):
            raise PermissionDenied
        # A million may be chosen, or none: rows that are gone, or are not this user's.
        if len(rows.order_by().values_list("subscriber", flat=True).distinct()[:2]) != 1:
            messages.error(request, _("Please choose one reader at a time: nobody can take it back."))
            return None
        chosen = list(rows.select_related("subscriber"))
        subscriber = chosen[0].subscriber
        if not may_forget(request.user, subscriber):
            words = _("You may not erase this reader: it takes an administrator of each newsletter of theirs.")
            messages.error(request, words)
        elif "sure" not in request.POST:
            context = {**self.admin_site.each_context(request), "title": _("Erase the reader"), "rows": chosen}
            return render(request, "admin/subscribers/erase.html", context)
        else:
            forget_for(subscriber, by=request.user, now=timezone.now())
            messages.success(request, _("The reader is erased."))
        return None

"""The page of a newsletter's statistics."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from newsletter.desk import statistics
from newsletter.desk.today import newsletters_seen_by
from newsletter.feedback.models import DailyCount


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """One newsletter's numbers: the one that the address names, else the first of the user's."""
    own = newsletters_seen_by(request.user)
    named = request.GET.get("newsletter", "")
    newsletter = next((one for one in own if one.slug == named), own[0] if own and not named else None)
    if named and newsletter is None:
        raise PermissionDenied
    said = request.GET.get("days", "")
    span = int(said) if said in map(str, statistics.SPANS) else statistics.SPANS[0]
    context = {
        **admin.site.each_context(request),
        "title": _("Statistics"),
        "newsletter": newsletter,
        "newsletters": own,
        "spans": statistics.SPANS,
        "span": span,
        "kinds": DailyCount.Kind.choices,
        "seen": statistics.look(newsletter, span=span, now=timezone.now()) if newsletter else None,
    }
    return render(request, "admin/desk/statistics.html", context)

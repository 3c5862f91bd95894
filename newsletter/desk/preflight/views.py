"""Pages of pre-flight, below a digest's page in the admin: the report, looking again, overruling."""

from zoneinfo import ZoneInfo

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from digests.locales import clock
from digests.models import Digest
from newsletter.desk.models import Look
from newsletter.desk.preflight import learning, overruling, queries
from newsletter.desk.preflight.families import FAMILIES
from newsletter.desk.preflight.looking import look
from newsletter.staff.models import User


@require_safe
def preflight(request: HttpRequest, digest_id: int) -> HttpResponse:
    """Everything that was looked at: what blocks first, then what is doubtful, then what is fine."""
    digest = _digest(request, digest_id)
    now = timezone.now()
    report, overruled = look(digest, now=now), overruling.overruled_of(digest)
    looked = queries.look_of(digest)
    titles = {family.name: family.title for family in FAMILIES}
    context = {
        **admin.site.each_context(request),
        "title": _("Pre-flight"),
        "digest": digest,
        "blocking": [(titles[line.family], line) for line in report.blocking if line.mark not in overruled],
        "overruled": [(line, overruled[line.mark]) for line in report.blocking if line.mark in overruled],
        "warnings": [(titles[line.family], line) for line in report.warnings],
        "fine": [(titles[line.family], line) for line in report.fine],
        "is_looking": is_looking(looked),
        "looked_at": _looked_at(looked, digest),
        "may_overrule": request.user.has_perm("digests.approve_digest", digest),
        "may_look": request.user.has_perm("digests.change_digest", digest),
        "longest": overruling.LONGEST,
    }
    return render(request, "admin/desk/preflight.html", context)


@require_safe
def state(request: HttpRequest, digest_id: int) -> HttpResponse:
    """Whether a worker is still looking, for the script of the page."""
    digest = _digest(request, digest_id)
    return JsonResponse({"looking": is_looking(queries.look_of(digest))})


@require_POST
def look_again(request: HttpRequest, digest_id: int) -> HttpResponse:
    """Has links, DNS and the mails looked at, soon."""
    digest = _digest(request, digest_id)
    learning.ask(digest, by=_user(request), now=timezone.now())
    return redirect("admin:digest_preflight", digest.pk)


@require_POST
def overrule(request: HttpRequest, digest_id: int) -> HttpResponse:
    digest, now = _digest(request, digest_id), timezone.now()
    mark, reason = request.POST.get("mark", ""), request.POST.get("reason", "")
    try:
        overruling.overrule(look(digest, now=now), digest, mark, reason=reason, by=_user(request), now=now)
    except overruling.NotOverruled as problem:
        messages.error(request, str(problem))
    return redirect("admin:digest_preflight", digest.pk)


def is_looking(looked: Look | None) -> bool:
    """Whether a look was asked for and is not done; one whose worker is lost counts until another takes it up."""
    return looked is not None and (looked.done_at is None or looked.done_at < looked.asked_at)


def _looked_at(looked: Look | None, digest: Digest) -> str:
    if looked is None or looked.done_at is None:
        return ""
    return clock(looked.done_at, ZoneInfo(digest.newsletter.time_zone), get_language() or "en")


def _digest(request: HttpRequest, digest_id: int) -> Digest:
    digest = get_object_or_404(Digest.objects.select_related("newsletter"), pk=digest_id)
    if not request.user.has_perm("digests.view_digest", digest):
        raise PermissionDenied
    return digest


def _user(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user

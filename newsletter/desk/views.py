"""Pages of the desk, below a digest's page in the admin: approve, pause, take back, cancel, progress."""

from collections.abc import Callable
from dataclasses import asdict

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from digests.models import Digest
from newsletter.delivery.queries import served
from newsletter.desk import approving
from newsletter.desk.progress import goes_on, look, sample_in, words
from newsletter.staff.models import User


@require_http_methods(["GET", "HEAD", "POST"])
def approve(request: HttpRequest, digest_id: int) -> HttpResponse:
    """Asks once, with what is about to happen, and approves."""
    digest = _digest(request, digest_id)
    if request.method == "POST":
        is_mailed, seen = "mail" in request.POST, request.POST.get("seen", "")

        def act(user: User) -> object:
            return approving.approve(digest, by=user, now=timezone.now(), is_mailed=is_mailed, seen=seen)

        return _act(request, digest, act)
    context = {
        **admin.site.each_context(request),
        "title": _("Approve"),
        "digest": digest,
        "rows": approving.languages(digest),
        "served": served(digest),
        "seen": approving.state_of(digest),
        "may_approve": request.user.has_perm("digests.approve_digest", digest),
    }
    return render(request, "admin/digests/digest/approve.html", context)


@require_http_methods(["POST"])
def unapprove(request: HttpRequest, digest_id: int) -> HttpResponse:
    digest = _digest(request, digest_id)
    return _act(request, digest, lambda user: approving.unapprove(digest, by=user))


@require_http_methods(["POST"])
def pause(request: HttpRequest, digest_id: int) -> HttpResponse:
    digest = _digest(request, digest_id)
    return _act(request, digest, lambda user: approving.pause(digest, by=user))


@require_http_methods(["POST"])
def resume(request: HttpRequest, digest_id: int) -> HttpResponse:
    digest = _digest(request, digest_id)
    return _act(request, digest, lambda user: approving.resume(digest, by=user))


@require_safe
def progress(request: HttpRequest, digest_id: int) -> HttpResponse:
    """What the digest's page shows of its going out, for the script that keeps it up to date."""
    digest = _digest(request, digest_id)
    seen = look(digest, before=sample_in(request.GET), now=timezone.now())
    return JsonResponse(
        {
            "words": words(seen, digest),
            "status": digest.status,
            "total": seen.total,
            "left": seen.left,
            "sample": asdict(seen.sample),
            "pause": seen.pause if goes_on(digest, seen) else None,
        }
    )


@require_http_methods(["POST"])
def cancel(request: HttpRequest, digest_id: int) -> HttpResponse:
    digest = _digest(request, digest_id)
    if "sure" not in request.POST:
        return redirect("admin:digest_approve", digest.pk)
    return _act(request, digest, lambda user: approving.cancel(digest, by=user))


def _digest(request: HttpRequest, digest_id: int) -> Digest:
    digest = get_object_or_404(Digest.objects.select_related("newsletter"), pk=digest_id)
    if not request.user.has_perm("digests.view_digest", digest):
        raise PermissionDenied
    return digest


def _act(request: HttpRequest, digest: Digest, verb: Callable[[User], object]) -> HttpResponse:
    """Runs a verb for the editor and says what has become of the digest; what blocks it is mended from pre-flight."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    try:
        verb(request.user)
    except approving.Blocked as problem:
        messages.error(request, str(problem))
        return redirect("admin:digest_preflight", digest.pk)
    except approving.NotPossible as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("The digest is %(status)s now.") % {"status": digest.get_status_display()})
    return redirect("admin:digests_digest_change", digest.pk)

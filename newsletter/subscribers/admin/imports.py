"""Lists in the admin: bring one, look at what would happen, have it imported, watch, cancel, read the report."""

import csv
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from digests.admin.scope import NewsletterFilter, OwnNewsletters, ReadOnly
from digests.models import Newsletter
from newsletter.refusals import drain
from newsletter.staff.models import User
from newsletter.subscribers import exporting, inviting
from newsletter.subscribers.admin import words
from newsletter.subscribers.admin.forms import BringForm, StartForm, too_large
from newsletter.subscribers.importing import starting
from newsletter.subscribers.importing.folder import DONE, LOOKED, Folder, has_room
from newsletter.subscribers.importing.starting import LARGEST, NotPossible
from newsletter.subscribers.models import ReaderImport

AROUND = 100_000  # octets that a form has around its file
TOO_LARGE, NO_STORAGE = 413, 507
NO_ROOM = gettext_noop("The disk of this site has no room for this file. Please tell whoever runs it.")


@csrf_exempt  # the token stands in the body, which is read for it: _bring asks for it after this has looked at the size
@require_http_methods(["GET", "HEAD", "POST"])
def bring(request: HttpRequest, newsletter_id: int) -> HttpResponseBase:
    """Takes a list. One that is far too large, or fits on no disk, is refused before any of it is kept."""
    newsletter = own(request, newsletter_id, "subscribers.add_readerimport")
    length = int(request.META.get("CONTENT_LENGTH") or 0)
    if length <= LARGEST + AROUND and has_room(length):
        return _bring(request, newsletter)
    drain(request)
    problem, status = (too_large(), TOO_LARGE) if length > LARGEST + AROUND else (_(NO_ROOM), NO_STORAGE)
    return _bring_page(request, newsletter, BringForm(), problem, status=status)


@csrf_protect
def _bring(request: HttpRequest, newsletter: Newsletter) -> HttpResponseBase:
    if request.method != "POST":
        return _bring_page(request, newsletter, BringForm())
    form = BringForm(request.POST, request.FILES)
    if not form.is_valid():
        return _bring_page(request, newsletter, form)
    file = form.cleaned_data["brought"]
    brought = starting.bring(newsletter, file.chunks(), file_name=file.name, by=user_of(request), now=timezone.now())
    return redirect("admin:readerimport", brought.pk)


def _bring_page(
    request: HttpRequest, newsletter: Newsletter, form: BringForm, problem: str = "", *, status: int = 200
) -> HttpResponse:
    context = {
        **admin.site.each_context(request),
        "title": _("Bring a list of readers"),
        "newsletter": newsletter,
        "form": form,
        "problem": problem,
        "largest": LARGEST,
        "too_large": too_large(),
    }
    return render(request, "admin/subscribers/bring.html", context, status=status)


@require_safe
def look(request: HttpRequest, import_id: int) -> HttpResponse:
    """The page of an import: what happens with it, and what may be done."""
    seen = _import(request, import_id)
    return _page(request, seen, StartForm())


@require_POST
def start(request: HttpRequest, import_id: int) -> HttpResponse:
    seen = _import(request, import_id)
    form = StartForm(request.POST)
    if not form.is_valid():
        return _page(request, seen, form)
    ground = form.ground_given()
    return _act(
        request,
        seen,
        lambda user: starting.start(
            seen, asks=not ground, ground=ground, suppresses=form.cleaned_data["suppresses"], by=user
        ),
    )


@require_POST
def cancel(request: HttpRequest, import_id: int) -> HttpResponse:
    seen = _import(request, import_id)
    return _act(request, seen, lambda user: starting.cancel(seen, by=user, now=timezone.now()))


@require_safe
def progress(request: HttpRequest, import_id: int) -> JsonResponse:
    return JsonResponse(words.as_json(_import(request, import_id)))


@require_safe
def report(request: HttpRequest, import_id: int) -> HttpResponseBase:
    """The report as CSV. It has the numbers of lines and no address."""
    seen = _import(request, import_id)
    folder = Folder(seen.key)
    file = next((folder.report(name) for name in (DONE, LOOKED) if folder.report(name).exists()), None)
    if file is None:
        messages.info(request, _("The report is kept for 7 days, and is not there any more."))
        return redirect("admin:readerimport", seen.pk)
    response = StreamingHttpResponse(_report(file, get_language() or "en"), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="import-{seen.pk}.csv"'
    return response


def _report(file: Path, language: str) -> Iterator[str]:
    yield "\ufeff"  # by which Excel knows UTF-8
    with file.open(encoding="utf-8", newline="") as text:
        for line in words.report_lines(csv.reader(text), language):
            yield exporting.line(line)


def _page(request: HttpRequest, seen: ReaderImport, form: StartForm) -> HttpResponse:
    may_change = request.user.has_perm("subscribers.change_readerimport", seen.newsletter)
    may_start = may_change and seen.state == ReaderImport.State.LOOKED
    reach = inviting.within_reach(seen.newsletter, now=timezone.now())
    context = {
        **admin.site.each_context(request),
        "title": _("Import of readers"),
        "seen": seen,
        "newsletter": seen.newsletter,
        "form": form,
        "bar": words.bar(seen),
        "figures": words.figures(seen),
        "problem": words.problem(seen),
        "found_out": words.found_out(seen),
        "goes_on": words.goes_on(seen),
        "pause": words.PAUSE,
        "may_start": may_start,
        "too_many": words.too_many(seen, reach),
        "may_cancel": may_start or (may_change and words.goes_on(seen)),
    }
    return render(request, "admin/subscribers/import.html", context)


def _act(request: HttpRequest, seen: ReaderImport, verb: Callable[[User], None]) -> HttpResponse:
    """Runs a verb; a worker comes by for what follows within seconds."""
    try:
        verb(user_of(request))
    except NotPossible as problem:
        messages.error(request, str(problem))
    return redirect("admin:readerimport", seen.pk)


def _import(request: HttpRequest, import_id: int) -> ReaderImport:
    seen = get_object_or_404(ReaderImport.objects.select_related("newsletter", "started_by"), pk=import_id)
    if not request.user.has_perm("subscribers.view_readerimport", seen.newsletter):
        raise PermissionDenied
    return seen


def own(request: HttpRequest, newsletter_id: int, permission: str) -> Newsletter:
    """The newsletter, for whom may do this there."""
    newsletter = get_object_or_404(Newsletter, pk=newsletter_id)
    if not request.user.has_perm(permission, newsletter):
        raise PermissionDenied
    return newsletter


def user_of(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


@admin.register(ReaderImport)
class ReaderImportAdmin(ReadOnly, OwnNewsletters):
    """The imports so far; each has a page of its own."""

    path = "newsletter"
    list_display = ("id", "newsletter", "file_name", "kind", "state", "records", "started_by", "created_at")
    list_filter = (("newsletter", NewsletterFilter), "state")
    list_select_related = ("newsletter", "started_by")

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **named: Any) -> HttpResponse:
        return redirect("admin:readerimport", int(object_id)) if object_id.isdecimal() else redirect("admin:index")

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view
        return [
            path("<int:import_id>/", page(look), name="readerimport"),
            path("<int:import_id>/start/", page(start), name="readerimport_start"),
            path("<int:import_id>/cancel/", page(cancel), name="readerimport_cancel"),
            path("<int:import_id>/progress/", page(progress), name="readerimport_progress"),
            path("<int:import_id>/report/", page(report), name="readerimport_report"),
            *super().get_urls(),
        ]

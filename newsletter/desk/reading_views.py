"""The page on which a digest is read through in one language, and all that reads right is checked at once."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from digests import locales
from digests.check_queries import unchecked_among
from digests.models import Digest
from newsletter.desk import summaries
from newsletter.desk.reading import reading
from newsletter.desk.summary_pages import address
from newsletter.staff.models import User

MOST = 1000  # summaries that are checked at once


@require_http_methods(["GET", "HEAD", "POST"])
def read_through(request: HttpRequest, digest_id: int, locale: str) -> HttpResponse:
    """All summaries of a language below each other. A POST says of those that are named that they are right."""
    digest = get_object_or_404(Digest.objects.select_related("newsletter"), pk=digest_id)
    user = request.user
    if not isinstance(user, User) or not user.has_perm("digests.view_digest", digest):
        raise PermissionDenied
    if locale not in digest.newsletter.locales:
        raise Http404
    if request.method == "POST":
        return _check(request, digest, locale, by=user)
    page = reading(digest, locale, by=user)
    shown = locales.language_name(locale, get_language() or "en")
    context = {
        **admin.site.each_context(request),
        "title": _("Read through: %(language)s") % {"language": shown},
        "digest": digest,
        "page": page,
        "tabs": [(said, locales.bcp47(said.locale), locales.native_name(said.locale)) for said in page.languages],
        "is_left": "left" in request.GET,  # what was left unticked stays so: it is not right, or not read
        "papers": [(told, address(told.paper.pk, told.locale or locale, digest)) for told in page.papers],
    }
    return render(request, "admin/desk/reading.html", context)


def _check(request: HttpRequest, digest: Digest, locale: str, *, by: User) -> HttpResponse:
    """Each is named with the version that was read: "12:3"."""
    read: dict[int, int] = {}
    for named in request.POST.getlist("read")[:MOST]:
        number, _colon, version = named.partition(":")
        if not all(part.isascii() and part.isdigit() and len(part) < 10 for part in (number, version)):
            return HttpResponseBadRequest("read")
        read[int(number)] = int(version)
    done = summaries.mark_all_checked(digest, locale, read, by=by, now=timezone.now())
    left = unchecked_among(read)
    if done:
        words = ngettext(
            "Checked: %(count)s summary, as it stands.", "Checked: %(count)s summaries, as they stand.", done
        )
        messages.success(request, words % {"count": done})
    if left:
        words = ngettext(
            "Left unchecked: %(count)s summary that was changed meanwhile, or has an error.",
            "Left unchecked: %(count)s summaries that were changed meanwhile, or have an error.",
            left,
        )
        messages.warning(request, words % {"count": left})
    return redirect(reverse("admin:digest_read", args=[digest.pk, locale], query={"left": 1}))

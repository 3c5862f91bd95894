"""Pages of the summary desk, below a paper in the admin: read, write, accept; what the second editor is shown."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from digests import check_queries as queries
from digests import locales
from digests.models import Digest, Summary
from digests.pasting import Change
from newsletter.desk import summaries
from newsletter.desk.beside import Beside, beside, find_digest
from newsletter.desk.summaries import Overtaken, Refused
from newsletter.staff.models import User

PAGE = "admin/desk/summary.html"


@require_http_methods(["GET", "HEAD", "POST"])
def summary_desk(request: HttpRequest, paper_id: int, locale: str) -> HttpResponse:
    """The abstract beside the summary. A POST writes the text, or says that it is right as it stands."""
    page = _page(request, paper_id, locale)
    if request.method == "POST":
        return _write(request, page)
    return render(request, PAGE, _context(request, page, text=page.summary.text if page.summary else ""))


@require_http_methods(["POST"])
def summary_finding(request: HttpRequest, paper_id: int, locale: str, finding_id: int) -> HttpResponse:
    """Accepts a finding, or opens it again."""
    page = _page(request, paper_id, locale)
    finding = queries.finding_in(finding_id, page.paper, locale)
    user = _user(request)
    if finding is None:
        messages.warning(request, _("That finding is gone: the text has changed since."))
    elif request.POST.get("act") == "open":
        summaries.open_again(finding, by=user)
    elif not summaries.accept(finding, by=user, now=timezone.now()):
        messages.info(request, _("Somebody has accepted that before you."))
    mark = f"#finding-{finding.pk}" if finding else ""
    return redirect(address(page.paper.pk, locale, page.digest) + mark)


def address(paper: int, locale: str, digest: Digest | None) -> str:
    """Where the desk of this summary is, on the way through this digest."""
    path = reverse("admin:summary_desk", args=[paper, locale])
    return f"{path}?{urlencode({'digest': digest.pk})}" if digest else path


def _write(request: HttpRequest, page: Beside) -> HttpResponse:
    text, seen = request.POST.get("text", ""), request.POST.get("version", "")
    if seen and not (seen.isascii() and seen.isdigit() and len(seen) < 10):
        return HttpResponseBadRequest("version")
    version = int(seen) if seen else None
    try:
        _save(request, page, text, version)
    except Refused as problem:
        return render(request, PAGE, _context(request, page, text=text, problem=str(problem)), status=400)
    except Overtaken as other:
        return _overtaken(request, page, text, other.now)
    after = page.neighbours.after
    goes_on = request.POST.get("then") == "next" and after is not None
    return redirect(address(after if goes_on and after else page.paper.pk, page.locale, page.digest))


def _save(request: HttpRequest, page: Beside, text: str, version: int | None) -> None:
    user, now = _user(request), timezone.now()
    there = page.summary
    if there and version is not None and text.replace("\r\n", "\n").strip() == there.text.strip():
        summaries.mark_checked(there, seen=version, by=user, now=now)
        messages.success(request, _("Checked: %(language)s, as it stands.") % {"language": page.name})
        return
    written = summaries.write(page.paper, page.locale, text, seen=version, by=user, now=now)
    said = [_("Saved: %(language)s.") % {"language": page.name}, *_changes(written.changes)]
    messages.success(request, " ".join(said))


def _overtaken(request: HttpRequest, page: Beside, text: str, now: Summary | None) -> HttpResponse:
    """Both texts beside each other; nothing is stored until the editor has decided."""
    context = {
        **_common(request, page),
        "title": _("Somebody else was here"),
        "text": text,
        "now": now,
        "rows": 4 + max(text.count("\n"), len(text) // 60),
    }
    return render(request, "admin/desk/summary_overtaken.html", context, status=409)


def _page(request: HttpRequest, paper_id: int, locale: str) -> Beside:
    paper = queries.paper_by_id(paper_id)
    if paper is None:
        raise Http404
    user = _user(request)
    if not user.has_perm("digests.view_summary", Summary(paper=paper, locale=locale)):
        raise PermissionDenied
    wanted = request.POST.get("digest") or request.GET.get("digest") or ""
    digest, offered = find_digest(paper, wanted, by=user)
    page = beside(paper, locale, digest=digest, offered=offered, by=user)
    if page is None:
        raise Http404
    return page


def _user(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def _common(request: HttpRequest, page: Beside) -> dict[str, Any]:
    here = address(page.paper.pk, page.locale, page.digest)
    room = {"is_nav_sidebar_enabled": False}  # both texts stand beside each other on a laptop too
    return {**admin.site.each_context(request), **room, "page": page, "here": here}


def _context(request: HttpRequest, page: Beside, *, text: str, problem: str = "") -> dict[str, Any]:
    around = page.neighbours
    ways = {"before": around.before, "after": around.after, "open": around.open}
    return {
        **_common(request, page),
        "title": page.paper.title,
        "text": text,
        "problem": problem,
        "rows": min(4 + max(text.count("\n"), len(text) // 50), 40),
        "ways": {name: address(paper, page.locale, page.digest) for name, paper in ways.items() if paper},
        "tabs": [(tab, address(page.paper.pk, tab.locale, page.digest), _state(tab)) for tab in page.tabs],
        "read_in": _read_in(page),
        "shown": locales.language_name(page.locale, get_language() or "en"),
    }


def _read_in(page: Beside) -> str:
    """The language under which the digest is read through with this summary in it, if there is one."""
    offered = page.digest.newsletter.locales if page.digest and page.neighbours.place else []
    return next((locale for locale in offered if page.locale in queries.own_chain(locale)), "")


def _state(tab: Any) -> tuple[str, str]:
    """A word and its colour."""
    if not tab.there:
        return _("missing"), "bad"
    if tab.open:
        return ngettext("%(count)s open", "%(count)s open", tab.open) % {"count": tab.open}, "warn"
    return (_("checked"), "good") if tab.checked else (_("not checked"), "")


def _changes(changes: dict[Change, int]) -> list[str]:
    """What was changed in a pasted text, in sentences."""
    said = {
        Change.TAGS: ngettext(
            "%(count)s tag became Markdown.", "%(count)s tags became Markdown.", changes.get(Change.TAGS, 0)
        ),
        Change.BULLETS: ngettext(
            "%(count)s bullet became a “-”.", "%(count)s bullets became “-”.", changes.get(Change.BULLETS, 0)
        ),
        Change.SPACES: ngettext(
            "%(count)s odd space became a plain one.",
            "%(count)s odd spaces became plain ones.",
            changes.get(Change.SPACES, 0),
        ),
        Change.CONTROLS: ngettext(
            "%(count)s invisible character was left out.",
            "%(count)s invisible characters were left out.",
            changes.get(Change.CONTROLS, 0),
        ),
    }
    return [said[change] % {"count": count} for change, count in changes.items()]

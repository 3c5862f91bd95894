"""The calendar's page, its days off, and the beginning of a special issue."""

from datetime import date
from typing import TypeVar
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from digests import days
from digests.locales import long_date
from digests.locales import month as month_name
from digests.models import DayOff, Newsletter
from newsletter.desk import calendar, scheduling
from newsletter.desk.approving import NotPossible
from newsletter.desk.forms import DayOffForm, SpecialForm
from newsletter.desk.today import newsletters_seen_by
from newsletter.staff.models import User

MONTH = "%Y-%m"

F = TypeVar("F", bound=Form)


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """A month of one newsletter; the first one of those that the user sees where none is named."""
    own = newsletters_seen_by(request.user)
    if not own:
        raise PermissionDenied
    slug = request.GET.get("newsletter", own[0].slug)
    newsletter = next((one for one in own if one.slug == slug), None)
    if newsletter is None:
        raise Http404
    return _page(request, newsletter, month=_month(request.GET.get("month", "")))


@require_POST
def take_off(request: HttpRequest, slug: str) -> HttpResponse:
    newsletter = _newsletter(request, slug, "digests.add_dayoff")
    form = DayOffForm(request.POST)
    if form.is_valid():
        day, reason = form.cleaned_data["day"], form.cleaned_data["reason"]
        try:
            scheduling.take_off(newsletter, day, by=_user(request), reason=reason)
        except NotPossible as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("%(day)s has no digest.") % {"day": _said(day)})
            return redirect(address(newsletter, day))
    return _page(request, newsletter, day_off=_with_the_cursor(form))


@require_POST
def put_back(request: HttpRequest, number: int) -> HttpResponse:
    off = get_object_or_404(DayOff.objects.select_related("newsletter"), pk=number)
    day = off.day
    scheduling.put_back(off, by=_user(request))
    messages.success(request, _("%(day)s has a digest again.") % {"day": _said(day)})
    return redirect(address(off.newsletter, day))


@require_POST
def begin_special(request: HttpRequest, slug: str) -> HttpResponse:
    newsletter = _newsletter(request, slug, "digests.add_digest")
    form = SpecialForm(request.POST)
    if form.is_valid():
        try:
            digest = scheduling.begin_special(newsletter, by=_user(request), **form.cleaned_data)
        except NotPossible as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("The special issue is begun: add its papers here."))
            return redirect("admin:digests_digest_change", digest.pk)
    return _page(request, newsletter, special=_with_the_cursor(form))


def address(newsletter: Newsletter, day: date) -> str:
    """The calendar's page that shows the day."""
    query = {"newsletter": newsletter.slug, "month": day.strftime(MONTH)}
    return f"{reverse('admin:desk_calendar')}?{urlencode(query)}"


def _page(
    request: HttpRequest,
    newsletter: Newsletter,
    *,
    month: date | None = None,
    day_off: DayOffForm | None = None,
    special: SpecialForm | None = None,
) -> HttpResponse:
    """The month, else this one, with empty forms, or with what was typed into one and is wrong with it."""
    now = timezone.now()
    today = calendar.editors_day(newsletter, now=now)
    first = month or today.replace(day=1)
    shown = calendar.month(newsletter, first, now=now)
    before, after = calendar.neighbours(first)
    locale = get_language() or "en"
    context = {
        **admin.site.each_context(request),
        "title": _("Calendar"),
        "newsletter": newsletter,
        "newsletters": newsletters_seen_by(request.user),
        "month": month_name(first, locale),
        "days": shown,
        "weekdays": [day.day for day in shown[: calendar.WEEK]],
        "before": before and {"name": month_name(before, locale), "url": address(newsletter, before)},
        "after": after and {"name": month_name(after, locale), "url": address(newsletter, after)},
        "may_take_off": request.user.has_perm("digests.add_dayoff", newsletter),
        "may_begin": request.user.has_perm("digests.add_digest", newsletter),
        "day_off_form": day_off or DayOffForm(initial={"day": today}),
        "special_form": special or SpecialForm(initial={"day": today}),
    }
    return render(request, "admin/desk/calendar.html", context)


def _with_the_cursor(form: F) -> F:
    """The form, which stands at the foot of the page, with the cursor where something is wrong."""
    name = next((name for name in form.fields if name in form.errors), next(iter(form.fields)))
    form.fields[name].widget.attrs["autofocus"] = True
    return form


def _newsletter(request: HttpRequest, slug: str, permission: str) -> Newsletter:
    newsletter = get_object_or_404(Newsletter, slug=slug)
    if not request.user.has_perm(permission, newsletter):
        raise PermissionDenied
    return newsletter


def _user(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def _month(text: str) -> date | None:
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        return None
    return first if days.FIRST <= first <= days.LAST else None


def _said(day: date) -> str:
    return long_date(day, get_language() or "en")
